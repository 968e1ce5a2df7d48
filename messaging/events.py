"""What happens in conversations: concerns the two, and nobody else."""

from collections.abc import Iterable
from typing import override
from uuid import UUID

from events.types import Event
from messaging.representations import ConversationSummary, MessageRepresentation, ReadMarkRepresentation


class ConversationCreated(Event):
    """Two people can write to each other."""

    type = "conversation.created"
    frame = "conversation:created"
    representation = ConversationSummary

    @override
    def audience(self) -> Iterable[UUID | None]:
        return (self.resource.first_id, self.resource.second_id)


class MessageCreated(Event):
    """Somebody said something."""

    type = "message.created"
    frame = "message:received"
    representation = MessageRepresentation

    @override
    def audience(self) -> Iterable[UUID | None]:
        conversation = self.resource.conversation
        return (conversation.first_id, conversation.second_id)


class ConversationRead(Event):
    """Somebody has read a conversation up to a message."""

    type = "conversation.read"
    frame = "message:read"
    representation = ReadMarkRepresentation

    @override
    def audience(self) -> Iterable[UUID | None]:
        conversation = self.resource.conversation
        return (conversation.first_id, conversation.second_id)
