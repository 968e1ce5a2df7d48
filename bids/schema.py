"""GraphQL: bids."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from uuid import UUID

import strawberry

from bids.api_views import BidViewSet
from bids.models import Bid as BidRow
from bids.models import Status
from bids.representations import BidRepresentation
from bids.serializers import BidInput, RejectInput
from bids.services import accept_bid, confirm_bid, edit_bid, reject_bid, submit_bid, withdraw_bid
from contractors.schema import Contractor
from core.errors import Forbidden, NotFound
from core.graphql.lists import Belonging, read_back
from core.graphql.nodes import Caller, Kind, SignedIn
from core.graphql.values import DateTime, given, key_of
from events.following import follow
from jobs.models import Job as JobRow
from jobs.schema import Job

BIDS = Kind(BidRepresentation, links={"job": "jobs.schema.JOBS", "contractor": "contractors.schema.CONTRACTORS"})
BIDS_OF_JOB = Belonging(BIDS, "job_id", scope="bids:read")

strawberry.enum(Status, name="BidStatus", description="The states of a bid.")
BidStatus = Status


@strawberry.type
class Bid:
    """A bid on a job. It is sealed: whoever sees it at all sees the whole of it."""

    id: strawberry.ID
    job: Job
    contractor: Contractor
    amount: float
    message: str
    estimated_days: int | None
    status: BidStatus
    rejection_reason: str | None
    stale: bool
    created_at: DateTime
    updated_at: DateTime


@strawberry.type
class BidPayload:
    """The bid as it is now."""

    success: bool
    bid: Bid | None = None
    message: str | None = None


@strawberry.input
class SubmitBidInput:
    """An offer: money, words, and how long it will take."""

    amount: float
    message: str
    estimated_days: int | None = strawberry.UNSET


@strawberry.type
class BidMutations:
    """What is done to bids."""

    @strawberry.mutation(extensions=[SignedIn()])
    def submit_bid(self, info: strawberry.Info, job_id: strawberry.ID, input: SubmitBidInput) -> BidPayload:
        """Bid on a posted job."""
        form = BidInput.read(given(input))
        return _bid(info, submit_bid(job_id=key_of(job_id), **form, by=info.context.actor))

    @strawberry.mutation(extensions=[SignedIn()])
    def accept_bid(self, info: strawberry.Info, bid_id: strawberry.ID) -> BidPayload:
        """Award the job to this bid and turn the others down."""
        job_id, pk = _named(info, bid_id)
        return _bid(info, accept_bid(job_id=job_id, bid_id=pk, by=info.context.actor))

    @strawberry.mutation(extensions=[SignedIn()])
    def reject_bid(self, info: strawberry.Info, bid_id: strawberry.ID, reason: str | None = None) -> BidPayload:
        """Turn a bid down."""
        form = RejectInput.read({"reason": reason})
        job_id, pk = _named(info, bid_id)
        return _bid(info, reject_bid(job_id=job_id, bid_id=pk, **form, by=info.context.actor))

    @strawberry.mutation(extensions=[SignedIn()])
    def withdraw_bid(self, info: strawberry.Info, bid_id: strawberry.ID) -> BidPayload:
        """Take a bid of one's own back; an accepted one reopens the job."""
        job_id, pk = _named(info, bid_id)
        return _bid(info, withdraw_bid(job_id=job_id, bid_id=pk, by=info.context.actor))

    @strawberry.mutation(extensions=[SignedIn()])
    def update_bid(self, info: strawberry.Info, bid_id: strawberry.ID, input: SubmitBidInput) -> BidPayload:
        """Change a pending bid of one's own, which also renews it when it is stale."""
        job_id, pk = _named(info, bid_id)
        form = BidInput.read(given(input), partial=True)
        return _bid(info, edit_bid(job_id=job_id, bid_id=pk, changes=form, by=info.context.actor))

    @strawberry.mutation(extensions=[SignedIn()])
    def confirm_bid(self, info: strawberry.Info, bid_id: strawberry.ID) -> BidPayload:
        """Stand by a bid though the job has changed."""
        job_id, pk = _named(info, bid_id)
        return _bid(info, confirm_bid(job_id=job_id, bid_id=pk, by=info.context.actor))


def _named(info: strawberry.Info, bid_id: str) -> tuple[UUID, UUID]:
    """The bid's job and the bid, which REST has in the address."""
    pk = key_of(bid_id)
    job_id = BidRow.objects.visible_to(info.context.actor.viewer).filter(pk=pk).values_list("job_id", flat=True).first()
    if job_id is None:
        raise NotFound
    return job_id, pk


def _bid(info: strawberry.Info, bid: BidRow) -> BidPayload:
    return BidPayload(success=True, bid=read_back(info.context, BIDS, BidViewSet, bid.pk, job_id=bid.job_id))


@strawberry.type
class BidSubscriptions:
    """What happens to bids."""

    @strawberry.subscription
    async def bid_received(
        self, info: strawberry.Info, job_id: strawberry.ID, after: strawberry.ID | None = None
    ) -> AsyncGenerator[Bid, None]:
        """Bids on a job of the caller's own."""
        caller: Caller = info.context
        pk = key_of(job_id)

        def allowed() -> None:
            caller.demand_sign_in()
            caller.may("bids:read")
            owner = JobRow.objects.visible_to(caller.actor.viewer).filter(pk=pk).values_list("owner_id", flat=True)
            if (found := owner.first()) is None:
                raise NotFound
            if found != caller.actor.id:
                raise Forbidden("Bids on a job are for its owner.")

        made = follow(caller.actor.viewer, kind=BIDS, types=["bid.created"], after=after, allowed=allowed)
        async with aclosing(made) as found:  # type: ignore[type-var]
            async for one in found:
                if one.data["jobId"] == str(pk):
                    yield one
