"""Messages that somebody has missed, in the form in which sockets send them."""

from uuid import UUID

from django.db.models import F, IntegerField, OuterRef, Subquery, TextField, UUIDField, Value
from django.db.models.functions import Coalesce

from core.expressions import Row
from core.representations import Sight
from core.shapes import SHAPES, Slot, Statement, slotted
from core.viewers import Viewer
from events.log import API_VERSION, EventId
from events.models import RecordedEvent
from messaging.models import Message
from messaging.representations import MessageRepresentation

STRETCH = 200  # rows read at a time for whoever catches up


def messages_after(viewer: Viewer, conversation: UUID, after: int) -> list[tuple[int, bytes]]:
    """Messages in the form of their events, which may not be kept any more: then they have no id."""

    def write() -> Statement:
        seen = slotted(viewer)
        event = RecordedEvent.objects.filter(resource_id=OuterRef("pk"), type="message.created", position__isnull=False)
        text = TextField()
        envelope = Row(
            {
                "id": Subquery(event.values_list(EventId(F("position")))[:1], output_field=text),
                "type": Value("message.created", output_field=text),
                "createdAt": Coalesce(Subquery(event.values_list("created_at")[:1]), F("created_at")),
                "apiVersion": Value(API_VERSION, output_field=text),
                "resource": Row({"type": Value("message", output_field=text), "id": F("id")}),
                "actorId": F("sender_id"),
                "data": MessageRepresentation().row(Sight(seen)),
            }
        )
        rows = Message.objects.visible_to(seen).filter(
            conversation=Slot("conversation", UUIDField()), sequence__gt=Slot("after", IntegerField())
        )
        return Statement(rows.order_by("sequence")[:STRETCH].values_list("sequence", envelope))

    values = {"viewer": viewer.id, "conversation": conversation, "after": after}
    return SHAPES.get_or_write(("messages missed", viewer.kind), write).run(values)
