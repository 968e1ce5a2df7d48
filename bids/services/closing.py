"""What becomes of bids when their job ends or opens again (settings.JOB_CLOSED_HOOKS and JOB_REOPENED_HOOKS)."""

from collections.abc import Sequence

from django.utils import timezone

from accounts.actors import Actor
from bids import events
from bids.models import Bid, Status
from events.recording import record_all
from jobs.models import Job


def settle(bids: Sequence[Bid], status: str, *, reason: str | None = None) -> None:
    """Decide bids whose job is held: one statement for all of them."""
    now = timezone.now()
    for bid in bids:
        bid.status, bid.rejection_reason, bid.decided_at, bid.updated_at = status, reason, now, now
    decided = {"status": status, "rejection_reason": reason, "decided_at": now, "updated_at": now}
    Bid.objects.filter(pk__in=[bid.pk for bid in bids]).update(**decided)


def reject_live_bids(*, job: Job, reason: str, by: Actor) -> None:
    """Turn down whatever is pending or accepted on a job that ends."""
    live = list(_of(job, Status.PENDING, Status.ACCEPTED))
    settle(live, Status.REJECTED, reason=reason)
    record_all([events.BidRejected(bid) for bid in live], by=by)


def release_accepted_bid(*, job: Job, by: Actor) -> None:
    """The accepted bid of a job that is opened again counts as withdrawn, whoever ended the agreement."""
    accepted = list(_of(job, Status.ACCEPTED))
    settle(accepted, Status.WITHDRAWN)
    record_all([events.BidWithdrawn(bid) for bid in accepted], by=by)


def _of(job: Job, *statuses: str) -> list[Bid]:
    bids = list(job.bids.filter(status__in=statuses).order_by("pk"))
    for bid in bids:
        bid.job = job
    return bids
