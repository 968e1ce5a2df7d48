"""What happens to notifications."""

from collections.abc import Iterable
from typing import override
from uuid import UUID

from events.types import Event
from notifications.representations import NotificationRepresentation


class NotificationCreated(Event):
    """Somebody is told of something: concerns them and nobody else."""

    type = "notification.created"
    frame = "notification"
    representation = NotificationRepresentation

    @override
    def audience(self) -> Iterable[UUID | None]:
        return (self.resource.person_id,)
