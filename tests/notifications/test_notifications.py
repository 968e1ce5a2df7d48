"""Notifications: made from events, once for each person, and read by whom they are for."""

from typing import Any

import pytest

from accounts.services.people import suspend_person
from events import publishing
from events.models import ReactorPosition, RecordedEvent
from events.types import TYPES
from jobs.models import Job
from jobs.services import save_search
from notifications.models import Notification
from notifications.subscribers import tell_people
from notifications.table import TABLE
from tests import cast
from tests.cast import Rest, Who, refused

pytestmark = pytest.mark.django_db


def tell() -> None:
    publishing.publish()
    tell_people.run()
    publishing.publish()


def feed(rest: Rest, who: Who, query: str = "") -> list[Any]:
    answer = rest.get(f"notifications?{query}", by=who)
    assert answer.status_code == 200, answer.content
    data: list[Any] = answer.json()["data"]
    return data


@pytest.fixture
def job(ann: Who, carl: Who) -> Job:
    """A job that Carl's search has found."""
    save_search(name="Taps", q="tap", by=carl.actor)
    found = cast.job_of(ann)
    tell()
    return found


class TestSavedSearches:
    """Whoever looks for such a job is told when it is posted."""

    def test_what_they_are_told(self, rest: Rest, carl: Who, dora: Who, job: Job) -> None:
        (told,) = feed(rest, carl)
        assert {name: told[name] for name in ("type", "title", "body", "data", "readAt")} == {
            "type": "job.posted",
            "title": "New job for “Taps”",
            "body": "Mend a dripping tap (plumbing, budget £120.00)",
            "data": {"url": f"/jobs/{job.pk}", "resource": {"type": "job", "id": str(job.pk)}},
            "readAt": None,
        }
        assert feed(rest, dora) == []

    def test_it_is_an_event_for_them_alone(self, rest: Rest, ann: Who, carl: Who, sam: Who, job: Job) -> None:
        (event,) = rest.get("events?type=notification.created", by=carl).json()["data"]
        assert event["data"] == feed(rest, carl)[0]
        assert event["resource"] == {"type": "notification", "id": event["data"]["id"]}
        for who in (ann, sam):
            assert rest.get("events?type=notification.*", by=who).json()["data"] == []

    def test_several_searches_of_a_person_are_one_notification(self, rest: Rest, ann: Who, carl: Who) -> None:
        for name in ("First", "Second", "Third"):
            save_search(name=name, by=carl.actor)
        cast.job_of(ann)
        tell()
        assert [told["title"] for told in feed(rest, carl)] == ["New job for “First”"]

    def test_a_draft_is_no_news(self, rest: Rest, ann: Who, carl: Who) -> None:
        save_search(name="All", by=carl.actor)
        draft = cast.job_of(ann, status="draft")
        tell()
        assert feed(rest, carl) == []
        cast.moved(draft, "posted", by=ann)
        tell()
        assert len(feed(rest, carl)) == 1

    def test_taking_it_back_and_posting_it_again_is_no_news_either(
        self, rest: Rest, ann: Who, carl: Who, job: Job
    ) -> None:
        cast.moved(job, "draft", "posted", by=ann)
        tell()
        assert len(feed(rest, carl)) == 1

    def test_a_job_that_is_open_again_is(self, rest: Rest, ann: Who, carl: Who, dora: Who) -> None:
        job = cast.assigned(ann, dora)
        tell()
        save_search(name="Taps", by=carl.actor)
        cast.moved(job, "posted", by=ann)
        tell()
        assert [(told["type"], told["title"]) for told in feed(rest, carl)] == [
            ("job.reopened", "Open again for “Taps”")
        ]

    def test_what_is_gone_before_anybody_is_told_is_not_told(self, rest: Rest, ann: Who, carl: Who) -> None:
        save_search(name="All", by=carl.actor)
        cast.moved(cast.job_of(ann), "cancelled", by=ann)
        tell()
        assert feed(rest, carl) == []

    def test_owners_and_the_suspended_are_told_nothing(self, ann: Who, bob: Who, carl: Who, sam: Who) -> None:
        for who in (ann, bob, carl):
            save_search(name="All", by=who.actor)
        suspend_person(person_id=carl.id, reason="Spam.", by=sam.actor)
        cast.job_of(ann)
        tell()
        assert set(Notification.objects.values_list("person", flat=True)) == {bob.id}

    def test_words_of_others_are_words_and_no_patterns(self, rest: Rest, ann: Who, carl: Who) -> None:
        save_search(name="{title} {0}", by=carl.actor)
        cast.job_of(ann, title="{__class__} %s {{")
        tell()
        (told,) = feed(rest, carl)
        assert told["title"] == "New job for “{title} {0}”"
        assert told["body"].startswith("{__class__} %s {{ (")

    def test_the_longest_names_fit(self, rest: Rest, ann: Who, carl: Who) -> None:
        save_search(name="x" * 100, by=carl.actor)
        cast.job_of(ann, title="y" * 100)
        tell()
        assert feed(rest, carl)[0]["title"].endswith("x”")

    def test_reading_the_log_again_tells_nobody_twice(self, job: Job) -> None:
        ReactorPosition.objects.update(position=0)
        tell()
        assert Notification.objects.count() == 1
        assert RecordedEvent.objects.filter(type="notification.created").count() == 1

    def test_however_many_it_is_the_same_number_of_queries(self, ann: Who, django_assert_max_num_queries: Any) -> None:
        for _ in range(30):
            save_search(name="All", by=cast.contractor().actor)
        cast.job_of(ann)
        publishing.publish()
        with django_assert_max_num_queries(17):
            tell_people.run_once()
        assert Notification.objects.count() == 30


class TestReading:
    """By whom they are for."""

    def test_unread_and_read(self, rest: Rest, ann: Who, carl: Who, job: Job) -> None:
        cast.job_of(ann)
        tell()
        new, old = feed(rest, carl)
        answer = rest.post("notifications/read", {"ids": [old["id"]]}, by=carl)
        assert (answer.status_code, answer.json()) == (200, {"data": {"read": 1, "unreadCount": 1}})
        assert [one["id"] for one in feed(rest, carl, "unread=true")] == [new["id"]]
        assert [one["id"] for one in feed(rest, carl, "unread=false")] == [old["id"]]
        assert feed(rest, carl, "unread=false")[0]["readAt"]
        assert rest.post("notifications/read", {"ids": [old["id"]]}, by=carl).json()["data"]["read"] == 0

    def test_all_at_once(self, rest: Rest, ann: Who, carl: Who, job: Job) -> None:
        cast.job_of(ann)
        tell()
        assert rest.post("notifications/read", {"ids": []}, by=carl).json()["data"] == {"read": 0, "unreadCount": 2}
        assert rest.post("notifications/read", by=carl).json()["data"] == {"read": 2, "unreadCount": 0}

    def test_nobody_reads_or_marks_those_of_others(self, rest: Rest, carl: Who, dora: Who, sam: Who, job: Job) -> None:
        mine = feed(rest, carl)[0]["id"]
        with cast.nothing_changes():
            for who in (dora, sam):
                assert feed(rest, who) == []
                assert rest.post("notifications/read", {"ids": [mine]}, by=who).json()["data"]["read"] == 0
            refused(rest.get("notifications"), 401, "not_authenticated")
            refused(rest.post("notifications/read"), 401, "not_authenticated")

    def test_a_key_needs_the_scope(self, rest: Rest, carl: Who, job: Job) -> None:
        reader, other = carl.with_key("notifications:read"), carl.with_key("events:read")
        assert len(feed(rest, reader)) == 1
        refused(rest.get("notifications", by=other), 403, "insufficient_scope")
        refused(rest.post("notifications/read", by=other), 403, "insufficient_scope")
        assert rest.post("notifications/read", by=reader).json()["data"]["read"] == 1

    @pytest.mark.parametrize("body", [{"ids": ["x"]}, {"ids": "x"}, {"ids": [1]}, {"ids": None}, {"id": []}])
    def test_what_makes_no_sense(self, rest: Rest, carl: Who, job: Job, body: Any) -> None:
        with cast.nothing_changes():
            assert rest.post("notifications/read", body, by=carl).status_code == 400

    @pytest.mark.parametrize("query", ["unread=yes", "unread=", "read=true", "sort=title"])
    def test_parameters_that_make_no_sense(self, rest: Rest, carl: Who, query: str) -> None:
        assert rest.get(f"notifications?{query}", by=carl).status_code == 400


def test_the_table_speaks_of_events_that_there_are() -> None:
    assert set(TABLE) <= set(TYPES)
