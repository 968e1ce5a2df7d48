"""Taking the locks for a bid: its job first, then bids in the order of their ids."""

from typing import Any
from uuid import UUID

from accounts.actors import Actor
from bids.models import Bid
from core.errors import NotFound
from jobs.models import Job


def lock_bid(job_id: UUID, bid_id: UUID, *, by: Actor) -> Bid:
    """The bid, with its job held. Raises NotFound where the actor does not see it.

    Every operation on a bid holds the job, so a bid cannot change while its job is held, and needs no lock of its own.
    """
    job: Any = Job.objects.select_for_update(of=("self",), no_key=True).filter(pk=job_id).first()
    bid = Bid.objects.visible_to(by.viewer).filter(pk=bid_id, job_id=job_id).first() if job else None
    if bid is None:
        raise NotFound
    bid.job = job
    return bid
