"""GraphQL: conversations and messages."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import strawberry

from accounts.schema import Image, User
from core.errors import NotFound
from core.graphql.lists import Belonging, connect, newest_first, read, read_back
from core.graphql.nodes import Caller, Kind, SignedIn
from core.graphql.types import PageInfo, PaginationInput
from core.graphql.values import DateTime, given, key_of
from core.paging import Sort
from events.following import follow
from jobs.schema import Job
from messaging.api_views import ConversationViewSet, MessageViewSet
from messaging.models import Participant
from messaging.representations import ConversationRepresentation, MessageRepresentation
from messaging.serializers import ConversationInput, MessageInput, ReadMarkInput
from messaging.services import mark_read, send_message, start_conversation

MESSAGES = Kind(MessageRepresentation, links={"sender": "accounts.schema.PEOPLE"}, scope="messages:read")
CONVERSATIONS = Kind(
    ConversationRepresentation,
    links={
        "participants": "accounts.schema.PEOPLE",
        "job": "jobs.schema.JOBS",
        "lastMessage": "messaging.schema.MESSAGES",
    },
    lists={"messages": "messaging.schema.MESSAGES_OF_CONVERSATION"},
    scope="messages:read",
)
MESSAGES_OF_CONVERSATION = Belonging(
    MESSAGES, "conversation_id", scope="messages:read", order=newest_first("sequence", Sort("sequence", "count"))
)


@strawberry.type
class Message:
    """What somebody has said."""

    id: strawberry.ID
    sequence: int
    conversation_id: strawberry.ID
    sender: User
    text: str
    images: list[Image]
    created_at: DateTime


@strawberry.type
class MessageEdge:
    """A message in a list."""

    node: Message
    cursor: str


@strawberry.type
class MessageConnection:
    """A page of messages."""

    edges: list[MessageEdge]
    page_info: PageInfo
    total_count: int


@strawberry.type
class Conversation:
    """A conversation between two people, as one of them sees it."""

    id: strawberry.ID
    participants: list[User]
    job: Job | None
    last_message: Message | None
    unread_count: int

    @strawberry.field(graphql_type=MessageConnection)
    def messages(self: Any, pagination: PaginationInput | None = None) -> Any:
        """What was said, the newest first."""
        return self.list_of("messages", pagination)


@strawberry.type
class ConversationEdge:
    """A conversation in a list."""

    node: Conversation
    cursor: str


@strawberry.type
class ConversationConnection:
    """A page of conversations."""

    edges: list[ConversationEdge]
    page_info: PageInfo
    total_count: int


@strawberry.type
class ConversationPayload:
    """The conversation as it is now."""

    success: bool
    conversation: Conversation | None = None
    message: str | None = None


@strawberry.type
class MessagePayload:
    """The message that was sent."""

    success: bool
    sent: Message | None = None
    message: str | None = None


@strawberry.input
class StartConversationInput:
    """With whom, about which job, and what to say at once. One of `userId` and `jobId` is needed."""

    user_id: strawberry.ID | None = strawberry.UNSET
    job_id: strawberry.ID | None = strawberry.UNSET
    text: str | None = strawberry.UNSET


@strawberry.input
class SendMessageInput:
    """What to say. `clientId` is the sender's own name for it: sent again, it is the same message."""

    text: str
    images: list[str] | None = strawberry.UNSET
    client_id: str | None = strawberry.UNSET


@strawberry.type
class MessagingQueries:
    """The caller's conversations."""

    @strawberry.field(graphql_type=ConversationConnection)
    def conversations(self, info: strawberry.Info, pagination: PaginationInput | None = None) -> Any:
        """The one in which something was last said first."""
        return connect(info.context, CONVERSATIONS, ConversationViewSet, {}, pagination)

    @strawberry.field
    def conversation(self, info: strawberry.Info, id: strawberry.ID) -> Conversation | None:
        """One conversation of the caller's."""
        return read(info.context, CONVERSATIONS, ConversationViewSet, key_of(id))


@strawberry.type
class MessagingMutations:
    """Saying something, and having read it."""

    @strawberry.mutation(extensions=[SignedIn()])
    def start_conversation(self, info: strawberry.Info, input: StartConversationInput) -> ConversationPayload:
        """Start a conversation, or find the one that there is."""
        conversation, _ = start_conversation(**ConversationInput.read(given(input)), by=info.context.actor)
        return _conversation(info, conversation.pk)

    @strawberry.mutation(extensions=[SignedIn()])
    def send_message(
        self, info: strawberry.Info, conversation_id: strawberry.ID, input: SendMessageInput
    ) -> MessagePayload:
        """Say something. The same clientId again answers the first message."""
        values = {name: value for name, value in given(input).items() if name != "images" or value is not None}
        pk = key_of(conversation_id)
        sent = send_message(conversation_id=pk, **MessageInput.read(values), by=info.context.actor)
        said = read_back(info.context, MESSAGES, MessageViewSet, sent.message_id, conversation_id=pk)
        return MessagePayload(success=True, sent=said)

    @strawberry.mutation(extensions=[SignedIn()])
    def mark_conversation_read(
        self, info: strawberry.Info, conversation_id: strawberry.ID, sequence: int | None = None
    ) -> ConversationPayload:
        """Have read it up to a message, or to its end."""
        form = ReadMarkInput.read({"sequence": sequence})
        pk = key_of(conversation_id)
        mark_read(conversation_id=pk, **form, by=info.context.actor)
        return _conversation(info, pk)


def _conversation(info: strawberry.Info, pk: Any) -> ConversationPayload:
    return ConversationPayload(
        success=True, conversation=read_back(info.context, CONVERSATIONS, ConversationViewSet, pk)
    )


@strawberry.type
class MessagingSubscriptions:
    """What is said."""

    @strawberry.subscription
    async def message_received(
        self, info: strawberry.Info, conversation_id: strawberry.ID, after: strawberry.ID | None = None
    ) -> AsyncGenerator[Message, None]:
        """Messages in a conversation that the caller takes part in."""
        caller: Caller = info.context
        pk = key_of(conversation_id)

        def allowed() -> None:
            caller.demand_sign_in()
            caller.may("messages:read")
            if not Participant.objects.filter(conversation=pk, person=caller.actor.id).exists():
                raise NotFound

        said = follow(caller.actor.viewer, kind=MESSAGES, types=["message.created"], after=after, allowed=allowed)
        async with aclosing(said) as found:  # type: ignore[type-var]
            async for one in found:
                if one.data["conversationId"] == str(pk):
                    yield one
