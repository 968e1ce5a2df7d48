"""Reports: of what one sees and did not write, once while it is open; read by oneself and staff."""

import threading
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from accounts.exceptions import AlreadyReported
from accounts.models import Report
from accounts.services.moderating import decide_report
from accounts.services.reports import report as make_report
from tests import cast
from tests.cast import STRANGER, Rest, Who, nothing_changes, refused
from tests.contracts.test_plans import unserved

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann() -> Who:
    return cast.homeowner(name="Ann Archer")


def told(rest: Rest, by: Who, kind: str, pk: Any, **more: Any) -> Any:
    body = {"targetType": kind, "targetId": str(pk), "reason": "spam", **more}
    return rest.post("reports", body, by=by)


class TestReporting:
    """POST reports."""

    def test_what_one_sees(self, rest: Rest, ann: Who, bob: Who, carl: Who) -> None:
        job = cast.job_of(ann)
        bid = cast.bid_of(carl, job)
        for by, kind, pk in (
            (bob, "job", job.pk),
            (ann, "bid", bid.pk),
            (bob, "user", carl.id),
            (carl, "user", ann.id),
        ):
            answer = told(rest, by, kind, pk, reason="contact_leak", comment=" See there. ")
            assert answer.status_code == 201, answer.content
            data = answer.json()["data"]
            assert data | {"id": "", "createdAt": "", "reporter": ""} == {
                "id": "", "targetType": kind, "targetId": str(pk), "reason": "contact_leak", "comment": "See there.",
                "status": "open", "createdAt": "", "closedAt": None, "reporter": "",
            }  # fmt: skip
            assert data["reporter"]["id"] == str(by.id)
            assert rest.get(answer["Location"], by=by).json()["data"] == data

    @pytest.mark.parametrize("kind", ["job", "bid", "user", "message", "review"])
    def test_what_is_not_there(self, rest: Rest, ann: Who, kind: str) -> None:
        with nothing_changes():
            refused(told(rest, ann, kind, uuid4()), 404, "not_found")

    def test_what_one_does_not_see(self, rest: Rest, ann: Who, bob: Who, carl: Who, dora: Who) -> None:
        draft, job = cast.job_of(ann, status="draft"), cast.job_of(ann)
        bid = cast.bid_of(carl, job)
        erased = cast.homeowner(erased_at=job.created_at)
        with nothing_changes():
            refused(told(rest, bob, "job", draft.pk), 404, "not_found")
            for by in (bob, dora):
                refused(told(rest, by, "bid", bid.pk), 404, "not_found")
            refused(told(rest, bob, "user", erased.id), 404, "not_found")
            refused(told(rest, bob, "user", job.pk), 404, "not_found")

    def test_what_is_ones_own(self, rest: Rest, ann: Who, carl: Who) -> None:
        job = cast.job_of(ann)
        bid = cast.bid_of(carl, job)
        with nothing_changes():
            for by, kind, pk in ((ann, "job", job.pk), (carl, "bid", bid.pk), (ann, "user", ann.id)):
                answer = told(rest, by, kind, pk)
                refused(answer, 400, "validation_failed")
                assert list(answer.json()["details"]) == ["targetId"]

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"targetType": "image"}, "targetType"), ({"targetType": "JOB"}, "targetType"), ({"targetId": "x"}, "targetId"),
            ({"reason": "boring"}, "reason"), ({"comment": "x" * 1001}, "comment"), ({"comment": 5}, "comment"),
            ({"reason": None}, "reason"), ({"extra": 1}, "extra"), ({"status": "closed"}, "status"),
        ],
    )  # fmt: skip
    def test_what_makes_no_sense(self, rest: Rest, ann: Who, carl: Who, wrong: Any, field: str) -> None:
        body = {"targetType": "user", "targetId": str(carl.id), "reason": "spam", **wrong}
        with nothing_changes():
            answer = rest.post("reports", body, by=ann)
            assert answer.status_code == 400
            assert list(answer.json()["details"]) == [field]

    def test_a_comment_of_a_thousand_is_not_too_long_and_none_is_needed(self, rest: Rest, ann: Who, carl: Who) -> None:
        assert told(rest, ann, "user", carl.id, comment="ü" * 1000).status_code == 201
        assert told(rest, carl, "user", ann.id, comment="").json()["data"]["comment"] is None

    def test_people_only(self, rest: Rest, carl: Who, ann: Who) -> None:
        key = carl.with_key("profile:write", "messages:write", "bids:write", "jobs:read")
        with nothing_changes():
            refused(told(rest, STRANGER, "user", ann.id), 401, "not_authenticated")
            refused(told(rest, key, "user", ann.id), 403, "insufficient_scope")
            refused(rest.get("reports", by=key), 403, "insufficient_scope")
            refused(rest.get("reports"), 401, "not_authenticated")

    def test_sent_again_it_is_answered_again(self, rest: Rest, ann: Who, carl: Who) -> None:
        body = {"targetType": "user", "targetId": str(carl.id), "reason": "spam"}
        first, again = (rest.post("reports", body, by=ann, idempotency_key="k") for _ in range(2))
        assert (again.status_code, again["Idempotent-Replayed"], again.content) == (201, "true", first.content)
        assert Report.objects.count() == 1

    def test_it_counts_as_a_write(self, rest: Rest, ann: Who, carl: Who) -> None:
        assert told(rest, ann, "user", carl.id)["RateLimit-Policy"].startswith('"write"')


class TestOnce:
    """One open report for each reporter and target."""

    def test_the_second_is_refused(self, rest: Rest, ann: Who, bob: Who, carl: Who) -> None:
        assert told(rest, ann, "user", carl.id).status_code == 201
        with nothing_changes():
            refused(told(rest, ann, "user", carl.id, reason="abuse"), 409, "already_reported")
        assert told(rest, bob, "user", carl.id).status_code == 201
        assert told(rest, ann, "job", cast.job_of(bob).pk).status_code == 201

    def test_after_staff_have_closed_it_another_may_follow(self, rest: Rest, ann: Who, carl: Who, sam: Who) -> None:
        first = told(rest, ann, "user", carl.id).json()["data"]["id"]
        decide_report(report_id=first, outcome="dismissed", reason="Fine.", by=sam.actor)
        assert rest.get(f"reports/{first}", by=ann).json()["data"]["status"] == "closed"
        assert told(rest, ann, "user", carl.id).status_code == 201


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_is_made() -> None:
    ann = cast.homeowner()
    for turn in range(10):
        target, start, outcomes = cast.homeowner().id, threading.Barrier(8), []

        def send(target: Any = target, start: Any = start, outcomes: list[Any] = outcomes) -> None:
            start.wait()
            try:
                make_report(target_type="user", target_id=target, reason="spam", by=ann.actor)
                outcomes.append("made")
            except AlreadyReported:
                outcomes.append("refused")
            finally:
                connection.close()

        threads = [threading.Thread(target=send) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["made"] + ["refused"] * 7
        assert Report.objects.count() == turn + 1


class TestReading:
    """GET reports, and one of them."""

    def test_one_reads_ones_own_and_staff_all(self, rest: Rest, ann: Who, bob: Who, carl: Who, sam: Who) -> None:
        mine = told(rest, ann, "user", carl.id).json()["data"]
        other = told(rest, bob, "user", carl.id).json()["data"]
        assert rest.get("reports", by=ann).json()["data"] == [mine]
        assert rest.get("reports", by=carl).json()["data"] == []
        assert rest.get("reports", by=sam).json()["data"] == [other, mine]
        for by in (bob, carl):
            refused(rest.get(f"reports/{mine['id']}", by=by), 404, "not_found")
        assert rest.get(f"reports/{mine['id']}", by=sam).json()["data"] == mine

    def test_by_pages(self, rest: Rest, ann: Who) -> None:
        for _ in range(3):
            told(rest, ann, "user", cast.contractor().id)
        page = rest.get("reports?limit=2&page=2", by=ann).json()
        assert (len(page["data"]), page["meta"]["total"]) == (1, 3)
        seen, cursor = [], ""
        while cursor is not None:
            page = rest.get(f"reports?limit=2&cursor={cursor}", by=ann).json()
            seen += [row["id"] for row in page["data"]]
            cursor = page["meta"]["nextCursor"]
        assert len(set(seen)) == 3

    def test_an_index_serves_the_list(self, rest: Rest, ann: Who, bob: Who, sam: Who, monkeypatch: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO accounts_report (id, reporter_id, target_type, target_id, reason)"
                " SELECT gen_random_uuid(), %s, 'user', gen_random_uuid(), 'spam' FROM generate_series(1, 5000)",
                [bob.id],
            )
            cursor.execute("ANALYZE accounts_report")
        paths = ["reports", "reports?sort=createdAt", "reports?cursor="]
        assert unserved(rest, "accounts_report", paths, [ann, sam], monkeypatch) == []
