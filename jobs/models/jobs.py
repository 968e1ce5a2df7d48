"""Posted work and its pictures."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce, Length, Now

from core.geo import rounded
from core.ids import uuid7
from core.paging import LAST_ASCENDING, LAST_DESCENDING
from jobs.querysets import JobQuerySet

models.CharField.register_lookup(Length)


class Category(models.TextChoices):
    """The trades."""

    PLUMBING = "plumbing"
    ELECTRICAL = "electrical"
    CARPENTRY = "carpentry"
    PAINTING = "painting"
    LANDSCAPING = "landscaping"
    CLEANING = "cleaning"
    HVAC = "hvac"
    APPLIANCE = "appliance"


class Status(models.TextChoices):
    """The states of a job."""

    DRAFT = "draft"
    POSTED = "posted"
    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


TRANSITIONS: dict[str, dict[str, frozenset[str]]] = {
    Status.DRAFT: {
        Status.POSTED: frozenset({"owner"}),
        Status.CANCELLED: frozenset({"owner", "staff"}),
    },
    Status.POSTED: {
        Status.DRAFT: frozenset({"owner"}),  # while no bid is pending
        Status.CANCELLED: frozenset({"owner", "staff"}),
    },
    Status.ASSIGNED: {
        Status.POSTED: frozenset({"owner"}),
        Status.IN_PROGRESS: frozenset({"owner", "contractor"}),
        Status.CANCELLED: frozenset({"owner", "staff"}),  # the owner with a reason
    },
    Status.IN_PROGRESS: {
        Status.COMPLETED: frozenset({"owner"}),
        Status.CANCELLED: frozenset({"staff"}),  # with a reason
    },
}
"""State → next state → who may write it to `status`. Becoming assigned is not written: it is accepting a bid."""


class Job(models.Model):
    """Work that a homeowner wants done.

    `approx_lat` and `approx_lng` are what the public sees and searches by. `bidding_round` counts how often the job was
    opened for bids again. `hidden` takes it from everybody but its owner and staff: while the owner is suspended,
    or by staff, who find what it says wrong (`hidden_by_staff`).
    """

    Status, Category = Status, Category

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # Foreign keys that lead an index below have none of their own.
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="jobs", db_index=False)
    contractor = models.ForeignKey(
        "contractors.Contractor", on_delete=models.PROTECT, null=True, blank=True, related_name="jobs", db_index=False
    )
    title = models.CharField(max_length=100)
    description = models.CharField(max_length=5000)
    category = models.CharField(max_length=11, choices=Category)
    budget = models.DecimalField(max_digits=8, decimal_places=2)
    status = models.CharField(max_length=11, choices=Status, default=Status.DRAFT)
    lat = models.DecimalField(max_digits=9, decimal_places=6)
    lng = models.DecimalField(max_digits=9, decimal_places=6)
    address = models.CharField(max_length=300, null=True, blank=True)
    approx_lat = rounded("lat")
    approx_lng = rounded("lng")
    scheduled_date = models.DateTimeField(null=True, blank=True)
    posted_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    completion_requested_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=500, null=True, blank=True)
    bidding_round = models.PositiveIntegerField(default=0)
    hidden = models.BooleanField(default=False)
    hidden_by_staff = models.BooleanField(default=False, db_default=False)
    search = models.GeneratedField(
        expression=SearchVector("title", weight="A", config="english")
        + SearchVector("description", weight="B", config="english"),
        output_field=SearchVectorField(),
        db_persist=True,
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = JobQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(title__length__gte=5), name="job_title_long_enough"),
            models.CheckConstraint(condition=Q(category__in=Category.values), name="job_category_known"),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="job_status_known"),
            models.CheckConstraint(condition=Q(budget__gte=50, budget__lte=100_000), name="job_budget_in_range"),
            models.CheckConstraint(
                condition=Q(lat__gte=-90, lat__lte=90, lng__gte=-180, lng__lte=180), name="job_place_on_earth"
            ),
            models.CheckConstraint(
                condition=(Q(status__in=["assigned", "in_progress", "completed"]) & Q(contractor__isnull=False))
                | (Q(status__in=["draft", "posted"]) & Q(contractor__isnull=True))
                | Q(status="cancelled"),
                name="job_contractor_fits_status",
            ),
            models.CheckConstraint(condition=Q(hidden=True) | Q(hidden_by_staff=False), name="job_hidden_by_staff"),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="job_newest"),
            models.Index(fields=["-updated_at", "-id"], name="job_changed"),
            models.Index(fields=["-budget", "-id"], name="job_budget"),
            models.Index(
                fields=["status", "category", "-created_at", "-id"],
                include=["budget", "posted_at", "hidden"],
                name="job_status_category",
            ),
            models.Index(fields=["category", "-created_at", "-id"], name="job_category"),
            models.Index(fields=["owner", "-created_at", "-id"], name="job_of_owner"),
            models.Index(fields=["contractor", "status"], name="job_of_contractor"),
            models.Index(fields=["approx_lat", "approx_lng"], name="job_place"),
            models.Index(Coalesce("scheduled_date", LAST_ASCENDING), "id", name="job_first_scheduled"),
            models.Index(
                Coalesce("scheduled_date", LAST_DESCENDING).desc(),
                models.F("id").desc(),
                name="job_last_scheduled",
            ),
            models.Index(fields=["expires_at"], condition=Q(status="posted"), name="job_expiring"),
            models.Index(fields=["completion_requested_at"], condition=Q(status="in_progress"), name="job_unanswered"),
            models.Index(fields=["-created_at", "-id"], condition=Q(hidden=True), name="job_hidden"),
            models.Index(fields=["posted_at"], condition=Q(posted_at__isnull=False), name="job_posted"),
            models.Index(fields=["completed_at"], condition=Q(completed_at__isnull=False), name="job_completed"),
            models.Index(fields=["cancelled_at"], condition=Q(cancelled_at__isnull=False), name="job_cancelled"),
            GinIndex("search", name="job_search", fastupdate=False),
        ]

    def __str__(self) -> str:
        return self.title


class JobImage(models.Model):
    """A picture of a job, in its place among them."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="pictures", db_index=False)
    image = models.ForeignKey("accounts.Image", on_delete=models.PROTECT, related_name="in_jobs")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["job", "image"], name="job_image_once"),
            models.CheckConstraint(condition=Q(position__lt=10), name="job_images_at_most_ten"),
        ]

    def __str__(self) -> str:
        return f"{self.job_id} #{self.position}"
