"""Deciding on an offer: accepting it, which happens exactly once for a job, turning it down, taking it back."""

from uuid import UUID

from django.utils import timezone

from accounts.actors import Actor
from bids import events
from bids.exceptions import BidNotPending, BidStale, JobAlreadyAssigned, JobNotOpen
from bids.models import Bid, Status
from bids.services.closing import settle
from bids.services.locking import lock_bid
from core.errors import Forbidden
from core.hooks import call_hooks
from core.operations import operation
from events.recording import record, record_all
from jobs.events import JobAssigned
from jobs.models import Job
from jobs.services import reopen_job

OTHER_ACCEPTED = "other_bid_accepted"


@operation
def accept_bid(*, job_id: UUID, bid_id: UUID, by: Actor) -> Bid:
    """Award the job to this bid and turn the other pending ones down. The same bid again changes nothing."""
    bid = _bid_of_owner(job_id, bid_id, by)
    if bid.status == Status.ACCEPTED:
        return bid
    if bid.job.status != Job.Status.POSTED:
        raise JobAlreadyAssigned if bid.job.contractor_id else JobNotOpen
    if bid.status != Status.PENDING:
        raise BidNotPending
    if bid.stale:
        raise BidStale
    others = list(bid.job.bids.filter(status=Status.PENDING).exclude(pk=bid.pk).order_by("pk"))
    settle([bid], Status.ACCEPTED)
    settle(others, Status.REJECTED, reason=OTHER_ACCEPTED)
    _assign(bid)
    rejections = [events.BidRejected(other) for other in others]
    record_all([events.BidAccepted(bid), *rejections, JobAssigned(bid.job)], by=by)
    call_hooks("BID_ACCEPTED_HOOKS", bid=bid, by=by)
    return bid


def _assign(bid: Bid) -> None:
    job = bid.job
    job.status, job.contractor_id, job.updated_at = Job.Status.ASSIGNED, bid.contractor_id, timezone.now()
    job.expires_at = None
    job.save(update_fields=["status", "contractor", "expires_at", "updated_at"])


@operation
def reject_bid(*, job_id: UUID, bid_id: UUID, reason: str | None = None, by: Actor) -> Bid:
    """Turn a pending bid down; its bidder reads the reason."""
    bid = _bid_of_owner(job_id, bid_id, by)
    if bid.status != Status.PENDING:
        raise BidNotPending
    settle([bid], Status.REJECTED, reason=reason or None)
    record(events.BidRejected(bid), by=by)
    return bid


@operation
def withdraw_bid(*, job_id: UUID, bid_id: UUID, by: Actor) -> Bid:
    """Take a bid of one's own back. An accepted one gives the job back, as long as work has not begun."""
    by.needs("bids:write")
    bid = lock_bid(job_id, bid_id, by=by)
    if bid.contractor_id != by.id:
        raise Forbidden
    if bid.status == Status.ACCEPTED and bid.job.status == Job.Status.ASSIGNED:
        reopen_job(bid.job, by=by)
        bid.refresh_from_db(fields=["status", "decided_at", "updated_at"])
        return bid
    if bid.status != Status.PENDING:
        raise BidNotPending
    settle([bid], Status.WITHDRAWN)
    record(events.BidWithdrawn(bid), by=by)
    return bid


def _bid_of_owner(job_id: UUID, bid_id: UUID, by: Actor) -> Bid:
    by.needs("bids:decide")
    bid = lock_bid(job_id, bid_id, by=by)
    if bid.job.owner_id != by.id:
        raise Forbidden("Only the job's owner decides its bids.")
    return bid
