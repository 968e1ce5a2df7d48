"""Making an offer, changing it, standing by it."""

from typing import Any

import pytest

from bids.models import Bid
from jobs.models import Job
from tests import cast
from tests.cast import Rest, Who, refused

pytestmark = pytest.mark.django_db
BID = {"amount": 95.5, "message": "I can come on Monday.", "estimatedDays": 2}


@pytest.fixture
def job(ann: Who) -> Job:
    return cast.job_of(ann)


def bid(rest: Rest, job: Job, by: Who, **changed: Any) -> Any:
    return rest.post(f"jobs/{job.pk}/bids", {**BID, **changed}, by=by)


def test_a_contractor_bids_on_a_posted_job(rest: Rest, job: Job, carl: Who) -> None:
    answer = bid(rest, job, carl)
    assert answer.status_code == 201
    body = answer.json()
    data = body["data"]
    assert answer["Location"] == body["links"]["self"] == f"/api/v2/jobs/{job.pk}/bids/{data['id']}"
    assert (data["amount"], data["estimatedDays"], data["status"], data["stale"]) == (95.5, 2, "pending", False)
    assert data["contractor"]["id"] == str(carl.id)
    assert cast.events_since()[-1] == "bid.created"


@pytest.mark.parametrize(
    ("field", "value"),
    [("amount", 0.99), ("amount", 1_000_000.01), ("amount", "9"), ("amount", None), ("amount", 1.005), ("message", ""), ("message", "x" * 2001),
     ("message", None), ("estimatedDays", 0), ("estimatedDays", 366), ("estimatedDays", 1.5), ("estimatedDays", True)],
)  # fmt: skip
def test_a_value_that_makes_no_sense_is_named(rest: Rest, job: Job, carl: Who, field: str, value: Any) -> None:
    with cast.nothing_changes():
        answer = bid(rest, job, carl, **{field: value})
    refused(answer, 400, "validation_failed")
    assert set(answer.json()["details"]) == {field}


def test_only_contractors_do(rest: Rest, job: Job, ann: Who, bob: Who, sam: Who) -> None:
    with cast.nothing_changes():
        refused(bid(rest, job, cast.STRANGER), 401, "not_authenticated")
        for who in (ann, bob, sam):
            refused(bid(rest, job, who), 403, "wrong_role")


def test_a_key_needs_the_scope(rest: Rest, job: Job, carl: Who) -> None:
    reader, writer = carl.with_key("bids:read"), carl.with_key("bids:write")
    with cast.nothing_changes():
        refused(bid(rest, job, reader), 403, "insufficient_scope")
    assert bid(rest, job, writer).status_code == 201


@pytest.mark.parametrize(
    ("way", "status", "code"),
    [("draft", 404, "not_found"), ("cancelled", 409, "job_not_open"), ("assigned", 409, "job_not_open")],
)
def test_only_posted_jobs_take_bids(
    rest: Rest, ann: Who, carl: Who, dora: Who, way: str, status: int, code: str
) -> None:
    job = {
        "draft": lambda: cast.job_of(ann, status="draft"),
        "cancelled": lambda: cast.moved(cast.job_of(ann), "cancelled", by=ann),
        "assigned": lambda: cast.assigned(ann, carl),
    }[way]()
    with cast.nothing_changes():
        refused(bid(rest, job, dora), status, code)


class TestHowOften:
    """One live bid, three in all, none after a rejection until the job is reopened."""

    def test_a_second_live_bid_is_refused(self, rest: Rest, job: Job, carl: Who, dora: Who) -> None:
        bid(rest, job, carl)
        with cast.nothing_changes():
            refused(bid(rest, job, carl), 409, "already_bid")
        assert bid(rest, job, dora).status_code == 201

    def test_three_in_all(self, rest: Rest, job: Job, carl: Who) -> None:
        for _ in range(3):
            made = bid(rest, job, carl).json()["data"]["id"]
            assert rest.post(f"jobs/{job.pk}/bids/{made}/withdraw", by=carl).status_code == 200
        with cast.nothing_changes():
            refused(bid(rest, job, carl), 409, "bid_limit")

    def test_the_rejected_wait_until_it_is_reopened(self, rest: Rest, job: Job, ann: Who, carl: Who, dora: Who) -> None:
        made = bid(rest, job, carl).json()["data"]["id"]
        rest.post(f"jobs/{job.pk}/bids/{made}/reject", {"reason": "Too dear."}, by=ann)
        with cast.nothing_changes():
            refused(bid(rest, job, carl), 409, "bid_rejected")
        won = bid(rest, job, dora).json()["data"]["id"]
        rest.post(f"jobs/{job.pk}/bids/{won}/accept", by=ann)
        rest.post(f"jobs/{job.pk}/bids/{won}/withdraw", by=dora)
        assert bid(rest, job, carl).status_code == 201

    def test_the_database_holds_it_too(self, job: Job, carl: Who) -> None:
        from django.db import IntegrityError, transaction

        first = cast.bid_of(carl, job)
        fields = {"job": job, "contractor_id": carl.id, "amount": 5, "message": "x"}
        for status in ("pending", "accepted"):
            with pytest.raises(IntegrityError, match="bid_live_once"), transaction.atomic():
                Bid.objects.create(**fields, status=status)
        Bid.objects.filter(pk=first.pk).update(status="accepted")
        with pytest.raises(IntegrityError, match="bid_accepted_once"), transaction.atomic():
            Bid.objects.create(**{**fields, "contractor_id": cast.contractor().id}, status="accepted")


class TestEditing:
    """A pending bid, by its bidder; an edit renews it."""

    def test_it_changes_and_is_renewed(self, rest: Rest, job: Job, ann: Who, carl: Who) -> None:
        made = cast.bid_of(carl, job)
        rest.patch(f"jobs/{job.pk}", {"budget": 500}, by=ann)
        data = rest.patch(f"jobs/{job.pk}/bids/{made.pk}", {"amount": 450}, by=carl).json()["data"]
        assert (data["amount"], data["stale"]) == (450, False)
        assert cast.events_since()[-1] == "bid.updated"

    def test_what_was_read_sent_back_changes_nothing(self, rest: Rest, job: Job, carl: Who) -> None:
        made = cast.bid_of(carl, job)
        path = f"jobs/{job.pk}/bids/{made.pk}"
        seen = rest.get(path, by=carl).json()["data"]
        with cast.nothing_changes():
            assert rest.patch(path, seen, by=carl).json()["data"] == seen
            refused(rest.patch(path, {"status": "accepted"}, by=carl), 400, "read_only_field")

    def test_nobody_elses_and_nothing_decided(
        self, rest: Rest, job: Job, ann: Who, bob: Who, carl: Who, dora: Who
    ) -> None:
        made = cast.bid_of(carl, job)
        path = f"jobs/{job.pk}/bids/{made.pk}"
        with cast.nothing_changes():
            refused(rest.patch(path, {"amount": 1}, by=ann), 403, "forbidden")
            for who in (bob, dora):
                refused(rest.patch(path, {"amount": 1}, by=who), 404, "not_found")
        rest.post(f"{path}/reject", by=ann)
        with cast.nothing_changes():
            refused(rest.patch(path, {"amount": 1}, by=carl), 409, "bid_not_pending")
            refused(rest.post(f"{path}/confirm", by=carl), 409, "bid_not_pending")

    def test_confirming_what_is_not_stale_records_nothing(self, rest: Rest, job: Job, carl: Who) -> None:
        made = cast.bid_of(carl, job)
        with cast.nothing_changes():
            assert rest.post(f"jobs/{job.pk}/bids/{made.pk}/confirm", by=carl).status_code == 200
