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
SELECT given.id, %s, %s, look.pk, given.actor_id, given.request_id, %s, given.audience::uuid[],
    look.data::jsonb, look.seen_by::jsonb
FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::text[], %s::text[])
    WITH ORDINALITY AS given(id, pk, actor_id, request_id, audience, turn)
JOIN look ON look.pk = given.pk
ORDER BY given.turn
"""


def record(event: Event, *, by: By) -> None:
    """Write the event: what the resource looks like now, to everybody and to each role, and whom it concerns."""
    record_each([(event, by)])


def record_all(events: Iterable[Event], *, by: By) -> None:
    """Write several events of one cause, in this order."""
    record_each((event, by) for event in events)


def record_each(caused: Iterable[tuple[Event, By]], *, publish: bool = True) -> None:
    """Write events with who caused each, in this order. Those of one type that follow each other are one statement.

    Without `publish` the caller sees to it (`events.publishing.publish_with_commit`).
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("An event is recorded in the transaction of its change.")
    batch: list[tuple[Event, By]] = []
    for event, by in caused:
        if batch and type(batch[0][0]) is not type(event):
            _insert(batch)
            batch = []
        batch.append((event, by))
    if batch:
        _insert(batch)
        if publish:
            publish_soon()


def _insert(caused: list[tuple[Event, By]]) -> None:
    kind = type(caused[0][0])
    statement = SHAPES.get_or_write(("record", kind.representation), lambda: _write(kind))
    statement.run(
        {
            "pks": [event.resource.pk for event, _ in caused],
            "type": kind.type,
            "resource_type": kind.resource_type(),
            "is_public": kind.public,
            "ids": [uuid7() for _ in caused],
            "actor_ids": [by.id for _, by in caused],
            "request_ids": [by.request_id for _, by in caused],
            "audiences": [_array(event.audience()) for event, _ in caused],
        }
    )


def _write(kind: type[Event]) -> Statement:
    model: Any = kind.representation.Meta.model
    public, seen_by = kind.representation().frozen()
    rows = model._base_manager.filter(pk__one_of=Slot("pks", UUIDField())).values_list("pk", public, seen_by)
    more = ("type", "resource_type", "is_public", "ids", "pks", "actor_ids", "request_ids", "audiences")
    return Statement(rows, wrap=_INSERT, more=more)


def _array(people: Iterable[UUID | None]) -> str:
    """A PostgreSQL array literal, each person once."""
    return "{" + ",".join(str(person) for person in dict.fromkeys(people) if person is not None) + "}"
