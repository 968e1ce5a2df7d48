"""Saying something, and having read it."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from accounts.actors import Actor
from accounts.models import Person
from accounts.services.images import attach_images
from core.errors import FieldErrors, Forbidden, NotFound
from core.operations import operation
from events.recording import record
from messaging import events
from messaging.exceptions import ConversationClosed
from messaging.models import Conversation, Message, Participant


@operation
def send_message(
    *, conversation_id: UUID, text: str, images: Sequence[str] = (), client_id: str | None = None, by: Actor
) -> tuple[Message, bool]:
    """Say something, and whether it is new: the same `client_id` again answers the first message and saves nothing.

    Messages get the next sequence under the conversation's lock. Raises NotFound, Forbidden, ConversationClosed.
    """
    by.needs("messages:write")
    conversation = _lock(conversation_id, by)
    if client_id is not None:
        said = Message.objects.filter(conversation=conversation, sender=by.person_id, client_id=client_id).first()
        if said is not None:
            return said, False
    return say(conversation, text=text, images=images, client_id=client_id, by=by), True


def say(
    conversation: Conversation, *, text: str, images: Sequence[str] = (), client_id: str | None = None, by: Actor
) -> Message:
    """The message in its place. In the operation of somebody who takes part."""
    if not text.strip():
        raise FieldErrors({"text": ["This field may not be blank."]})
    other = conversation.second_id if conversation.first_id == by.id else conversation.first_id
    if not Person.objects.filter(pk=other, suspended_at=None, erased_at=None).exists():
        raise ConversationClosed
    now = timezone.now()
    Conversation.objects.filter(pk=conversation.pk).update(last_sequence=F("last_sequence") + 1, updated_at=now)
    conversation.refresh_from_db(fields=["last_sequence", "updated_at"])
    message = Message.objects.create(
        conversation=conversation,
        sequence=conversation.last_sequence,
        sender_id=by.person_id,
        text=text,
        client_id=client_id,
    )
    if images:
        attach_images(message.pictures, images, by=by)
    own = Participant.objects.filter(conversation=conversation, person=by.person_id)
    own.update(read_sequence=message.sequence)  # whoever answers has read
    record(events.MessageCreated(message), by=by)
    return message


@operation
def mark_read(*, conversation_id: UUID, sequence: int | None = None, by: Actor) -> Conversation:
    """Have read the conversation up to this message, or to its end. It never goes back."""
    by.needs("messages:write")
    conversation = _lock(conversation_id, by)
    mark = Participant.objects.get(conversation=conversation, person=by.person_id)
    upto = conversation.last_sequence if sequence is None else min(sequence, conversation.last_sequence)
    if upto > mark.read_sequence:
        mark.read_sequence = upto
        mark.save(update_fields=["read_sequence"])
        mark.conversation = conversation
        record(events.ConversationRead(mark), by=by)
    return conversation


def _lock(conversation_id: UUID, by: Actor) -> Conversation:
    """The conversation, held until the transaction ends, for somebody who takes part in it."""
    held = Conversation.objects.visible_to(by.viewer).select_for_update(of=("self",), no_key=True)
    conversation: Conversation | None = held.filter(pk=conversation_id).first()
    if conversation is None:
        raise NotFound
    if by.id not in (conversation.first_id, conversation.second_id):
        raise Forbidden  # staff read what was reported, and write nothing
    return conversation
