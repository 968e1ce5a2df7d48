"""What happens to profiles."""

from collections.abc import Iterable
from typing import override
from uuid import UUID

from contractors.representations import ContractorRepresentation
from events.types import Event


class ContractorUpdated(Event):
    """A contractor changed their profile."""

    type = "contractor.updated"
    representation = ContractorRepresentation
    public = True

    @override
    def audience(self) -> Iterable[UUID | None]:
        return (self.resource.pk,)
