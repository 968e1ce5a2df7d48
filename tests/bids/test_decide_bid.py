"""Accepting, rejecting, withdrawing, and who sees which bids."""

from typing import Any

import pytest

from bids.models import Bid
from jobs.models import Job
from tests import cast
from tests.cast import Rest, Who, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def job(ann: Who) -> Job:
    return cast.job_of(ann)


@pytest.fixture
def bids(job: Job, carl: Who, dora: Who) -> list[Bid]:
    return [cast.bid_of(carl, job, amount=100), cast.bid_of(dora, job, amount=200)]


def act(rest: Rest, bid: Bid, action: str, by: Who, body: Any = None) -> Any:
    return rest.post(f"jobs/{bid.job_id}/bids/{bid.pk}/{action}", body, by=by)


class TestAccepting:
    """Exactly once for a job."""

    def test_it_assigns_the_job_and_turns_the_others_down(
        self, rest: Rest, ann: Who, carl: Who, job: Job, bids: Any
    ) -> None:
        answer = act(rest, bids[0], "accept", ann)
        assert (answer.status_code, answer.json()["data"]["status"]) == (200, "accepted")
        job.refresh_from_db()
        assert (job.status, job.contractor_id, job.expires_at) == ("assigned", carl.id, None)
        bids[1].refresh_from_db()
        assert (bids[1].status, bids[1].rejection_reason) == ("rejected", "other_bid_accepted")
        assert cast.events_since()[-4:] == ["bid.accepted", "bid.rejected", "job.assigned", "conversation.created"]

    def test_the_same_again_is_the_same_answer(self, rest: Rest, ann: Who, bids: Any) -> None:
        first = act(rest, bids[0], "accept", ann)
        with cast.nothing_changes():
            again = act(rest, bids[0], "accept", ann)
        assert (again.status_code, again.content) == (200, first.content)

    def test_another_is_too_late(self, rest: Rest, ann: Who, bids: Any) -> None:
        act(rest, bids[0], "accept", ann)
        with cast.nothing_changes():
            refused(act(rest, bids[1], "accept", ann), 409, "job_already_assigned")

    def test_one_that_was_withdrawn_is_not_pending(self, rest: Rest, ann: Who, carl: Who, bids: Any) -> None:
        act(rest, bids[0], "withdraw", carl)
        with cast.nothing_changes():
            refused(act(rest, bids[0], "accept", ann), 409, "bid_not_pending")

    def test_a_job_that_is_not_open(self, rest: Rest, ann: Who, job: Job, bids: Any) -> None:
        cast.moved(job, "cancelled", by=ann)
        with cast.nothing_changes():
            refused(act(rest, bids[0], "accept", ann), 409, "job_not_open")

    @pytest.mark.parametrize("action", ["accept", "reject"])
    def test_only_the_owner_decides(
        self, rest: Rest, bob: Who, carl: Who, dora: Who, sam: Who, bids: Any, action: str
    ) -> None:
        program = carl.with_key("bids:write")
        with cast.nothing_changes():
            refused(act(rest, bids[0], action, cast.STRANGER), 401, "not_authenticated")
            for who in (carl, sam):
                refused(act(rest, bids[0], action, who), 403, "forbidden")
            for who in (bob, dora):
                refused(act(rest, bids[0], action, who), 404, "not_found")
            refused(act(rest, bids[0], action, program), 403, "insufficient_scope")

    def test_a_bid_of_another_job_is_not_there(self, rest: Rest, ann: Who, bids: Any) -> None:
        other = cast.job_of(ann)
        refused(rest.post(f"jobs/{other.pk}/bids/{bids[0].pk}/accept", by=ann), 404, "not_found")

    def test_a_suspended_bidders_bid_cannot_be_taken(
        self, rest: Rest, ann: Who, carl: Who, sam: Who, bids: Any
    ) -> None:
        from accounts.services.people import suspend_person

        suspend_person(person_id=carl.id, reason="spam", by=sam.actor)
        refused(act(rest, bids[0], "accept", ann), 404, "not_found")
        assert rest.get(f"jobs/{bids[0].job_id}/bids", by=ann).json()["meta"]["total"] == 1

    def test_it_takes_no_fields(self, rest: Rest, ann: Who, bids: Any) -> None:
        with cast.nothing_changes():
            refused(act(rest, bids[0], "accept", ann, {"amount": 1}), 400, "unknown_field")


class TestRejecting:
    """With or without a reason."""

    def test_the_bidder_reads_why(self, rest: Rest, ann: Who, carl: Who, bids: Any) -> None:
        act(rest, bids[0], "reject", ann, {"reason": "Too dear."})
        data = rest.get(f"jobs/{bids[0].job_id}/bids/{bids[0].pk}", by=carl).json()["data"]
        assert (data["status"], data["rejectionReason"]) == ("rejected", "Too dear.")
        assert cast.events_since()[-1] == "bid.rejected"
        with cast.nothing_changes():
            refused(act(rest, bids[0], "reject", ann), 409, "bid_not_pending")
            refused(act(rest, bids[1], "reject", ann, {"reason": "x" * 501}), 400, "validation_failed")


class TestWithdrawing:
    """Of a pending one; of an accepted one until work begins, which reopens the job."""

    def test_a_pending_one(self, rest: Rest, carl: Who, bids: Any) -> None:
        assert act(rest, bids[0], "withdraw", carl).json()["data"]["status"] == "withdrawn"
        assert cast.events_since()[-1] == "bid.withdrawn"
        with cast.nothing_changes():
            refused(act(rest, bids[0], "withdraw", carl), 409, "bid_not_pending")

    def test_an_accepted_one_gives_the_job_back(self, rest: Rest, ann: Who, carl: Who, job: Job, bids: Any) -> None:
        act(rest, bids[0], "accept", ann)
        assert act(rest, bids[0], "withdraw", carl).json()["data"]["status"] == "withdrawn"
        job.refresh_from_db()
        assert (job.status, job.contractor_id, bool(job.expires_at)) == ("posted", None, True)
        assert cast.events_since()[-2:] == ["bid.withdrawn", "job.reopened"]

    def test_not_once_work_has_begun(self, rest: Rest, ann: Who, carl: Who, job: Job, bids: Any) -> None:
        act(rest, bids[0], "accept", ann)
        cast.moved(job, "in_progress", by=ann)
        with cast.nothing_changes():
            refused(act(rest, bids[0], "withdraw", carl), 409, "bid_not_pending")

    def test_nobody_elses(self, rest: Rest, ann: Who, dora: Who, bids: Any) -> None:
        with cast.nothing_changes():
            refused(act(rest, bids[0], "withdraw", ann), 403, "forbidden")
            refused(act(rest, bids[0], "withdraw", dora), 404, "not_found")


class TestSeals:
    """The owner and staff see all, a bidder their own, others none."""

    def amounts(self, rest: Rest, job: Job, by: Who) -> list[float]:
        return sorted(bid["amount"] for bid in rest.get(f"jobs/{job.pk}/bids", by=by).json()["data"])

    def test_under_their_job(
        self, rest: Rest, job: Job, bids: Any, ann: Who, bob: Who, carl: Who, dora: Who, sam: Who
    ) -> None:
        assert self.amounts(rest, job, ann) == self.amounts(rest, job, sam) == [100, 200]
        assert (self.amounts(rest, job, carl), self.amounts(rest, job, dora)) == ([100], [200])
        assert self.amounts(rest, job, bob) == []
        refused(rest.get(f"jobs/{job.pk}/bids"), 401, "not_authenticated")

    def test_one_by_one(
        self, rest: Rest, job: Job, bids: Any, ann: Who, bob: Who, carl: Who, dora: Who, sam: Who
    ) -> None:
        path = f"jobs/{job.pk}/bids/{bids[0].pk}"
        assert {rest.get(path, by=who).status_code for who in (ann, carl, sam)} == {200}
        for who in (bob, dora):
            refused(rest.get(path, by=who), 404, "not_found")

    def test_under_a_job_that_is_not_seen_nothing_is_there(self, rest: Rest, ann: Who, carl: Who) -> None:
        draft = cast.job_of(ann, status="draft")
        refused(rest.get(f"jobs/{draft.pk}/bids", by=carl), 404, "not_found")

    def test_all_of_ones_own(self, rest: Rest, job: Job, bids: Any, ann: Who, bob: Who, carl: Who) -> None:
        sent, received = rest.get("bids", by=carl).json(), rest.get("bids", by=ann).json()
        assert [bid["id"] for bid in sent["data"]] == [str(bids[0].pk)]
        assert received["meta"]["total"] == 2
        assert rest.get("bids", by=bob).json()["data"] == []
        assert rest.get("bids?status=accepted", by=ann).json()["data"] == []
        assert rest.get(f"bids?jobId={job.pk}&status=pending,rejected&sort=amount", by=ann).json()["meta"]["total"] == 2
        refused(rest.get("bids"), 401, "not_authenticated")
        refused(rest.get("bids?status=open", by=ann), 400, "invalid_parameter")
        refused(rest.get("bids", by=carl.with_key("jobs:read")), 403, "insufficient_scope")
