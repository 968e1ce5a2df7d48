"""Making an offer, changing it, and standing by it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone

from accounts.actors import Actor
from bids import events
from bids.exceptions import AlreadyBid, BidLimit, BidNotPending, BidRejected, JobNotOpen
from bids.models import Bid, Status
from bids.services.locking import lock_bid
from core.errors import Forbidden
from core.operations import operation
from core.shapes import SHAPES, Slot, Statement
from events.recording import record, record_new
from jobs.models import Job
from jobs.services.locking import lock_job_and_read

MOST = 3  # bids of one contractor on one job, withdrawn ones counted


@operation
def submit_bid(*, job_id: UUID, amount: Decimal, message: str, estimated_days: int | None = None, by: Actor) -> Bid:
    """A contractor's offer on a posted job."""
    by.needs("bids:write")
    by.must_be("contractor")
    asked = SHAPES.get_or_write("earlier bids", _write_earlier).asked({"job": job_id, "contractor": by.id})
    job, [earlier] = lock_job_and_read(job_id, [asked], by=by)
    if job.status != Job.Status.POSTED:
        raise JobNotOpen
    _check_earlier_bids(job, earlier)
    bid = Bid(
        job=job,
        contractor_id=by.id,
        amount=amount,
        message=message,
        estimated_days=estimated_days,
        round=job.bidding_round,
    )
    record_new(events.BidCreated(bid), by=by)
    return bid


def _check_earlier_bids(job: Job, earlier: Sequence[tuple[str, int]]) -> None:
    if any(status in (Status.PENDING, Status.ACCEPTED) for status, _ in earlier):
        raise AlreadyBid
    if any(status == Status.REJECTED and turn == job.bidding_round for status, turn in earlier):
        raise BidRejected
    if len(earlier) >= MOST:
        raise BidLimit


def _write_earlier() -> Statement:
    return Statement(Bid.objects.filter(job=Slot("job"), contractor=Slot("contractor")).values_list("status", "round"))


@operation
def edit_bid(*, job_id: UUID, bid_id: UUID, changes: Mapping[str, Any], by: Actor) -> Bid:
    """Change a pending bid of one's own, which also renews it when it is stale."""
    bid = _own_pending_bid(job_id, bid_id, by)
    changed = {name: value for name, value in changes.items() if getattr(bid, name) != value}
    if changed:
        _renew(bid, changed, by)
    return bid


@operation
def confirm_bid(*, job_id: UUID, bid_id: UUID, by: Actor) -> Bid:
    """Stand by a bid though the job has changed. A bid that is not stale stays as it is."""
    bid = _own_pending_bid(job_id, bid_id, by)
    if bid.stale:
        _renew(bid, {}, by)
    return bid


def _own_pending_bid(job_id: UUID, bid_id: UUID, by: Actor) -> Bid:
    by.needs("bids:write")
    bid = lock_bid(job_id, bid_id, by=by)
    if bid.contractor_id != by.id:
        raise Forbidden
    if bid.status != Status.PENDING:
        raise BidNotPending
    return bid


def _renew(bid: Bid, changed: Mapping[str, Any], by: Actor) -> None:
    for name, value in {**changed, "stale": False}.items():
        setattr(bid, name, value)
    bid.updated_at = timezone.now()
    bid.save(update_fields=[*changed, "stale", "updated_at"])
    record(events.BidUpdated(bid), by=by)
