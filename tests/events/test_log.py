"""The event log: whom it shows what, from which place on, in which order."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from events import publishing
from events.models import RecordedEvent
from events.tasks import forget_old_events, publish_events
from jobs.models import Job
from tests import cast
from tests.cast import Rest, Who, refused

pytestmark = pytest.mark.django_db


def read(rest: Rest, by: Who, query: str = "") -> Any:
    publishing.publish()
    answer = rest.get(f"events?{query}", by=by)
    assert answer.status_code == 200, answer.content
    return answer.json()


def types(rest: Rest, by: Who, query: str = "") -> list[str]:
    return [event["type"] for event in read(rest, by, query)["data"]]


@pytest.fixture
def job(ann: Who) -> Job:
    return cast.job_of(ann)


class TestEnvelopes:
    """What an event looks like."""

    def test_it_holds_the_resource_as_rest_shows_it(self, rest: Rest, ann: Who, job: Job) -> None:
        event = read(rest, ann)["data"][-1]
        assert set(event) == {"id", "type", "createdAt", "apiVersion", "resource", "actorId", "data"}
        assert (event["type"], event["apiVersion"], event["actorId"]) == ("job.posted", "2", str(ann.id))
        assert event["resource"] == {"type": "job", "id": str(job.pk)}
        assert event["data"] == rest.get(f"jobs/{job.pk}", by=ann).json()["data"]

    def test_as_it_was_then(self, rest: Rest, ann: Who, job: Job) -> None:
        cast.moved(job, "cancelled", by=ann)
        assert [event["data"]["status"] for event in read(rest, ann)["data"]] == ["draft", "posted", "cancelled"]

    def test_the_request_is_kept_with_it(self, rest: Rest, ann: Who) -> None:
        rest.post("jobs", cast.JOB, by=ann, x_request_id="my-request-7")
        assert RecordedEvent.objects.get(type="job.created").request_id == "my-request-7"

    def test_what_is_rolled_back_was_never_recorded(self, ann: Who) -> None:
        from django.db import transaction

        class Undone(Exception):
            pass

        with pytest.raises(Undone), transaction.atomic():
            cast.job_of(ann)
            raise Undone
        assert not RecordedEvent.objects.exists()


class TestAudiences:
    """Addressed ones to their people, public ones to all."""

    def test_who_reads_what(self, rest: Rest, ann: Who, bob: Who, carl: Who, dora: Who, job: Job) -> None:
        bid = cast.bid_of(carl, job)
        rest.post(f"jobs/{job.pk}/bids/{bid.pk}/accept", by=ann)
        theirs = ["bid.created", "bid.accepted", "job.assigned", "conversation.created"]
        assert types(rest, ann) == ["job.created", "job.posted", *theirs]
        assert types(rest, carl) == ["job.posted", *theirs]
        assert types(rest, bob) == types(rest, dora) == ["job.posted"]

    def test_rivals_never_read_of_each_others_bids(self, rest: Rest, carl: Who, dora: Who, job: Job) -> None:
        cast.bid_of(carl, job, amount="87654.32", message="My secret price.")
        assert b"87654.32" not in str(read(rest, dora)).encode()
        assert "secret" not in str(read(rest, dora))

    def test_a_public_event_goes_when_what_it_tells_of_is_hidden(
        self, rest: Rest, ann: Who, carl: Who, job: Job
    ) -> None:
        cast.moved(job, "draft", by=ann)
        assert types(rest, carl) == []

    def test_strangers_are_refused(self, rest: Rest, carl: Who) -> None:
        refused(rest.get("events"), 401, "not_authenticated")
        refused(rest.get("events", by=carl.with_key("jobs:read")), 403, "insufficient_scope")
        assert rest.get("events", by=carl.with_key("events:read")).status_code == 200


class TestCursors:
    """From where, how many, of which types."""

    def test_one_goes_on_from_the_last(self, rest: Rest, ann: Who) -> None:
        for _ in range(4):
            cast.job_of(ann)
        seen: list[str] = []
        query = "limit=3"
        while True:
            body = read(rest, ann, query)
            seen += [event["id"] for event in body["data"]]
            query = f"limit=3&after={body['meta']['nextCursor']}"
            if not body["meta"]["hasMore"]:
                break
        assert len(seen) == len(set(seen)) == 8
        assert seen == sorted(seen)
        assert read(rest, ann, query) == {"data": [], "meta": {"nextCursor": seen[-1], "hasMore": False}}
        cast.job_of(ann)
        assert len(read(rest, ann, query)["data"]) == 2

    def test_without_any_events_there_is_a_cursor(self, rest: Rest, ann: Who) -> None:
        cursor = read(rest, ann)["meta"]["nextCursor"]
        cast.job_of(ann)
        assert types(rest, ann, f"after={cursor}") == ["job.created", "job.posted"]

    def test_types_by_comma_and_star(self, rest: Rest, ann: Who, carl: Who, job: Job) -> None:
        cast.bid_of(carl, job)
        assert types(rest, ann, "type=bid.*") == ["bid.created"]
        assert types(rest, ann, "type=bid.created,job.created") == ["job.created", "bid.created"]
        assert len(types(rest, ann, "type=*")) == 3

    @pytest.mark.parametrize(
        "query", ["type=bid", "type=", "limit=0", "limit=501", "limit=x", "page=1", "after=1&after=2", "type=job.*,x"]
    )
    def test_what_makes_no_sense(self, rest: Rest, ann: Who, query: str) -> None:
        assert rest.get(f"events?{query}", by=ann).status_code == 400

    @pytest.mark.parametrize(
        "cursor",
        [
            "x",
            "",
            "evt_",
            "evt_00000000000000zz",
            "evt_7fffffffffffffff",
            "evt_ffffffffffffffff",
            "1",
            "evt_0000000000000001'",
        ],
    )
    def test_a_cursor_that_makes_no_sense(self, rest: Rest, ann: Who, cursor: str) -> None:
        refused(rest.get(f"events?after={cursor}", by=ann), 400, "invalid_cursor")

    def test_a_cursor_that_is_too_old(self, rest: Rest, ann: Who) -> None:
        cast.job_of(ann)
        first = read(rest, ann)["data"][0]["id"]
        RecordedEvent.objects.update(created_at=timezone.now() - timedelta(days=91))
        cast.job_of(ann)
        publishing.publish()
        assert forget_old_events() == 2
        refused(rest.get(f"events?after={first}", by=ann), 410, "cursor_expired")
        assert types(rest, ann) == ["job.created", "job.posted"]


class TestPublishing:
    """Positions are given after the commit, one after another."""

    def test_they_have_no_gap_and_follow_the_writing(self, ann: Who) -> None:
        for _ in range(3):
            cast.job_of(ann)
        assert publish_events() == 6
        assert publish_events() == 0
        rows = RecordedEvent.objects.order_by("number").values_list("position", flat=True)
        assert list(rows) == [1, 2, 3, 4, 5, 6]

    def test_what_has_no_position_is_not_read(self, rest: Rest, ann: Who) -> None:
        cast.job_of(ann)
        assert rest.get("events", by=ann).json()["data"] == []

    def test_the_newest_stays_so_that_positions_go_on(self, ann: Who) -> None:
        cast.job_of(ann)
        publishing.publish()
        RecordedEvent.objects.update(created_at=timezone.now() - timedelta(days=91))
        assert forget_old_events() == 1
        cast.job_of(ann)
        publishing.publish()
        assert list(RecordedEvent.objects.order_by("position").values_list("position", flat=True)) == [2, 3, 4]

    def test_reading_is_one_statement_with_the_bounds(
        self, rest: Rest, ann: Who, django_assert_num_queries: Any
    ) -> None:
        for _ in range(5):
            cast.job_of(ann)
        read(rest, ann)
        with django_assert_num_queries(2):
            rest.get("events", by=ann)
        assert connection.vendor == "postgresql"
