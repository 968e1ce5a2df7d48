"""A job's way from one state to the next: who may, when, and what follows."""

from datetime import timedelta
from itertools import product

import pytest
from django.utils import timezone

from contractors.models import Contractor
from jobs.models import TRANSITIONS, Job, Status
from jobs.services import complete_unanswered_work, expire_jobs
from tests import cast
from tests.cast import Rest, Who, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(ann: Who, bob: Who, carl: Who, dora: Who, sam: Who) -> dict[str, Who]:
    return {"owner": ann, "homeowner": bob, "contractor": carl, "other": dora, "staff": sam}


def job_in(status: str, people: dict[str, Who]) -> Job:
    """Ann's job in this state; from assigned on it is Carl's."""
    ann, carl = people["owner"], people["contractor"]
    if status in ("draft", "posted"):
        return cast.job_of(ann, status=status)
    job = cast.assigned(ann, carl)
    ways = {
        "assigned": [],
        "in_progress": ["in_progress"],
        "completed": ["in_progress", "completed"],
        "cancelled": ["cancelled"],
    }
    return cast.moved(job, *ways[status], by=ann)


@pytest.mark.parametrize(
    ("status", "target", "role"),
    list(product(Status.values, Status.values, ["owner", "homeowner", "contractor", "other", "staff"])),
)
def test_every_move_is_made_by_those_who_may_and_refused_to_all_others(
    rest: Rest, people: dict[str, Who], status: str, target: str, role: str
) -> None:
    job = job_in(status, people)
    mine = role if role != "contractor" or status in ("assigned", "in_progress", "completed") else "other"
    allowed = [state for state, roles in TRANSITIONS.get(status, {}).items() if mine in roles]
    before, recorded = cast.everything(), len(cast.events_since())
    reason = {"cancelReason": "It has to be."} if target == "cancelled" != status else {}
    answer = rest.patch(f"jobs/{job.pk}", {"status": target, **reason}, by=people[role])
    job.refresh_from_db()
    if status == "draft" and mine in ("homeowner", "other"):
        refused(answer, 404, "not_found")
    elif mine in ("homeowner", "other"):
        refused(answer, 403, "forbidden")
    elif target == status:
        assert answer.status_code == 200
        assert len(cast.events_since()) == recorded, "writing the state that it has records nothing"
        return
    elif target in allowed:
        assert (answer.status_code, job.status) == (200, target), answer.content
        assert cast.events_since(recorded), "it is told"
        return
    else:
        refused(answer, 409, "invalid_transition")
        assert answer.json()["details"] == {"currentStatus": status, "allowedTransitions": sorted(allowed)}
    assert cast.everything() == before


@pytest.mark.parametrize(("status", "role"), list(product(Status.values, ["owner", "contractor", "staff", "other"])))
def test_a_job_says_which_moves_its_reader_may_make(rest: Rest, people: dict[str, Who], status: str, role: str) -> None:
    job = job_in(status, people)
    answer = rest.get(f"jobs/{job.pk}", by=people[role])
    if answer.status_code == 404:
        assert status == "draft"
        return
    mine = role if role != "contractor" or status in ("assigned", "in_progress", "completed") else "other"
    allowed = {str(state) for state, roles in TRANSITIONS.get(status, {}).items() if mine in roles}
    assert set(answer.json()["data"]["allowedTransitions"]) == allowed


def test_it_is_not_taken_back_to_a_draft_while_a_bid_is_pending(rest: Rest, ann: Who, carl: Who) -> None:
    job = cast.job_of(ann)
    bid = cast.bid_of(carl, job)
    assert rest.get(f"jobs/{job.pk}", by=ann).json()["data"]["allowedTransitions"] == ["cancelled"]
    with cast.nothing_changes():
        refused(rest.patch(f"jobs/{job.pk}", {"status": "draft"}, by=ann), 409, "invalid_transition")
    rest.post(f"jobs/{job.pk}/bids/{bid.pk}/withdraw", by=carl)
    assert rest.patch(f"jobs/{job.pk}", {"status": "draft"}, by=ann).json()["data"]["status"] == "draft"
    assert cast.events_since()[-1] == "job.unposted"


class TestCancelling:
    """Bids are turned down; agreed work needs a reason."""

    def test_pending_bids_are_rejected_with_the_reason(self, rest: Rest, ann: Who, carl: Who, dora: Who) -> None:
        job = cast.job_of(ann)
        bids = [cast.bid_of(who, job) for who in (carl, dora)]
        data = rest.patch(f"jobs/{job.pk}", {"status": "cancelled"}, by=ann).json()["data"]
        assert (data["status"], data["cancelReason"], data["expiresAt"]) == ("cancelled", None, None)
        for bid in bids:
            bid.refresh_from_db()
            assert (bid.status, bid.rejection_reason) == ("rejected", "job_cancelled")
        assert cast.events_since()[-3:] == ["bid.rejected", "bid.rejected", "job.cancelled"]

    def test_the_owner_gives_a_reason_once_a_bid_was_accepted(self, rest: Rest, ann: Who, carl: Who) -> None:
        job = cast.assigned(ann, carl)
        with cast.nothing_changes():
            answer = rest.patch(f"jobs/{job.pk}", {"status": "cancelled"}, by=ann)
        refused(answer, 400, "validation_failed")
        assert set(answer.json()["details"]) == {"cancelReason"}
        data = rest.patch(f"jobs/{job.pk}", {"status": "cancelled", "cancelReason": "We are moving."}, by=ann).json()[
            "data"
        ]
        assert (data["cancelReason"], data["contractor"]) == ("We are moving.", None)
        assert job.bids.get().status == "rejected"

    def test_staff_give_a_reason_once_work_has_begun(self, rest: Rest, people: dict[str, Who]) -> None:
        job = job_in("in_progress", people)
        refused(rest.patch(f"jobs/{job.pk}", {"status": "cancelled"}, by=people["staff"]), 400, "validation_failed")
        answer = rest.patch(f"jobs/{job.pk}", {"status": "cancelled", "cancelReason": "Fraud."}, by=people["staff"])
        assert answer.json()["data"]["status"] == "cancelled"

    def test_a_reason_alone_is_no_change(self, rest: Rest, ann: Who) -> None:
        job = cast.job_of(ann)
        refused(rest.patch(f"jobs/{job.pk}", {"cancelReason": "Why?"}, by=ann), 400, "validation_failed")

    def test_cancelled_before_it_was_ever_posted_it_stays_its_owners(
        self, rest: Rest, ann: Who, carl: Who, sam: Who
    ) -> None:
        job = cast.moved(cast.job_of(ann, status="draft"), "cancelled", by=ann)
        assert rest.get(f"jobs/{job.pk}", by=carl).status_code == 404
        assert rest.get(f"jobs/{job.pk}").status_code == 404
        assert {rest.get(f"jobs/{job.pk}", by=who).status_code for who in (ann, sam)} == {200}


class TestDoingTheWork:
    """Started by either, completed by the owner, or by time."""

    def test_completing_counts_for_the_contractor(self, rest: Rest, ann: Who, carl: Who) -> None:
        job = cast.assigned(ann, carl)
        assert rest.patch(f"jobs/{job.pk}", {"status": "in_progress"}, by=carl).json()["data"]["startedAt"]
        assert rest.patch(f"jobs/{job.pk}", {"status": "completed"}, by=ann).json()["data"]["completedAt"]
        assert Contractor.objects.get(pk=carl.id).completed_jobs == 1
        assert cast.events_since()[-2:] == ["job.started", "job.completed"]

    def test_the_contractor_asks_for_completion_once(self, rest: Rest, ann: Who, carl: Who, dora: Who) -> None:
        job = cast.assigned(ann, carl)
        path = f"jobs/{job.pk}/completion-request"
        with cast.nothing_changes():
            refused(rest.post(path, by=carl), 409, "job_not_in_progress")
            for who in (ann, dora):
                refused(rest.post(path, by=who), 403, "forbidden")
            refused(rest.post(path), 401, "not_authenticated")
        cast.moved(job, "in_progress", by=ann)
        first = rest.post(path, by=carl)
        assert (first.status_code, bool(first.json()["data"]["completionRequestedAt"])) == (200, True)
        assert rest.post(path, by=carl).json()["data"] == first.json()["data"]
        assert cast.events_since().count("job.completion_requested") == 1

    def test_after_a_fortnight_without_an_answer_it_is_completed(self, ann: Who, carl: Who) -> None:
        job = cast.moved(cast.assigned(ann, carl), "in_progress", by=ann)
        Job.objects.filter(pk=job.pk).update(completion_requested_at=timezone.now() - timedelta(days=13, hours=23))
        assert complete_unanswered_work() == 0
        Job.objects.filter(pk=job.pk).update(completion_requested_at=timezone.now() - timedelta(days=14))
        assert (complete_unanswered_work(), complete_unanswered_work()) == (1, 0)
        assert Job.objects.get(pk=job.pk).status == "completed"
        assert Contractor.objects.get(pk=carl.id).completed_jobs == 1

    def test_work_that_nobody_called_done_is_never_completed_by_itself(self, ann: Who, carl: Who) -> None:
        job = cast.moved(cast.assigned(ann, carl), "in_progress", by=ann)
        Job.objects.filter(pk=job.pk).update(started_at=timezone.now() - timedelta(days=100))
        assert complete_unanswered_work() == 0


class TestExpiry:
    """A posted job ends after its time; its bids are turned down."""

    def test_it_is_cancelled_and_its_bids_rejected(self, ann: Who, carl: Who) -> None:
        job, other = cast.job_of(ann), cast.job_of(ann)
        bid = cast.bid_of(carl, job)
        Job.objects.filter(pk=job.pk).update(expires_at=timezone.now())
        assert (expire_jobs(), expire_jobs()) == (1, 0)
        job.refresh_from_db()
        bid.refresh_from_db()
        assert (job.status, job.cancel_reason) == ("cancelled", "expired")
        assert (bid.status, bid.rejection_reason) == ("rejected", "job_expired")
        assert Job.objects.get(pk=other.pk).status == "posted"
        assert cast.events_since()[-2:] == ["bid.rejected", "job.cancelled"]

    def test_an_assigned_job_does_not_expire(self, ann: Who, carl: Who) -> None:
        cast.assigned(ann, carl)
        assert expire_jobs() == 0


class TestReopening:
    """An assigned job goes back to posted; the bid counts as withdrawn."""

    def test_by_the_owner(self, rest: Rest, ann: Who, carl: Who, dora: Who) -> None:
        job = cast.job_of(ann)
        lost, won = cast.bid_of(dora, job), cast.bid_of(carl, job)
        rest.post(f"jobs/{job.pk}/bids/{won.pk}/accept", by=ann)
        data = rest.patch(f"jobs/{job.pk}", {"status": "posted"}, by=ann).json()["data"]
        assert (data["status"], data["contractor"], bool(data["expiresAt"])) == ("posted", None, True)
        won.refresh_from_db()
        assert won.status == "withdrawn"
        assert cast.events_since()[-2:] == ["bid.withdrawn", "job.reopened"]
        again = rest.post(f"jobs/{job.pk}/bids", {"amount": 90, "message": "Again."}, by=dora)
        assert again.status_code == 201, "a rejected bidder may bid again once it is reopened"
        assert lost.job_id == job.pk


class TestDeleting:
    """Drafts alone."""

    def test_a_draft_is_gone(self, rest: Rest, ann: Who) -> None:
        job = cast.job_of(ann, status="draft")
        assert rest.delete(f"jobs/{job.pk}", by=ann).status_code == 204
        assert rest.get(f"jobs/{job.pk}", by=ann).status_code == 404
        assert rest.delete(f"jobs/{job.pk}", by=ann).status_code == 404

    @pytest.mark.parametrize("status", ["posted", "assigned", "in_progress", "completed", "cancelled"])
    def test_nothing_else(self, rest: Rest, people: dict[str, Who], status: str) -> None:
        job = job_in(status, people)
        with cast.nothing_changes():
            refused(rest.delete(f"jobs/{job.pk}", by=people["owner"]), 409, "job_not_deletable")
            refused(rest.delete(f"jobs/{job.pk}", by=people["homeowner"]), 403, "forbidden")

    def test_a_draft_of_somebody_else_is_not_there(self, rest: Rest, ann: Who, bob: Who) -> None:
        job = cast.job_of(ann, status="draft")
        refused(rest.delete(f"jobs/{job.pk}", by=bob), 404, "not_found")
        assert Job.objects.filter(pk=job.pk).exists()


def test_a_suspended_owners_jobs_are_hidden_until_they_are_restored(
    rest: Rest, ann: Who, carl: Who, dora: Who, sam: Who
) -> None:
    from accounts.services.people import restore_person, suspend_person

    posted, running = cast.job_of(ann), cast.assigned(ann, carl)
    suspend_person(person_id=ann.id, reason="spam", by=sam.actor)
    assert rest.get("jobs").json()["meta"]["total"] == 0
    refused(rest.post(f"jobs/{posted.pk}/bids", {"amount": 9, "message": "Me."}, by=dora), 404, "not_found")
    assert rest.get(f"jobs/{posted.pk}", by=sam).status_code == 200
    assert rest.get(f"jobs/{running.pk}", by=carl).status_code == 200, "its contractor is at work there"
    restore_person(person_id=ann.id, by=sam.actor)
    assert rest.get("jobs").json()["meta"]["total"] == 2
