"""DELETE users/me: what is personal goes, what others have with the person stays, and nothing happens by halves."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import keys, lockout, sessions
from accounts.models import ApiKey, Person, Report, Session, SignInAttempts
from accounts.services import erasing
from accounts.services.people import edit_person, suspend_person
from bids.models import Bid
from contractors.models import Contractor
from core import failpoints
from core.errors import NotFound
from core.storage import backend
from events.models import RecordedEvent
from events.publishing import publish
from jobs.models import Job
from tests import cast
from tests.cast import JOB, PASSWORD, STRANGER, Rest, Who, nothing_changes, refused

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: Any) -> Path:
    settings.PUBLISH_IN_PROCESS = False  # its thread would keep a connection of its own
    settings.STORAGES = {**settings.STORAGES, "default": backend("", tmp_path / "media")}
    return tmp_path / "media"


@pytest.fixture
def ann() -> Who:
    return cast.homeowner(name="Ann Archer")


def erase(rest: Rest, who: Who, **body: Any) -> Any:
    return rest.delete("users/me", body or None, by=who)


class TestWhoMayNot:
    """Refusals, after which everything is as it was."""

    @pytest.mark.parametrize("status", ["assigned", "in_progress"])
    @pytest.mark.parametrize("side", ["owner", "contractor"])
    def test_work_on_either_side_keeps_them(self, rest: Rest, ann: Who, carl: Who, status: str, side: str) -> None:
        running = cast.assigned(ann, carl)
        if status == "in_progress":
            cast.moved(running, status, by=ann)
        cast.job_of(ann)
        cast.bid_of(carl, cast.job_of(cast.homeowner()))
        with nothing_changes():
            refused(erase(rest, ann if side == "owner" else carl), 409, "work_in_progress")

    def test_strangers_and_keys(self, rest: Rest, carl: Who) -> None:
        key = carl.with_key("profile:write", "jobs:read", "bids:write")
        with nothing_changes():
            refused(rest.delete("users/me", by=STRANGER), 401, "not_authenticated")
            refused(rest.delete("users/me", by=key), 403, "insufficient_scope")

    def test_a_wrong_password(self, rest: Rest, ann: Who) -> None:
        with nothing_changes():
            refused(erase(rest, ann, password="wrong"), 400, "validation_failed")
            refused(erase(rest, ann, name="Ann"), 400, "unknown_field")

    def test_a_stale_precondition(self, rest: Rest, ann: Who) -> None:
        with nothing_changes():
            refused(rest.delete("users/me", by=ann, if_match='"x"'), 412, "precondition_failed")

    def test_a_right_password_is_taken(self, rest: Rest) -> None:
        ann = cast.homeowner()
        person = ann.person
        person.set_password(PASSWORD)
        person.save()
        assert erase(rest, ann, password=PASSWORD).status_code == 204
        assert ann.person.erased_at is not None


class TestWhatBecomes:
    """Of jobs, bids, profiles, tokens and keys."""

    def test_of_jobs(self, rest: Rest, ann: Who, carl: Who) -> None:
        draft, posted = cast.job_of(ann, status="draft"), cast.job_of(ann)
        unseen = cast.moved(cast.job_of(ann, status="draft"), "cancelled", by=ann)
        done = cast.moved(cast.assigned(ann, carl), "in_progress", "completed", by=ann)
        offer = cast.bid_of(carl, posted)
        before = RecordedEvent.objects.count()
        assert erase(rest, ann).status_code == 204
        assert set(Job.objects.values_list("pk", "status")) == {(posted.pk, "cancelled"), (done.pk, "completed")}
        assert not Job.objects.filter(pk__in=[draft.pk, unseen.pk]).exists()
        assert cast.events_since(before) == ["bid.rejected", "job.cancelled"]
        kept = Bid.objects.get(pk=offer.pk)
        assert (kept.status, kept.rejection_reason, kept.message) == ("rejected", "job_cancelled", offer.message)
        shown = rest.get(f"jobs/{done.pk}", by=carl).json()["data"]
        assert shown["user"]["name"] == "deleted user"
        assert shown["user"]["id"] == str(ann.id)
        assert (shown["status"], shown["budget"], shown["category"]) == ("completed", 120, "plumbing")
        assert shown["location"] == {"lat": 51.5, "lng": -0.14, "address": None}
        assert (shown["title"], shown["description"]) == ("deleted job", "")

    def test_of_bids(self, rest: Rest, ann: Who, carl: Who) -> None:
        open_, done = cast.job_of(ann), cast.moved(cast.assigned(ann, carl), "in_progress", "completed", by=ann)
        pending = cast.bid_of(carl, open_, amount=77)
        before = RecordedEvent.objects.count()
        assert erase(rest, carl).status_code == 204
        assert cast.events_since(before) == ["bid.withdrawn"]
        shown = rest.get(f"jobs/{open_.pk}/bids/{pending.pk}", by=ann).json()["data"]
        assert (shown["status"], shown["amount"], shown["message"]) == ("withdrawn", 77, "deleted")
        assert shown["contractor"]["businessName"] == "deleted user"
        kept = rest.get(f"jobs/{done.pk}", by=ann).json()["data"]
        assert kept["contractor"] == {**kept["contractor"], "businessName": "deleted user", "completedJobs": 1}
        assert rest.get(f"contractors/{carl.id}").status_code == 404
        assert Contractor.objects.get(pk=carl.id).bio == ""

    def test_others_are_told_by_events_that_fit_their_documents(self, rest: Rest, ann: Who, carl: Who) -> None:
        from tests.contracts.document import conforms

        done = cast.moved(cast.assigned(ann, carl), "in_progress", "completed", by=ann)
        cast.bid_of(carl, cast.job_of(ann))
        erase(rest, carl)
        publish()
        answer = rest.get("events?limit=500", by=ann)
        conforms(answer, "events", "GET")
        log = answer.json()["data"]
        assert log[-1]["type"] == "bid.withdrawn"
        assert {e["data"]["contractor"]["businessName"] for e in log if e["type"].startswith("bid")} == {"deleted user"}
        assigned = next(e for e in log if e["type"] == "job.assigned" and e["resource"]["id"] == str(done.pk))
        assert assigned["data"]["location"]["address"] == "1 The Mall"
        assert (assigned["data"]["title"], assigned["data"]["status"]) == (JOB["title"], "assigned")

    def test_the_owners_events_lose_the_home(self, rest: Rest, ann: Who, carl: Who) -> None:
        cast.moved(cast.assigned(ann, carl), "in_progress", "completed", by=ann)
        publish()
        count = len(rest.get("events?type=job.*", by=carl).json()["data"])
        erase(rest, ann)
        publish()
        log = rest.get("events?type=job.*", by=carl).json()["data"]
        assert len(log) == count
        assert {tuple(e["data"]["location"].items()) for e in log} == {(("lat", 51.5), ("lng", -0.14))}
        assert {e["data"]["user"]["name"] for e in log} == {"deleted user"}
        assert [e["data"]["status"] for e in log][-1] == "completed"

    def test_cursors_go_on_where_they_stood(self, rest: Rest, ann: Who, carl: Who) -> None:
        cast.job_of(ann, status="draft")
        publish()
        place = rest.get("events", by=carl).json()["meta"]["nextCursor"]
        erase(rest, ann)
        cast.job_of(cast.homeowner())
        publish()
        log = rest.get(f"events?after={place}", by=carl).json()["data"]
        assert [event["type"] for event in log] == ["job.posted"]

    def test_of_tokens_and_keys(self, rest: Rest, carl: Who) -> None:
        key = carl.with_key("bids:read")
        other = Who(carl.id, carl.role)
        for who in (carl, key, other):
            assert rest.get("bids", by=who).status_code == 200
        assert erase(rest, carl).status_code == 204
        for memory in (sessions._memory, keys._memory):  # what another process may believe for SESSION_CHECK_SECONDS
            memory._entries.clear()
        assert site.SESSION_CHECK_SECONDS < 5
        refused(rest.get("bids", by=carl), 401, "session_ended")
        refused(rest.get("bids", by=other), 401, "session_ended")
        refused(rest.get("bids", by=key), 401, "api_key_invalid")
        assert not Session.objects.exists()
        assert not ApiKey.objects.exists()

    def test_of_their_address(self, rest: Rest) -> None:
        body = {"email": "ann@example.org", "password": PASSWORD, "name": "Ann", "role": "homeowner"}
        token = rest.post("auth/signup", body).json()["data"]["accessToken"]
        assert rest.delete("users/me", authorization=f"Bearer {token}").status_code == 204
        given = {"email": "ann@example.org", "password": PASSWORD}
        refused(rest.post("auth/signin", given), 401, "invalid_credentials")
        assert rest.post("auth/signup", body).status_code == 201

    def test_of_their_page(self, rest: Rest, ann: Who, sam: Who) -> None:
        erase(rest, ann)
        for by in (STRANGER, sam):
            shown = rest.get(f"users/{ann.id}", by=by).json()["data"]
            assert (shown["name"], shown["avatar"], shown["role"]) == ("deleted user", None, "homeowner")
            assert "ann" not in str(shown["email"]).lower()

    def test_of_staff(self, rest: Rest, sam: Who, ann: Who) -> None:
        entry = {"user_id": sam.id, "content_type": ContentType.objects.get_for_model(Person), "action_flag": CHANGE}
        LogEntry.objects.create(object_id=str(ann.id), object_repr=str(ann.person), **entry)
        assert erase(rest, ann).status_code == 204
        assert LogEntry.objects.get().object_repr == "deleted user"
        assert erase(rest, sam).status_code == 204
        assert not sam.person.is_superuser

    def test_of_a_page_that_is_open(self, rest: Rest, ann: Who) -> None:
        browser = Client()
        browser.force_login(ann.person)
        assert browser.get("/api/v2/users/me").status_code == 200
        erase(rest, ann)
        assert browser.get("/api/v2/users/me").status_code == 401

    def test_staff_have_nothing_left_to_change(self, rest: Rest, ann: Who, sam: Who) -> None:
        erase(rest, ann)
        with nothing_changes():
            for act in (
                lambda: suspend_person(person_id=ann.id, reason="Late.", by=sam.actor),
                lambda: edit_person(person_id=ann.id, changes={"name": "Ann"}, by=sam.actor),
            ):
                with pytest.raises(NotFound):
                    act()
        browser = Client()
        browser.force_login(cast.staff(is_superuser=True).person)
        address = reverse("admin:accounts_person_change", args=[ann.id])
        assert browser.get(address).status_code == 200
        assert browser.post(address, {"name": "Ann", "email": "ann@example.org"}).status_code == 403
        assert ann.person.name == "deleted user"

    def test_their_reports_lose_their_words(self, rest: Rest, ann: Who, carl: Who) -> None:
        body = {"targetType": "user", "targetId": str(carl.id), "reason": "abuse", "comment": "He shouted."}
        assert rest.post("reports", body, by=ann).status_code == 201
        erase(rest, ann)
        assert Report.objects.get().comment is None


class TestAllOrNothing:
    """Killed on the way, and what came too late."""

    def test_what_fails_at_the_end_has_changed_nothing(self, rest: Rest, ann: Who, carl: Who, monkeypatch: Any) -> None:
        cast.bid_of(carl, cast.job_of(ann))
        _ = ann.headers
        monkeypatch.setattr(failpoints, "ACTIVE", ("accounts.erasing", "raise", 1))
        with nothing_changes():
            assert erase(rest, ann).status_code == 500
        monkeypatch.setattr(failpoints, "ACTIVE", None)
        assert rest.get("users/me", by=ann).status_code == 200
        assert erase(rest, ann).status_code == 204

    def test_once_more_when_all_tokens_are_dead(self, rest: Rest, ann: Who, carl: Who) -> None:
        erase(rest, ann)
        late = cast.job_of(ann, title="Written by a token that was believed")
        Person.objects.filter(pk=ann.id).update(name="Ann again")
        assert erasing.finish_erasures() == 0
        Person.objects.filter(pk=ann.id).update(erased_at=timezone.now() - timedelta(seconds=11))
        assert erasing.finish_erasures() == 1
        assert erasing.finish_erasures() == 0
        assert (Job.objects.get(pk=late.pk).status, Job.objects.get(pk=late.pk).title) == ("cancelled", "deleted job")
        assert ann.person.name == "deleted user"

    def test_erasing_waits_where_work_was_agreed_too_late(self, rest: Rest, ann: Who, carl: Who) -> None:
        erase(rest, ann)
        cast.assigned(ann, carl)
        Person.objects.filter(pk=ann.id).update(erased_at=timezone.now() - timedelta(seconds=11))
        with nothing_changes():
            assert erasing.finish_erasures() == 0

    def test_the_second_of_two_changes_nothing(self, rest: Rest, ann: Who) -> None:
        other = Who(ann.id, ann.role)
        _ = other.headers
        rest.get("users/me", by=other)
        erase(rest, ann)
        with nothing_changes():
            erasing.erase_myself(by=ann.actor)


def test_ten_thousand_events_are_rewritten_within_seconds(rest: Rest, ann: Who, carl: Who) -> None:
    done = cast.moved(cast.assigned(ann, carl), "in_progress", "completed", by=ann)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO events_recordedevent (id, type, resource_type, resource_id, actor_id, request_id, is_public,"
            " audience, data, seen_by) SELECT gen_random_uuid(), type, resource_type, resource_id, actor_id, request_id,"
            " is_public, audience, data, seen_by FROM events_recordedevent, generate_series(1, 10000)"
            " WHERE type = 'job.completed'"
        )
    began = timezone.now()
    assert erase(rest, ann).status_code == 204
    assert timezone.now() - began < timedelta(seconds=10)
    rows = RecordedEvent.objects.filter(resource_id=done.pk, type="job.completed")
    assert rows.filter(data__user__name="deleted user").count() == rows.count() == 10_001


def test_nothing_is_counted_against_the_address_any_more(rest: Rest, settings: Any) -> None:
    ann = cast.homeowner(email="ann@example.org")
    Session.objects.create(person_id=ann.id, address="127.0.0.1", expires_at=timezone.now() + timedelta(days=1))
    lockout.count_attempt("ann@example.org", "127.0.0.1")
    assert SignInAttempts.objects.count() == 1
    erase(rest, ann)
    assert SignInAttempts.objects.count() == 0
