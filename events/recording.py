"""Writing to the log, in the same transaction as the change."""

from collections.abc import Iterable
from typing import Any, Protocol
from uuid import UUID

from django.db import connection, transaction
from django.db.models import UUIDField

from core.ids import uuid7
from core.shapes import SHAPES, Slot, Statement
from events.publishing import publish_soon
from events.types import Event


class By(Protocol):
    """What the log keeps of who acted. An `Actor` is one."""

    @property
    def id(self) -> UUID | None:
        """The person, or None for the system."""

    @property
    def request_id(self) -> str:
        """The request that they acted by."""


_INSERT = """
WITH look(pk, data, seen_by) AS ({})
INSERT INTO events_recordedevent
    (id, type, resource_type, resource_id, actor_id, request_id, is_public, audience, data, seen_by)
SELECT given.id, %s, %s, look.pk, %s, %s, %s, given.audience::uuid[], look.data::jsonb, look.seen_by::jsonb
FROM unnest(%s::uuid[], %s::uuid[], %s::text[]) WITH ORDINALITY AS given(id, pk, audience, turn)
JOIN look ON look.pk = given.pk
ORDER BY given.turn
"""


def record(event: Event, *, by: By) -> None:
    """Write the event: what the resource looks like now, to everybody and to each role, and whom it concerns."""
    record_all([event], by=by)


def record_all(events: Iterable[Event], *, by: By) -> None:
    """Write several events, in this order. Those of one type that follow each other are one statement."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("An event is recorded in the transaction of its change.")
    batch: list[Event] = []
    for event in events:
        if batch and type(batch[0]) is not type(event):
            _insert(batch, by)
            batch = []
        batch.append(event)
    if batch:
        _insert(batch, by)
        publish_soon()


def _insert(events: list[Event], by: By) -> None:
    kind = type(events[0])
    statement = SHAPES.get_or_write(("record", kind.representation), lambda: _write(kind))
    statement.run(
        {
            "pks": [event.resource.pk for event in events],
            "type": kind.type,
            "resource_type": kind.resource_type(),
            "actor_id": by.id,
            "request_id": by.request_id,
            "is_public": kind.public,
            "ids": [uuid7() for _ in events],
            "audiences": [_array(event.audience()) for event in events],
        }
    )


def _write(kind: type[Event]) -> Statement:
    model: Any = kind.representation.Meta.model
    public, seen_by = kind.representation().frozen()
    rows = model._base_manager.filter(pk__one_of=Slot("pks", UUIDField())).values_list("pk", public, seen_by)
    more = ("type", "resource_type", "actor_id", "request_id", "is_public", "ids", "pks", "audiences")
    return Statement(rows, wrap=_INSERT, more=more)


def _array(people: Iterable[UUID | None]) -> str:
    """A PostgreSQL array literal, each person once."""
    return "{" + ",".join(str(person) for person in dict.fromkeys(people) if person is not None) + "}"
