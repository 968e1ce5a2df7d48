"""REST: conversations and their messages."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import IntegerField, QuerySet
from django.http import HttpRequest, HttpResponse

from core.errors import NotFound
from core.filters import InvalidParameter
from core.paging import DEFAULT_LIMIT, MOST, Sort, read_number
from core.reads import HotReads
from core.renderers import to_json
from core.representations import Sight
from core.shapes import SHAPES, Slot, Statement, slotted
from core.viewers import Viewer
from messaging.models import Conversation, Message
from messaging.representations import ConversationRepresentation, MessageRepresentation
from messaging.serializers import ConversationInput, MessageInput, ReadMarkInput
from messaging.services import mark_read, send_message, start_conversation

LARGEST = 2_147_483_647
MESSAGES = {
    "type": "object",
    "required": ["data", "meta", "links"],
    "properties": {
        "data": {"type": "array", "items": MessageRepresentation},
        "meta": {
            "type": "object",
            "required": ["limit", "hasMore"],
            "properties": {
                "limit": {"type": "integer", "minimum": 1, "maximum": MOST},
                "hasMore": {"type": "boolean", "description": "Whether there are more in the direction asked for."},
            },
        },
        "links": {"type": "object", "additionalProperties": {"type": "string"}},
    },
}


class ConversationViewSet(HotReads):
    """The caller's conversations, the one in which something was last said first."""

    noun = "conversation"
    representation = ConversationRepresentation
    sign_in = True
    scopes = {"list": "messages:read", "retrieve": "messages:read"}
    sorts = {"updatedAt": Sort("updated_at", "time")}
    default_sort = "-updatedAt"
    inputs = {"create": ConversationInput, "mark_conversation_read": ReadMarkInput}
    finds = {"create": "The two have one about this already."}

    def rows(self, viewer: Viewer) -> QuerySet:
        """One's own."""
        return Conversation.objects.visible_to(viewer)

    def links(self, base: str, pk: UUID, *linked: Any) -> dict[str, str]:
        """Itself and its messages."""
        own = f"{base}/conversations/{pk}"
        return {"self": own, "messages": f"{own}/messages"}

    def create(self, request: HttpRequest) -> HttpResponse:
        """Start a conversation, or find the one that there is."""
        conversation, is_new = start_conversation(**self.clean(ConversationInput), by=self.actor)
        return self.created(conversation.pk) if is_new else self.answered(conversation.pk)

    def mark_conversation_read(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Have read it up to a message, or to its end."""
        mark_read(conversation_id=pk, **self.clean(ReadMarkInput), by=self.actor)
        return self.answered(pk)


class MessageViewSet(HotReads):
    """The messages of a conversation, in their order."""

    noun = "message"
    representation = MessageRepresentation
    sign_in = True
    scopes = {"list": "messages:read"}
    parameters = {"list": frozenset({"after", "before", "limit"})}
    is_paged = False
    inputs = {"create": MessageInput}
    answers = {"list": (200, MESSAGES)}
    finds = {"create": "The message of this clientId, which was there already."}

    def known_parameters(self) -> frozenset[str]:
        """By sequence, not by page."""
        return frozenset(self.parameters.get(self.action or "", ()))

    def rows(self, viewer: Viewer) -> QuerySet:
        """Those of conversations that the viewer sees."""
        return Message.objects.visible_to(viewer).filter(conversation=Slot("conversation_id"))

    def links(self, base: str, pk: UUID, *linked: Any) -> dict[str, str]:
        """The conversation, and its messages."""
        own = f"{base}/conversations/{self.kwargs['conversation_id']}"
        return {"self": f"{own}/messages", "conversation": own}

    def list(self, request: HttpRequest, **path: Any) -> HttpResponse:
        """The newest messages; those after a sequence, for whoever missed some; those before one, to scroll back."""
        query = request.GET
        if "after" in query and "before" in query:
            raise InvalidParameter({"before": ["Not together with after."]})
        limit = read_number(query, "limit", DEFAULT_LIMIT, MOST)
        after = _sequence(query["after"], "after") if "after" in query else None
        before = _sequence(query["before"], "before") if "before" in query else LARGEST
        if not Conversation.objects.visible_to(self.actor.viewer).filter(pk=path["conversation_id"]).exists():
            raise NotFound
        found = self._stretch(after, before, limit)
        more, found = len(found) > limit, found[:limit]
        if after is None:
            found = found[::-1]
        body = b'{"data":[%b],"meta":%b,"links":%b}' % (
            b",".join(row[0] for row in found),
            to_json({"limit": limit, "hasMore": more}),
            to_json(self._around(found, limit)),
        )
        return self.respond(body)

    def _stretch(self, after: int | None, before: int, limit: int) -> Sequence[Any]:
        """One more than the limit, in the direction asked for."""
        viewer = self.actor.viewer
        shape = (type(self), "stretch", viewer.kind, limit, after is None)

        def write() -> Statement:
            seen = slotted(viewer)
            place = Slot("place", IntegerField())
            rows = self.rows(seen)
            rows = rows.filter(sequence__lt=place) if after is None else rows.filter(sequence__gt=place)
            rows = rows.order_by("-sequence" if after is None else "sequence")[: limit + 1]
            return Statement(rows.values_list(self.representation().row(Sight(seen)), "sequence"))

        place = before if after is None else after
        return SHAPES.get_or_write(shape, write).run({**self.slot_values(), "place": place})

    def _around(self, found: Sequence[Any], limit: int) -> dict[str, str]:
        links = {"self": self.request.get_full_path()}
        if found:
            here = f"{self.request.path}?limit={limit}"
            links |= {"prev": f"{here}&before={found[0][1]}", "next": f"{here}&after={found[-1][1]}"}
        return links

    def create(self, request: HttpRequest, conversation_id: UUID) -> HttpResponse:
        """Say something. The same clientId again answers the first message, with 200."""
        sent = send_message(conversation_id=conversation_id, **self.clean(MessageInput), by=self.actor)
        return self.created(sent.message_id) if sent.is_new else self.answered(sent.message_id)


def _sequence(text: str, name: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text[:12]) > LARGEST or len(text) > 10:
        raise InvalidParameter({name: ["Must be the sequence of a message."]})
    return int(text)
