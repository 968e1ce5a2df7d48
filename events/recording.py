"""Writing to the log, in the same transaction as the change."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any, Protocol
from uuid import UUID

from django.db import connection, transaction
from django.db.models import UUIDField
from psycopg.types.json import Jsonb

from core.ids import uuid7
from core.prepared import Asked
from core.renderers import to_json
from core.shapes import SHAPES, Slot, Statement, insert, run_prepared
from events.log import News
from events.publishing import NOTIFY, give_positions, publish_soon, teller
from events.types import Event


class By(Protocol):
    """What the log keeps of who acted. An `Actor` is one."""

    @property
    def id(self) -> UUID | None:
        """The person, or None for the system."""

    @property
    def request_id(self) -> str:
        """The request that they acted by."""


_COLUMNS = "id, type, resource_type, resource_id, actor_id, request_id, is_public, audience, data, seen_by"

_ROWS = """
SELECT given.id, %s, %s, look.pk, given.actor_id, given.request_id, %s, given.audience,
    look.data::jsonb, look.seen_by::jsonb{position}
FROM jsonb_to_recordset(%s) AS given(turn int, id uuid, pk uuid, actor_id uuid, request_id text, audience uuid[])
JOIN look ON look.pk = given.pk
ORDER BY given.turn
"""

_INSERT = f"""
WITH look(pk, data, seen_by) AS ({{}})
INSERT INTO events_recordedevent ({_COLUMNS}) {_ROWS.replace("{position}", "")}
"""

_HEAD = "(SELECT coalesce(max(position), 0) FROM events_recordedevent)"

_INSERT_IN_PLACE = f"""
WITH look(pk, data, seen_by) AS ({{}}),
written AS (
    INSERT INTO events_recordedevent ({_COLUMNS}, position)
    {_ROWS.replace("{position}", f", {_HEAD} + row_number() OVER (ORDER BY given.turn)")}
    RETURNING position
)
SELECT {NOTIFY} FROM written HAVING count(*) > 0
"""  # noqa: S608 - constants


def record(event: Event, *, by: By) -> None:
    """Write the event: what the resource looks like now, to everybody and to each role, and whom it concerns."""
    record_each([(event, by)])


def record_all(events: Iterable[Event], *, by: By) -> None:
    """Write several events of one cause, in this order."""
    record_each((event, by) for event in events)


def record_each(caused: Iterable[tuple[Event, By]]) -> None:
    """Write events with who caused each, in this order. Those of one type that follow each other are one statement."""
    batches = _batches(caused)
    for batch in batches:
        run_prepared(*_asked(batch))
    if batches:
        publish_soon()


def record_new(event: Event, *, by: By) -> None:
    """Write the event's resource, an instance that is not in the database yet, and the event, in one round trip."""
    insert(event.resource, then=[_asked(batch) for batch in _batches([(event, by)])])
    publish_soon()


def record_in_place(caused: Iterable[tuple[Event, By]], *, before: Sequence[Asked] = ()) -> Sequence[News]:
    """Write events that take their place in the log in this very transaction, with the statements that go before them:
    all in one round trip. Call it last. What the followers in this process are told after the commit, if there are any.
    """
    asked = [_asked(batch, in_place=True) for batch in _batches(caused)]
    _, news = give_positions([*before, *asked])
    return news


def _batches(caused: Iterable[tuple[Event, By]]) -> list[list[tuple[Event, By]]]:
    """Events of one type that follow each other."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("An event is recorded in the transaction of its change.")
    return [list(batch) for _, batch in groupby(caused, lambda one: type(one[0]))]


def _asked(caused: list[tuple[Event, By]], *, in_place: bool = False) -> Asked:
    kind = type(caused[0][0])
    shape = ("record", kind.representation, in_place)
    given = [
        {
            "turn": turn,
            "id": uuid7(),
            "pk": event.resource.pk,
            "actor_id": by.id,
            "request_id": by.request_id,
            "audience": list(dict.fromkeys(person for person in event.audience() if person is not None)),
        }
        for turn, (event, by) in enumerate(caused)
    ]
    return SHAPES.get_or_write(shape, lambda: _write(kind, in_place)).asked(
        {
            # As text: psycopg takes longer to write a list.
            "pks": "{" + ",".join([event.resource.pk.hex for event, _ in caused]) + "}",
            "type": kind.type,
            "resource_type": kind.resource_type(),
            "is_public": kind.public,
            "given": Jsonb(given, dumps=to_json),
            "teller": teller(),
        }
    )


def _write(kind: type[Event], in_place: bool) -> Statement:
    model: Any = kind.representation.Meta.model
    public, seen_by = kind.representation().frozen()
    rows = model._base_manager.filter(pk__one_of=Slot("pks", UUIDField())).values_list("pk", public, seen_by)
    more = ["type", "resource_type", "is_public", "given"]
    if in_place:
        return Statement(rows, wrap=_INSERT_IN_PLACE, more=[*more, "teller"])
    return Statement(rows, wrap=_INSERT, more=more)
