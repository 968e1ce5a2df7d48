"""Judging the work that was done, replying to that, and what staff do to a review.

Every operation on a review holds its job, so the review needs no lock of its own. The contractor's profile comes last.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Avg, Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, Round
from django.utils import timezone

from accounts.actors import Actor
from accounts.audit import audit
from contractors.models import Contractor
from core.errors import FieldErrors, Forbidden, NotFound
from core.operations import operation
from events.recording import record
from jobs import events
from jobs.exceptions import AlreadyReplied, AlreadyReviewed, JobNotCompleted, ReviewWindowClosed
from jobs.models import Job, Review, Status
from jobs.services.locking import lock_job


@operation
def review_contractor(*, job_id: UUID, rating: int, comment: str, by: Actor) -> Review:
    """The owner of a completed job judges the work, once, within settings.REVIEW_DAYS."""
    by.needs("jobs:write")
    job = lock_job(job_id, by=by)
    if job.owner_id != by.id:
        raise Forbidden("Only the job's owner reviews the work.")
    if job.status != Status.COMPLETED:
        raise JobNotCompleted
    if job.reviews.exists():
        raise AlreadyReviewed
    if _is_over(job.completed_at):
        raise ReviewWindowClosed
    review = Review.objects.create(
        job=job, author_id=by.person_id, contractor_id=job.contractor_id, rating=rating, comment=comment
    )
    rate_contractors([review.contractor_id])
    record(events.ReviewCreated(review), by=by)
    return review


def _is_over(completed_at: datetime | None) -> bool:
    return completed_at is None or completed_at + timedelta(days=settings.REVIEW_DAYS) < timezone.now()


@operation
def reply_to_review(*, review_id: UUID, reply: str, by: Actor) -> Review:
    """The contractor's one answer to a review, for all to read."""
    by.needs("profile:write")
    review = _lock_review(review_id, by)
    if review.contractor_id != by.id:
        raise Forbidden("Only the contractor whose work it judges replies to a review.")
    if review.reply is not None:
        raise AlreadyReplied
    review.reply, review.replied_at = reply, timezone.now()
    review.save(update_fields=["reply", "replied_at"])
    record(events.ReviewReplied(review), by=by)
    return review


@operation
def hide_review(*, review_id: UUID, reason: str, by: Actor) -> Review:
    """Staff take a review from all but its author, who reads why; it does not count any more."""
    review = _lock_review_for_staff(review_id, by)
    if not reason.strip():
        raise FieldErrors({"reason": ["Say why."]})
    if review.hidden_at is None:
        _put_out_of_sight(review, timezone.now(), reason.strip()[:500])
        audit(
            "review.hidden",
            target_type="review",
            target_id=review.pk,
            why=reason.strip(),
            about=review.author_id,
            by=by,
        )
    return review


@operation
def show_review(*, review_id: UUID, reason: str = "", by: Actor) -> Review:
    """Staff bring a hidden review back."""
    review = _lock_review_for_staff(review_id, by)
    if review.hidden_at is not None:
        _put_out_of_sight(review, None, None)
        audit(
            "review.restored",
            target_type="review",
            target_id=review.pk,
            why=reason.strip(),
            about=review.author_id,
            by=by,
        )
    return review


def rate_contractors(contractor_ids: Iterable[UUID]) -> None:
    """Make rating and count anew from the published reviews. Whoever removes or hides reviews calls this afterwards.

    The profiles are held first: of two reviews at the same moment, the second to get here counts both.
    """
    profiles = Contractor.objects.filter(pk__in=list(contractor_ids)).order_by("pk")
    list(profiles.select_for_update(of=("self",), no_key=True).values_list("pk"))
    reviews = Review.objects.published().filter(contractor=OuterRef("pk")).order_by().values("contractor")
    profiles.order_by().update(
        rating=Coalesce(Subquery(reviews.values(mean=Round(Avg("rating"), precision=2))), 0),
        review_count=Coalesce(Subquery(reviews.values(count=Count("pk"))), 0),
    )


def _put_out_of_sight(review: Review, since: datetime | None, reason: str | None) -> None:
    review.hidden_at, review.hidden_reason = since, reason
    review.save(update_fields=["hidden_at", "hidden_reason"])
    rate_contractors([review.contractor_id])


def _lock_review_for_staff(review_id: UUID, by: Actor) -> Review:
    if not by.is_staff:
        raise Forbidden
    return _lock_review(review_id, by)


def _lock_review(review_id: UUID, by: Actor) -> Review:
    """The review, with its job held. Raises NotFound where the actor does not see it."""
    seen: QuerySet[Review] = Review.objects.visible_to(by.viewer).filter(pk=review_id)
    Job.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=seen.values("job")).values_list("pk").first()
    review = seen.first()
    if review is None:
        raise NotFound
    return review
