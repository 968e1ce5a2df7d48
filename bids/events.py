"""What happens to bids."""

from collections.abc import Iterable
from typing import override
from uuid import UUID

from bids.representations import BidRepresentation
from events.types import Event


class BidEvent(Event):
    """Sealed: concerns the job's owner and the bidder, and nobody else."""

    representation = BidRepresentation

    @override
    def audience(self) -> Iterable[UUID | None]:
        return (self.resource.job.owner_id, self.resource.contractor_id)


class BidCreated(BidEvent):
    """A contractor made an offer."""

    type = "bid.created"
    frame = "bid:received"


class BidUpdated(BidEvent):
    """A bidder changed the offer, or confirmed it after the job changed."""

    type = "bid.updated"


class BidAccepted(BidEvent):
    """The owner took this offer."""

    type = "bid.accepted"


class BidRejected(BidEvent):
    """The offer was turned down: by the owner, because another one won, or because the job ended."""

    type = "bid.rejected"


class BidWithdrawn(BidEvent):
    """The bidder took the offer back, or the owner took the job back from its contractor."""

    type = "bid.withdrawn"
