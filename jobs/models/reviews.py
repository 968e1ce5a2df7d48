"""What owners say about the work that was done for them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from core.ids import uuid7
from jobs.querysets import ReviewQuerySet


class Review(models.Model):
    """An owner's judgement of a completed job, with at most one reply.

    The contractor stands here as well as on the job, for their reviews are listed and their rating is made by it. While
    `hidden_at` is set, staff have taken the review from all but its author, and it does not count.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    job = models.ForeignKey("jobs.Job", on_delete=models.PROTECT, related_name="reviews", db_index=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reviews")
    contractor = models.ForeignKey(
        "contractors.Contractor", on_delete=models.PROTECT, related_name="reviews", db_index=False
    )
    rating = models.PositiveSmallIntegerField()
    comment = models.CharField(max_length=2000)
    reply = models.CharField(max_length=2000, null=True, blank=True)
    replied_at = models.DateTimeField(null=True, blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_reason = models.CharField(max_length=500, null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["job"], name="review_once_a_job"),
            models.CheckConstraint(condition=Q(rating__gte=1, rating__lte=5), name="review_rating_in_range"),
            models.CheckConstraint(condition=~Q(comment=""), name="review_says_something"),
            models.CheckConstraint(
                condition=Q(reply__isnull=True, replied_at__isnull=True)
                | (Q(reply__isnull=False, replied_at__isnull=False) & ~Q(reply="")),
                name="review_reply_says_something",
            ),
            models.CheckConstraint(
                condition=Q(hidden_at__isnull=True, hidden_reason__isnull=True)
                | (Q(hidden_at__isnull=False, hidden_reason__isnull=False) & ~Q(hidden_reason="")),
                name="review_hidden_for_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["contractor", "-created_at", "-id"], name="review_newest"),
            models.Index(fields=["contractor", "-rating", "-id"], name="review_best"),
            models.Index(fields=["-id"], condition=Q(hidden_at__isnull=False), name="review_hidden"),
            models.Index(fields=["rating", "-id"], name="review_of_rating"),
        ]

    def __str__(self) -> str:
        return f"{self.rating} for {self.contractor_id}"
