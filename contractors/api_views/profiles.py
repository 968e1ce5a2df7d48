"""REST: contractors' profiles."""

from collections.abc import Collection
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from contractors.filters import ContractorFilters
from contractors.models import Contractor
from contractors.representations import ContractorRepresentation
from contractors.serializers import ProfileInput
from contractors.services import edit_profile
from core.geo import distance_km
from core.paging import Sort
from core.reads import HotReads
from core.viewers import Viewer


class ContractorViewSet(HotReads):
    """Contractors, for everybody to read."""

    noun = "contractor"
    representation = ContractorRepresentation
    filterset_class = ContractorFilters
    sorts = {
        "rating": Sort("rating", "money"),
        "completedJobs": Sort("completed_jobs", "count"),
        "createdAt": Sort("created_at", "time"),
        "distance": Sort(distance_km("approx_lat", "approx_lng"), "number", needs_point=True),
    }
    default_sort = "-rating"
    near_fields = frozenset({"distanceKm"})
    detail_fields = frozenset({"ratingDistribution", "portfolio"})
    public_reads: ClassVar[Collection[str]] = {"list", "retrieve"}

    def rows(self, viewer: Viewer) -> QuerySet:
        """Those whom the viewer may see."""
        return Contractor.objects.visible_to(viewer)

    def links(self, base: str, pk: UUID, *linked: Any) -> dict[str, str]:
        """The profile and the person."""
        return {"self": f"{base}/contractors/{pk}", "user": f"{base}/users/{pk}"}


class MyProfileViewSet(ContractorViewSet):
    """The caller's own profile."""

    noun = "own profile"
    sign_in = True
    scopes = {"retrieve": "profile:write"}
    public_reads: ClassVar[Collection[str]] = ()
    inputs = {"partial_update": ProfileInput}
    refusals = {"retrieve": (404,), "partial_update": (404,)}  # for those who are no contractor

    def retrieve(self, request: Any, **path: Any) -> HttpResponse:
        """One's own profile, with the exact location."""
        return self.answered(self.actor.id)

    def partial_update(self, request: HttpRequest) -> HttpResponse:
        """Change one's own profile."""
        with self.precondition(self.actor.id):
            seen, _ = self.read_one(self.actor.id)
            edit_profile(changes=self.changes(ProfileInput, seen), by=self.actor)
        return self.answered(self.actor.id)
