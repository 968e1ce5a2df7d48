"""What happens to profiles."""

from collections.abc import Iterable
from typing import override
from uuid import UUID

from contractors.representations import ContractorRepresentation
from events.types import Event


class ContractorEvent(Event):
    """Public, and of the contractor."""

    representation = ContractorRepresentation
    public = True

    @override
    def audience(self) -> Iterable[UUID | None]:
        return (self.resource.pk,)


class ContractorUpdated(ContractorEvent):
    """A contractor changed their profile or portfolio, or is not verified any more."""

    type = "contractor.updated"


class ContractorVerified(Event):
    """Staff have looked at a contractor's documents and found them good."""

    type = "contractor.verified"
    representation = ContractorRepresentation

    @override
    def audience(self) -> Iterable[UUID | None]:
        return (self.resource.pk,)
