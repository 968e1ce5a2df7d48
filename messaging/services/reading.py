"""Having a conversation open, and having read it."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from accounts.actors import Actor
from core.errors import Forbidden, NotFound
from core.operations import operation
from events.recording import record
from messaging import events
from messaging.models import Conversation, Participant

OPEN_FOR = timedelta(seconds=90)
"""How long a conversation counts as open unless it is said again: what a process that dies leaves is over by then."""


@operation
def mark_read(*, conversation_id: UUID, sequence: int | None = None, by: Actor) -> Conversation:
    """Have read the conversation up to this message, or to its end. It never goes back.

    Raises NotFound, and Forbidden for staff.
    """
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


def others_in(*, conversation_id: UUID, by: Actor) -> list[UUID]:
    """Whom one would be writing to. Raises NotFound, and Forbidden for staff."""
    by.needs("messages:write")
    rows = Conversation.objects.visible_to(by.viewer).filter(pk=conversation_id)
    people = rows.values_list("first_id", "second_id").first()
    if people is None:
        raise NotFound
    if by.id not in people:
        raise Forbidden
    return [person for person in people if person != by.id]


@operation
def open_conversation(*, conversation_id: UUID, by: Actor) -> Conversation:
    """Have it before one's eyes, for OPEN_FOR: what is said meanwhile is no news. Raises NotFound."""
    by.needs("messages:read")
    conversation: Conversation | None = Conversation.objects.visible_to(by.viewer).filter(pk=conversation_id).first()
    if conversation is None:
        raise NotFound
    _set_open([(conversation_id, by.person_id)], is_open=True)
    return conversation


@operation
def keep_open(*, open_ones: Collection[tuple[UUID, UUID]]) -> None:
    """Still open: conversations, each with whom it is open for."""
    _set_open(open_ones, is_open=True)


@operation
def close_conversations(*, open_ones: Collection[tuple[UUID, UUID]]) -> None:
    """Not open any more: conversations, each with whom it was open for."""
    _set_open(open_ones, is_open=False)


def _set_open(open_ones: Collection[tuple[UUID, UUID]], *, is_open: bool) -> None:
    rooms, people = {room for room, _ in open_ones}, {person for _, person in open_ones}
    marks = Participant.objects.filter(conversation__one_of=rooms, person__one_of=people)
    wanted = [mark.pk for mark in marks.order_by("pk") if (mark.conversation_id, mark.person_id) in set(open_ones)]
    held = Participant.objects.filter(pk__one_of=wanted).order_by("pk").select_for_update(no_key=True)
    keys = list(held.values_list("pk", flat=True))  # in one order, so that two who do this never wait for each other
    Participant.objects.filter(pk__one_of=keys).update(open_until=timezone.now() + OPEN_FOR if is_open else None)
