"""What an event is: a change that has happened, named in the past tense."""

import builtins
from collections.abc import Iterable
from typing import Any, ClassVar
from uuid import UUID

from core.representations import Representation

TYPES: dict[str, type["Event"]] = {}
"""Every type of event, by its name. An app's `events.py` fills it when the app is loaded."""


class Event:
    """One change of one resource. Subclasses stand in each app's `events.py`, with a docstring each."""

    type: ClassVar[str]
    representation: ClassVar[builtins.type[Representation]]
    public: ClassVar[bool] = False
    frame: ClassVar[str] = ""
    """What sockets call it, where that is not its type."""
    withdrawn_when_hidden: ClassVar[bool] = False
    """Whether even those whom it concerns stop reading it when they may not see its resource any more."""

    def __init__(self, resource: Any) -> None:
        self.resource = resource

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if hasattr(cls, "type") and TYPES.setdefault(cls.type, cls) is not cls:
            raise TypeError(f"{cls.type} is declared twice")

    def audience(self) -> Iterable[UUID | None]:
        """The people whom it concerns; None is passed over, for a foreign key that may be empty."""
        return ()

    @classmethod
    def looks_alike(cls) -> bool:
        """Whether all whom it concerns see the same of it, always: then it is written once for all of them."""
        fields = cls.representation().fields.values()
        return not cls.withdrawn_when_hidden and not any(getattr(field, "roles", ()) for field in fields)

    @classmethod
    def resource_type(cls) -> str:
        """The kind of resource, as the envelope names it."""
        return str(cls.representation.Meta.model._meta.model_name)  # type: ignore[attr-defined]


def resource_types() -> dict[str, type[Representation]]:
    """The representation of each kind of resource that events speak of."""
    return {event.resource_type(): event.representation for event in TYPES.values()}
