"""Who looks: all that a read has to know of its caller."""

from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

Kind = Literal["anyone", "member", "staff"]


@dataclass(frozen=True, slots=True)
class Viewer:
    """A stranger, a member with an id, or staff.

    The kind decides which SQL is written; the id is a value in it, and may be a `core.shapes.Slot` while the
    SQL is written. So a queryset branches on `is_anyone` and `is_staff`, and never on the id.
    """

    id: UUID | Any | None = None
    is_staff: bool = False

    @property
    def is_anyone(self) -> bool:
        """True for a stranger, who has not signed in."""
        return self.kind == "anyone"

    @property
    def kind(self) -> Kind:
        """The part of a viewer that the text of a statement depends on."""
        if self.is_staff:
            return "staff"
        return "anyone" if self.id is None else "member"


ANYONE = Viewer()
