"""What a job, a review and a saved search look like to the outside."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from rest_framework import serializers

from accounts.representations import ImageRepresentation, PersonSummary
from contractors.representations import ContractorSummary
from core.geo import distance_km
from core.representations import ByRole, Computed, OnRequest, Representation, SeenBy
from core.shapes import VIEWER
from core.viewers import Viewer
from jobs.models import TRANSITIONS, Job, Review, SavedSearch, Status


class ExactPlace(Representation):
    """Where the work is: for the owner, the assigned contractor and staff."""

    class Meta:
        model = Job
        fields = ["lat", "lng", "address"]


class RoundedPlace(Representation):
    """About where the work is: for everybody else, without the address."""

    lat = serializers.FloatField(source="approx_lat")
    lng = serializers.FloatField(source="approx_lng")

    class Meta:
        model = Job
        fields = ["lat", "lng"]


def _no_pending_bid(at: str) -> Any:
    bids = Job._meta.get_field("bids").related_model._base_manager  # bids stand above: by the reverse relation
    return ~Exists(bids.filter(job=OuterRef(f"{at}pk"), status="pending"))


class JobRepresentation(Representation):
    """A job, as whoever looks may see it."""

    location = SeenBy("owner", "contractor", "staff", shows=ExactPlace(source="*"), otherwise=RoundedPlace(source="*"))
    images = ImageRepresentation(many=True, source="pictures.image")
    user = PersonSummary(source="owner")
    contractor = ContractorSummary(allow_null=True)
    allowed_transitions = ByRole(
        TRANSITIONS,
        source="status",
        conditions={(Status.POSTED, Status.DRAFT): _no_pending_bid},
        choices=Status.choices,
    )
    distance_km = OnRequest(
        Computed(lambda at: distance_km(f"{at}approx_lat", f"{at}approx_lng"), shows=serializers.FloatField())
    )

    class Meta:
        model = Job
        roles = {
            "owner": Q(owner=VIEWER),
            "contractor": Q(contractor=VIEWER, status__in=["assigned", "in_progress", "completed"]),
        }
        fields = [
            "id",
            "title",
            "description",
            "category",
            "budget",
            "status",
            "location",
            "images",
            "user",
            "contractor",
            "allowed_transitions",
            "scheduled_date",
            "cancel_reason",
            "posted_at",
            "expires_at",
            "started_at",
            "completion_requested_at",
            "completed_at",
            "cancelled_at",
            "created_at",
            "updated_at",
            "distance_km",
        ]

    @classmethod
    def rows(cls, viewer: Viewer) -> QuerySet:
        """Those that the viewer may see."""
        return Job.objects.visible_to(viewer)


class JobSummary(Representation):
    """The job beside what belongs to it."""

    class Meta:
        model = Job
        fields = ["id", "title", "status"]


class ReviewRepresentation(Representation):
    """What the owner of a job says about the work. A hidden one is seen by its author and staff, who read why."""

    job_id = serializers.UUIDField()
    job = JobSummary()
    contractor_id = serializers.UUIDField()
    author = PersonSummary()
    hidden_at = SeenBy("author", "staff", shows=serializers.DateTimeField())
    hidden_reason = SeenBy("author", "staff", shows=serializers.CharField())

    class Meta:
        model = Review
        roles = {"author": Q(author=VIEWER)}
        fields = [
            "id",
            "job_id",
            "job",
            "contractor_id",
            "author",
            "rating",
            "comment",
            "reply",
            "replied_at",
            "hidden_at",
            "hidden_reason",
            "created_at",
        ]

    @classmethod
    def rows(cls, viewer: Viewer) -> QuerySet:
        """Those that the viewer may see."""
        return Review.objects.visible_to(viewer)


class SavedSearchRepresentation(Representation):
    """What somebody looks for; theirs alone."""

    class Meta:
        model = SavedSearch
        fields = [
            "id",
            "name",
            "q",
            "categories",
            "lat",
            "lng",
            "radius",
            "min_budget",
            "max_budget",
            "created_at",
            "updated_at",
        ]

    @classmethod
    def rows(cls, viewer: Viewer) -> QuerySet:
        """One's own."""
        return SavedSearch.objects.visible_to(viewer)
