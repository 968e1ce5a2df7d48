"""Offers on a job."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from bids.querysets import BidQuerySet
from core.ids import uuid7


class Status(models.TextChoices):
    """The states of a bid."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Bid(models.Model):
    """What a contractor asks for a job. `stale`: the job changed after it; the bidder has to confirm or edit it.

    `round` is the job's round of bidding when it was made: a rejected bidder may bid again in the next one.
    """

    Status = Status

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # Both keys lead an index below; one of their own would be written with every bid and never read.
    job = models.ForeignKey("jobs.Job", on_delete=models.CASCADE, related_name="bids", db_index=False)
    contractor = models.ForeignKey(
        "contractors.Contractor", on_delete=models.PROTECT, related_name="bids", db_index=False
    )
    amount = models.DecimalField(max_digits=9, decimal_places=2)
    message = models.CharField(max_length=2000)
    estimated_days = models.PositiveSmallIntegerField(null=True, blank=True)
    status = models.CharField(max_length=9, choices=Status, default=Status.PENDING)
    rejection_reason = models.CharField(max_length=500, null=True, blank=True)
    stale = models.BooleanField(default=False)
    round = models.PositiveIntegerField(default=0)
    decided_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = BidQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["job"], condition=Q(status="accepted"), name="bid_accepted_once"),
            models.UniqueConstraint(
                fields=["job", "contractor"],
                condition=Q(status__in=["pending", "accepted"]),
                name="bid_live_once",
            ),
            models.CheckConstraint(condition=Q(amount__gte=1, amount__lte=1_000_000), name="bid_amount_in_range"),
            models.CheckConstraint(
                condition=Q(estimated_days__isnull=True) | Q(estimated_days__gte=1, estimated_days__lte=365),
                name="bid_days_in_range",
            ),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="bid_status_known"),
            models.CheckConstraint(condition=~Q(message=""), name="bid_says_something"),
        ]
        indexes = [
            models.Index(fields=["job", "created_at", "id"], name="bid_of_job"),
            models.Index(fields=["contractor", "-created_at", "-id"], name="bid_of_contractor"),
            models.Index(fields=["-created_at", "-id"], name="bid_newest"),
            models.Index(fields=["-created_at", "-id"], condition=Q(stale=True), name="bid_stale"),
            models.Index(fields=["-created_at", "-id"], condition=Q(status="withdrawn"), name="bid_withdrawn"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} for {self.job_id}"
