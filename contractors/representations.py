"""What a contractor looks like to the outside."""

from django.db.models import BooleanField, Case, DateTimeField, ExpressionWrapper, F, Q, QuerySet, Value, When
from django.db.models.lookups import LessThan
from rest_framework import serializers

from accounts.representations import ImageRepresentation, PersonSummary
from contractors.models import Contractor, Document, PortfolioItem
from contractors.querysets import active_jobs, next_end, rating_distribution
from core.geo import distance_km
from core.representations import Computed, OnRequest, Representation, SeenBy
from core.shapes import VIEWER
from core.viewers import Viewer


def _has_place(at: str) -> LessThan:
    return LessThan(active_jobs(at), F(f"{at}max_concurrent_jobs"))


def _next_available(at: str) -> Case:
    nothing = Value(None, output_field=DateTimeField())
    return Case(When(_has_place(at), then=nothing), default=next_end(at), output_field=DateTimeField())


class Availability(Representation):
    """Whether the contractor can take another job, and when the next place is due to be free."""

    is_available = Computed(
        lambda at: ExpressionWrapper(_has_place(at), output_field=BooleanField()),
        shows=serializers.BooleanField(),
    )
    next_available = Computed(_next_available, shows=serializers.DateTimeField(allow_null=True))

    class Meta:
        model = Contractor
        fields = ["is_available", "next_available"]


class ExactBase(Representation):
    """Where a contractor works from, exactly."""

    lat = serializers.FloatField()
    lng = serializers.FloatField()

    class Meta:
        model = Contractor
        fields = ["lat", "lng"]


class RoundedBase(Representation):
    """Where a contractor works from, to about a kilometre."""

    lat = serializers.FloatField(source="approx_lat")
    lng = serializers.FloatField(source="approx_lng")

    class Meta:
        model = Contractor
        fields = ["lat", "lng"]


class ContractorSummary(Representation):
    """A contractor beside what is theirs."""

    id = serializers.UUIDField(source="pk")

    class Meta:
        model = Contractor
        fields = ["id", "business_name", "rating", "review_count", "completed_jobs", "verified"]


class PortfolioItemRepresentation(Representation):
    """A piece of work that a contractor shows."""

    images = ImageRepresentation(many=True, source="pictures.image")

    class Meta:
        model = PortfolioItem
        fields = ["id", "title", "description", "completed_on", "images", "created_at", "updated_at"]


class ContractorRepresentation(Representation):
    """A contractor's profile."""

    id = serializers.UUIDField(source="pk")
    user = PersonSummary(source="person")
    location = SeenBy("self", "staff", shows=ExactBase(source="*"), otherwise=RoundedBase(source="*"), present="lat")
    availability = Availability(source="*")
    distance_km = OnRequest(
        Computed(lambda at: distance_km(f"{at}approx_lat", f"{at}approx_lng"), shows=serializers.FloatField())
    )

    rating_distribution = OnRequest(
        Computed(rating_distribution, shows=serializers.DictField(child=serializers.IntegerField(min_value=0)))
    )

    portfolio = OnRequest(PortfolioItemRepresentation(many=True))

    class Meta:
        model = Contractor
        roles = {"self": Q(pk=VIEWER)}
        fields = [
            "id",
            "user",
            "business_name",
            "bio",
            "skills",
            "rating",
            "review_count",
            "completed_jobs",
            "verified",
            "location",
            "service_radius_km",
            "max_concurrent_jobs",
            "availability",
            "created_at",
            "updated_at",
            "distance_km",
            "rating_distribution",
            "portfolio",
        ]

    @classmethod
    def rows(cls, viewer: Viewer) -> QuerySet:
        """Those whom the viewer may see."""
        return Contractor.objects.visible_to(viewer)


class DocumentRepresentation(Representation):
    """A document, to its owner and to staff. The file has an address of its own, which is asked for."""

    class Meta:
        model = Document
        fields = ["id", "kind", "filename", "mimetype", "size", "expires_on", "status", "reason", "created_at"]
