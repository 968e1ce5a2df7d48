"""REST: bids, under their job and as the caller's own."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from bids.filters import BidFilters, MyBidFilters
from bids.models import Bid
from bids.representations import BidRepresentation
from bids.serializers import BidInput, RejectInput
from bids.services import accept_bid, confirm_bid, edit_bid, reject_bid, submit_bid, withdraw_bid
from core.errors import NotFound
from core.inputs import NoInput
from core.paging import Sort
from core.reads import HotReads
from core.shapes import Slot
from core.viewers import Viewer
from jobs.models import Job

SORTS = {"createdAt": Sort("created_at", "time"), "amount": Sort("amount", "money")}


class BidViewSet(HotReads):
    """Sealed offers on a job."""

    noun = "bid"
    representation = BidRepresentation
    filterset_class = BidFilters
    sorts = SORTS
    sign_in = True
    scopes = {"list": "bids:read", "retrieve": "bids:read"}
    inputs = {
        "create": BidInput,
        "partial_update": BidInput,
        "reject_bid": RejectInput,
        **dict.fromkeys(("accept_bid", "withdraw_bid", "confirm_bid"), NoInput),
    }

    def rows(self, viewer: Viewer) -> QuerySet:
        """Those on the path's job that the viewer may see."""
        return Bid.objects.visible_to(viewer).filter(job=Slot("job_id"))

    def links(self, base: str, pk: UUID, *linked: Any) -> dict[str, str]:
        """Itself and its job."""
        job = f"{base}/jobs/{self.kwargs['job_id']}"
        return {"self": f"{job}/bids/{pk}", "job": job}

    def list(self, request: Any, **path: Any) -> HttpResponse:
        """The bids on a job that the caller may see: all for its owner, their own for a bidder, none for others."""
        if not Job.objects.visible_to(self.actor.viewer).filter(pk=path["job_id"]).exists():
            raise NotFound
        return super().list(request)

    def create(self, request: HttpRequest, job_id: UUID) -> HttpResponse:
        """Bid on a posted job."""
        return self.created(submit_bid(job_id=job_id, **self.clean(BidInput), by=self.actor).pk)

    def partial_update(self, request: HttpRequest, job_id: UUID, pk: UUID) -> HttpResponse:
        """Change a pending bid of one's own, which also renews it when it is stale."""
        with self.precondition(pk):
            seen, _ = self.read_one(pk)
            edit_bid(job_id=job_id, bid_id=pk, changes=self.changes(BidInput, seen), by=self.actor)
        return self.answered(pk)

    def accept_bid(self, request: HttpRequest, job_id: UUID, pk: UUID) -> HttpResponse:
        """Award the job to this bid and turn the others down."""
        return self._act(accept_bid, job_id, pk)

    def reject_bid(self, request: HttpRequest, job_id: UUID, pk: UUID) -> HttpResponse:
        """Turn a bid down."""
        reject_bid(job_id=job_id, bid_id=pk, **self.clean(RejectInput), by=self.actor)
        return self.answered(pk)

    def withdraw_bid(self, request: HttpRequest, job_id: UUID, pk: UUID) -> HttpResponse:
        """Take a bid of one's own back; an accepted one reopens the job."""
        return self._act(withdraw_bid, job_id, pk)

    def confirm_bid(self, request: HttpRequest, job_id: UUID, pk: UUID) -> HttpResponse:
        """Stand by a bid though the job has changed."""
        return self._act(confirm_bid, job_id, pk)

    def _act(self, service: Any, job_id: UUID, pk: UUID) -> HttpResponse:
        self.clean(NoInput)
        service(job_id=job_id, bid_id=pk, by=self.actor)
        return self.answered(pk)


class MyBidViewSet(HotReads):
    """The caller's own bids: those that a contractor sent, those that a homeowner received."""

    noun, plural = "bid", "own bids"
    representation = BidRepresentation
    filterset_class = MyBidFilters
    sorts = SORTS
    sign_in = True
    scopes = {"list": "bids:read"}

    def rows(self, viewer: Viewer) -> QuerySet:
        """Those that the viewer may see."""
        return Bid.objects.of_person(viewer)
