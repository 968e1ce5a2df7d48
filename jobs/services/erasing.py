"""What becomes of the jobs of somebody who leaves for good (settings.PERSON_ERASED_HOOKS)."""

from typing import Any
from uuid import UUID

from django.db.models import DecimalField, F, Q, QuerySet
from django.db.models.functions import Round

from accounts.actors import Actor
from core.erasing import Gone
from events.erasing import resources_of
from jobs.exceptions import WorkInProgress
from jobs.models import Job, JobImage, Review, SavedSearch, Status
from jobs.services.moving import EXPIRED, cancel_job

DELETED_JOB, DELETED_WORDS = "deleted job", "deleted"
RUNNING = (Status.ASSIGNED, Status.IN_PROGRESS)


def hold_work_of(*, person: Any, gone: Gone, by: Actor) -> None:
    """Lock whatever is not over, in order; refuse while work of theirs is agreed or running, on either side."""
    bid_on = Job.objects.filter(bids__contractor=person.pk, bids__status="pending")
    theirs = Q(owner=person.pk) & ~Q(status__in=[Status.COMPLETED, Status.CANCELLED])
    held = Job.objects.filter(theirs | Q(contractor=person.pk, status__in=RUNNING) | Q(pk__in=bid_on.values("pk")))
    list(held.select_for_update(of=("self",), no_key=True).order_by("pk").values_list("pk", flat=True))
    if Job.objects.filter(Q(owner=person.pk) | Q(contractor=person.pk), status__in=RUNNING).exists():
        raise WorkInProgress


def erase_jobs_of(*, person: Any, gone: Gone, by: Actor) -> None:
    """Cancel what is posted, delete what nobody else ever saw, and take out of the rest whatever its owner wrote.

    The contractor and the bidders keep category, budget, dates and states, and the place as everybody saw it.
    """
    jobs = Job.objects.filter(owner=person.pk)
    ids = set(jobs.values_list("pk", flat=True)) | resources_of(person.pk, "job", data__user__id=str(person.pk))
    gone.add(ids, title=DELETED_JOB, description="", images=[], cancelReason=_reason, location=_rounded)
    for job in jobs.filter(status=Status.POSTED).order_by("pk"):
        cancel_job(job, reason="", role="owner", by=by)
    jobs.filter(Q(status=Status.DRAFT) | Q(posted_at=None, bids=None)).delete()
    JobImage.objects.filter(job__owner=person.pk).delete()
    jobs.exclude(cancel_reason=EXPIRED).update(cancel_reason=None)
    jobs.update(title=DELETED_JOB, description="", address=None, lat=_two_places("lat"), lng=_two_places("lng"))


def erase_reviews_of(*, person: Any, gone: Gone, by: Actor) -> None:
    """Take out what the person wrote, as an author or in reply. Ratings stay, for others were judged by them."""
    written, received = Review.objects.filter(author=person.pk), Review.objects.filter(contractor=person.pk)
    gone.add(_ids(written), comment=DELETED_WORDS, hiddenReason=_words)
    gone.add(_ids(received), reply=_words)
    written.update(comment=DELETED_WORDS)
    written.exclude(hidden_reason=None).update(hidden_reason=DELETED_WORDS)
    received.exclude(reply=None).update(reply=DELETED_WORDS)


def erase_searches_of(*, person: Any, gone: Gone, by: Actor) -> None:
    """Delete what they were looking for, which nobody else sees."""
    SavedSearch.objects.filter(person=person.pk).delete()


def _ids(rows: QuerySet[Any]) -> set[UUID]:
    return set(rows.values_list("pk", flat=True))


def _words(words: str | None) -> str | None:
    return DELETED_WORDS if words is not None else None


def _two_places(column: str) -> Round:
    return Round(F(column), precision=2, output_field=DecimalField(max_digits=9, decimal_places=6))


def _reason(reason: str | None) -> str | None:
    return reason if reason == EXPIRED else None


def _rounded(place: dict[str, Any]) -> dict[str, Any]:
    return {"lat": round(place["lat"], 2), "lng": round(place["lng"], 2)}
