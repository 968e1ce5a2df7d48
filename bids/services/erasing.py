"""What becomes of the bids of somebody who leaves for good, on either side (settings.PERSON_ERASED_HOOKS)."""

from typing import Any

from accounts.actors import Actor
from bids import events
from bids.models import Bid, Status
from bids.services.closing import settle
from bids.services.deciding import OTHER_ACCEPTED
from core.erasing import Gone
from events.erasing import resources_of
from events.recording import record_all
from jobs.models import Job

DELETED_MESSAGE = "deleted"
CODES = (OTHER_ACCEPTED, "job_cancelled", "job_expired")


def erase_bids_of(*, person: Any, gone: Gone, by: Actor) -> None:
    """Withdraw what is pending. Owners keep the bids, with their amounts and days, and bidders how they were answered;
    what the person wrote goes."""
    _withdraw(person, by)
    sent, received = Bid.objects.filter(contractor=person.pk), Bid.objects.filter(job__owner=person.pk)
    told = resources_of(person.pk, "bid")
    shown = resources_of(person.pk, "bid", data__contractor__id=str(person.pk))
    gone.add(shown | set(sent.values_list("pk", flat=True)), message=DELETED_MESSAGE)
    gone.add((told - shown) | set(received.values_list("pk", flat=True)), rejectionReason=_reason)
    sent.update(message=DELETED_MESSAGE)
    received.exclude(rejection_reason__in=CODES).update(rejection_reason=None)


def _withdraw(person: Any, by: Actor) -> None:
    """As withdrawing each would; a bid that came since the jobs were held has its job held now."""
    pending = Bid.objects.filter(contractor=person.pk, status=Status.PENDING)
    jobs = Job.objects.filter(pk__in=pending.values("job")).order_by("pk")
    list(jobs.select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))
    live = list(pending.select_related("job").order_by("job", "pk"))
    settle(live, Status.WITHDRAWN)
    record_all([events.BidWithdrawn(bid) for bid in live], by=by)


def _reason(reason: str | None) -> str | None:
    return reason if reason in CODES else None
