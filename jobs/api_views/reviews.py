"""REST: reviews of the work that was done."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from contractors.models import Contractor
from core.errors import NotFound
from core.paging import Sort
from core.reads import HotReads
from core.shapes import Slot
from core.viewers import Viewer
from jobs.models import Review
from jobs.representations import ReviewRepresentation
from jobs.serializers import ReplyInput, ReviewInput
from jobs.services import reply_to_review, review_contractor


class ReviewViewSet(HotReads):
    """What owners say about the work, for everybody to read."""

    noun = "review"
    representation = ReviewRepresentation
    linked = ("job_id", "contractor_id", "author_id")
    public_reads = {"retrieve"}
    sign_in = {"create", "reply_to_review"}
    inputs = {"create": ReviewInput, "reply_to_review": ReplyInput}

    def rows(self, viewer: Viewer) -> QuerySet:
        """Those that the viewer may see."""
        return Review.objects.visible_to(viewer)

    def links(self, base: str, pk: UUID, *linked: Any) -> dict[str, str]:
        """Itself, the job, the contractor and the author."""
        job, contractor, author = linked
        return {
            "self": f"{base}/reviews/{pk}",
            "job": f"{base}/jobs/{job}",
            "contractor": f"{base}/contractors/{contractor}",
            "user": f"{base}/users/{author}",
        }

    def create(self, request: HttpRequest, job_id: UUID) -> HttpResponse:
        """Review the work of a completed job of one's own: once, within 14 days."""
        return self.created(review_contractor(job_id=job_id, **self.clean(ReviewInput), by=self.actor).pk)

    def reply_to_review(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Reply, once, to a review of one's own work."""
        reply_to_review(review_id=pk, **self.clean(ReplyInput), by=self.actor)
        return self.answered(pk)


class ContractorReviewViewSet(HotReads):
    """The reviews of one contractor's work."""

    noun, plural = "review", "contractor reviews"
    representation = ReviewRepresentation
    sorts = {"createdAt": Sort("created_at", "time"), "rating": Sort("rating", "count")}
    public_reads = {"list"}

    def rows(self, viewer: Viewer) -> QuerySet:
        """Those of the path's contractor that the viewer may see."""
        return Review.objects.visible_to(viewer).filter(contractor=Slot("contractor_id"))

    def list(self, request: Any, **path: Any) -> HttpResponse:
        """What owners say about the work of this contractor."""
        if not Contractor.objects.visible_to(self.actor.viewer).filter(pk=path["contractor_id"]).exists():
            raise NotFound
        return super().list(request)
