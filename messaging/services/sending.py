"""Saying something. Letters that come together are one transaction, and take their place in the log in its commit."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from accounts.actors import Actor
from accounts.services.images import attach_images
from core.errors import FieldErrors, Forbidden, NotFound, Refusal
from core.ids import uuid7
from core.operations import operation
from core.prepared import Asked
from core.renderers import to_json
from core.shapes import run_prepared, run_together
from events.log import News
from events.recording import record_in_place
from messaging import events
from messaging.exceptions import ConversationClosed
from messaging.models import Conversation, Message


@dataclass(frozen=True, slots=True)
class Letter:
    """Something to be said. `client_id` is the sender's own name for it."""

    conversation_id: UUID
    text: str
    by: Actor
    images: Sequence[str] = ()
    client_id: str | None = None
    id: UUID = field(default_factory=uuid7)  # of its message


@dataclass(frozen=True, slots=True)
class _Message:
    """What an event needs of a message; no instance of the model is made for each letter."""

    pk: UUID
    conversation: "_Room"


@dataclass(frozen=True, slots=True)
class Sent:
    """The message of a letter, and whether it is new."""

    message_id: UUID
    is_new: bool


class Held(Exception):
    """Another transaction has the conversation, and the caller did not want to wait."""


@operation
def send_message(
    *, conversation_id: UUID, text: str, images: Sequence[str] = (), client_id: str | None = None, by: Actor
) -> Sent:
    """Say something: the same `client_id` again answers the first message and saves nothing.

    Raises NotFound, Forbidden, FieldErrors, ConversationClosed.
    """
    return send(Letter(conversation_id, text, by, images, client_id))


Outcome = Sent | Refusal | Held


@operation
def send_messages(*, letters: Sequence[Letter]) -> tuple[list[Outcome], Sequence[News]]:
    """Say several things in one transaction, without pictures; what became of each, and what followers of the log in
    this process are told of it.

    Conversations that another transaction has are not waited for: one that is slow would hold up all the others.
    """
    return _send(letters, waits=False)


def send(letter: Letter) -> Sent:
    """One letter, in the operation of somebody. Raises what `send_message` does."""
    (outcome,), _ = _send([letter], waits=True)
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


def _send(letters: Sequence[Letter], *, waits: bool) -> tuple[list[Outcome], Sequence[News]]:
    """Messages get the next sequence under the lock of their conversation."""
    rooms, known = _look_up(letters, waits=waits)
    outcomes: list[Outcome] = []
    said: list[tuple[Letter, int]] = []
    for letter in letters:
        outcome = _judge(letter, rooms, known)
        if isinstance(outcome, Sent) and outcome.is_new:
            room = rooms[letter.conversation_id]
            room.last_sequence += 1
            said.append((letter, room.last_sequence))
        outcomes.append(outcome)
    return outcomes, _write(said, rooms) if said else ()


@dataclass(slots=True)
class _Room:
    """A locked conversation: as much of it as events need, and its sequence."""

    id: UUID
    first_id: UUID
    second_id: UUID
    last_sequence: int
    first_is_there: bool
    second_is_there: bool

    def can_hear(self, sender: UUID) -> bool:
        """Whether the other one can be reached."""
        return self.second_is_there if sender == self.first_id else self.first_is_there


_LOCK = """
SELECT room.id, room.first_id, room.second_id, room.last_sequence,
    first.suspended_at IS NULL AND first.erased_at IS NULL, second.suspended_at IS NULL AND second.erased_at IS NULL
FROM messaging_conversation AS room
JOIN accounts_person AS first ON first.id = room.first_id
JOIN accounts_person AS second ON second.id = room.second_id
WHERE room.id = ANY(%s) ORDER BY room.id FOR NO KEY UPDATE OF room
"""


_SAID = """
SELECT message.conversation_id, message.sender_id, message.client_id, message.id
FROM jsonb_to_recordset(%s) AS given(conversation_id uuid, sender_id uuid, client_id text)
JOIN messaging_message AS message USING (conversation_id, sender_id, client_id)
"""

_Name = tuple[UUID, UUID | None, str | None]


def _look_up(letters: Sequence[Letter], *, waits: bool) -> tuple[dict[UUID, _Room], dict[_Name, UUID]]:
    """The conversations, held until the transaction ends, by id; and the messages that have these names already.

    The second statement runs under the locks of the first.
    """
    ids = sorted({letter.conversation_id for letter in letters})
    asked: list[Asked] = [(_LOCK if waits else f"{_LOCK} SKIP LOCKED", [ids])]
    named = [
        {"conversation_id": one.conversation_id, "sender_id": one.by.id, "client_id": one.client_id}
        for one in letters
        if one.client_id is not None
    ]
    if named:
        asked.append((_SAID, [_json(named)]))
    locked, *said = run_together(asked)
    known = {(room, sender, name): pk for rows in said for room, sender, name, pk in rows}
    return {room[0]: _Room(*room) for room in locked}, known


def _json(rows: Any) -> Jsonb:
    return Jsonb(rows, dumps=to_json)


def _judge(letter: Letter, rooms: dict[UUID, _Room], known: dict[_Name, UUID]) -> Outcome:
    try:
        return _admit(letter, rooms.get(letter.conversation_id), known)
    except (Refusal, Held) as refused:
        return refused


def _admit(letter: Letter, room: _Room | None, known: dict[_Name, UUID]) -> Sent:
    by = letter.by
    by.needs("messages:write")
    if room is None or by.id not in (room.first_id, room.second_id):
        raise _absent(letter.conversation_id, by, is_locked=room is None)
    name = (letter.conversation_id, by.id, letter.client_id)
    if letter.client_id is not None and name in known:
        return Sent(known[name], False)
    if not letter.text.strip():
        raise FieldErrors({"text": ["This field may not be blank."]})
    if not room.can_hear(by.person_id):
        raise ConversationClosed
    if letter.client_id is not None:
        known[name] = letter.id
    return Sent(letter.id, True)


def _absent(conversation_id: UUID, by: Actor, *, is_locked: bool) -> Refusal | Held:
    """Why there is no conversation for this letter."""
    seen = Conversation.objects.visible_to(by.viewer).filter(pk=conversation_id)
    found = seen.values_list("first_id", "second_id").first()
    if found is None:
        return NotFound()
    if by.id in found and is_locked:
        return Held()
    return Forbidden()  # staff read what was reported, and write nothing


_WRITE = """
WITH given AS (
    SELECT * FROM jsonb_to_recordset(%s)
        AS letter(id uuid, conversation_id uuid, sequence int, sender_id uuid, text text, client_id text)
),
said AS (
    INSERT INTO messaging_message (id, conversation_id, sequence, sender_id, text, client_id)
    SELECT id, conversation_id, sequence, sender_id, text, client_id FROM given
),
counted AS (
    UPDATE messaging_conversation AS room SET last_sequence = newest.sequence, updated_at = clock_timestamp()
    FROM (SELECT conversation_id, max(sequence) AS sequence FROM given GROUP BY 1) AS newest
    WHERE room.id = newest.conversation_id
)
UPDATE messaging_participant AS mark SET read_sequence = own.sequence
FROM (SELECT conversation_id, sender_id, max(sequence) AS sequence FROM given GROUP BY 1, 2) AS own
WHERE mark.conversation_id = own.conversation_id AND mark.person_id = own.sender_id
"""  # whoever answers has read


def _write(said: Sequence[tuple[Letter, int]], rooms: dict[UUID, _Room]) -> Sequence[News]:
    write = _WRITE, [_json([_row(letter, sequence) for letter, sequence in said])]
    caused = [(_created(letter, rooms[letter.conversation_id]), letter.by) for letter, _ in said]
    if not any(letter.images for letter, _ in said):
        return record_in_place(caused, before=[write])
    run_prepared(*write)
    for letter, _ in said:
        if letter.images:
            attach_images(Message(id=letter.id).pictures, letter.images, by=letter.by)
    return record_in_place(caused)


def _created(letter: Letter, room: _Room) -> events.MessageCreated:
    return events.MessageCreated(_Message(letter.id, room))


def _row(letter: Letter, sequence: int) -> dict[str, Any]:
    return {
        "id": letter.id,
        "conversation_id": letter.conversation_id,
        "sequence": sequence,
        "sender_id": letter.by.id,
        "text": letter.text,
        "client_id": letter.client_id,
    }
