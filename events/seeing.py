"""Whether somebody may still see what an event is about."""

from uuid import UUID

from core.viewers import Viewer
from events.types import resource_types

NOT_SHOWN = "Not shown: what it is about is gone, or not for you to see. Messages are once one was reported."


def sees_resource(viewer: Viewer, resource_type: str, pk: UUID) -> bool:
    """Whether there is such a resource, for this viewer, now."""
    representation = resource_types().get(resource_type)
    return representation is not None and bool(representation.rows(viewer).filter(pk=pk).exists())
