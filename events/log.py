"""Reading the log: what a person may see of it, from a position on, in order."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models import (
    BooleanField,
    Case,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    UUIDField,
    Value,
    When,
)
from django.db.models.expressions import Func

from core.expressions import JSONText, Row
from core.filters import InvalidParameter
from core.prepared import Asked
from core.shapes import SHAPES, ArrayOf, ForEach, Slot, Statement, Unweighed
from core.viewers import Viewer
from events import cursors
from events.models import RecordedEvent
from events.types import TYPES, resource_types

API_VERSION = "2"
_DATA = b'"data":'
LAST = 2**63 - 1  # no position is beyond it


@dataclass(frozen=True)
class Entry:
    """One event as its reader sees it: `envelope` is JSON."""

    position: int
    envelope: bytes
    type: str = ""
    resource_id: UUID | None = None
    is_addressed: bool = True  # to its reader; otherwise it is public, or about something that they watch


@dataclass(frozen=True)
class News:
    """One new event for the hub. `envelope` is there where all whom it concerns see the same."""

    position: int
    type: str
    audience: Sequence[UUID]
    is_public: bool
    resource_id: UUID
    envelope: bytes | None


class EventId(Func):
    """A position as the id of its event."""

    template = f"('{cursors.PREFIX}' || LPAD(TO_HEX(%(expressions)s), 16, '0'))"
    output_field = models.TextField()


class _Seen(Func):
    """`data`, with the members over it that the reader's present role sees otherwise."""

    template = "(%(expressions)s)::json"
    arg_joiner = " || "
    output_field = JSONText()


class _OfRole(Func):
    template = "COALESCE(NULLIF(seen_by -> (%(expressions)s), 'null'::jsonb), '{}'::jsonb)"
    output_field = models.JSONField()


def read(
    viewer: Viewer,
    *,
    after: int,
    limit: int,
    upto: int = LAST,
    types: Sequence[str] | None = None,
    public: bool = True,
    watched: Sequence[UUID] = (),
) -> list[Entry]:
    """At most `limit` events after one position and up to another: those addressed to the viewer, and (if `public`)
    public ones, or those of the `watched` resources, as far as the viewer may still see what they are about. `types`
    narrows to these names."""
    shape = ("events", viewer.kind, limit, types is not None, public, bool(watched))
    statement = SHAPES.get_or_write(shape, lambda: _write(viewer, limit, types is not None, public, bool(watched)))
    values = {"viewer": viewer.id, "after": after, "upto": upto, "types": list(types or ()), "watched": list(watched)}
    return [Entry(*row) for row in statement.run(values)]


def news(after: int, limit: int) -> list[News]:
    """What has been published after the position, for whoever passes it on."""
    return read_news(_news(limit).run({"after": after}))


def asked_news(after: int, limit: int) -> Asked:
    """The statement of `news`, to be run with others; `read_news` reads its rows."""
    return _news(limit).asked({"after": after})


def read_news(rows: Sequence[tuple[Any, ...]]) -> list[News]:
    """See `asked_news`."""
    return [News(*row) for row in rows]


def _news(limit: int) -> Statement:
    return SHAPES.get_or_write(("news", limit), lambda: _write_news(limit))


def data_of(envelope: bytes) -> bytes:
    """The `data` of an envelope as JSON: its last member. None of those before it holds text that is anybody's own."""
    return envelope[envelope.index(_DATA) + len(_DATA) : -1]


def read_each(wanted: Sequence[tuple[Viewer, int]]) -> list[bytes | None]:
    """The envelope of each event, by position, as each of these members and staff sees it; None where they may not."""
    found: list[bytes | None] = [None] * len(wanted)
    for is_staff in {viewer.is_staff for viewer, _ in wanted}:
        theirs = [number for number, (viewer, _) in enumerate(wanted) if viewer.is_staff is is_staff]
        statement = SHAPES.get_or_write(("events each", is_staff), partial(_write_each, is_staff))
        for place, _, envelope, *_ in statement.run([(wanted[number][0].id, wanted[number][1]) for number in theirs]):
            found[theirs[place]] = envelope
    return found


def bounds() -> tuple[int, int]:
    """The positions before the oldest kept event and of the newest: a cursor between them is good."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(min(position) - 1, 0), coalesce(max(position), 0) FROM events_recordedevent")
        return cursor.fetchone()


def place(cursor: str | None) -> int:
    """The position that a cursor means; without one, that before the oldest event.

    Raises InvalidEventCursor, or CursorExpired where events after it are gone.
    """
    oldest, newest = bounds()
    if cursor is None:
        return oldest
    position = cursors.decode(cursor)
    if position > newest:
        raise cursors.InvalidEventCursor
    if position < oldest:
        raise cursors.CursorExpired
    return position


def matching_types(patterns: str) -> list[str]:
    """`bid.*,job.posted` as names of types; `*` alone is all. Raises InvalidParameter for a pattern without one."""
    found: set[str] = set()
    for pattern in patterns.split(","):
        form = re.escape(pattern.strip()).replace(r"\*", ".*")
        names = {name for name in TYPES if re.fullmatch(form, name)}
        if not names:
            raise InvalidParameter({"type": [f"No type of event is called {pattern.strip()[:60]!r}."]})
        found |= names
    return sorted(found)


def _write(viewer: Viewer, limit: int, has_types: bool, public: bool, has_watched: bool) -> Statement:
    number = models.BigIntegerField()
    seen = Viewer(Slot("viewer", UUIDField()), viewer.is_staff)
    rows = RecordedEvent.objects.filter(position__gt=Slot("after", number), position__lte=Slot("upto", number))
    if has_types:
        rows = rows.filter(type__one_of=Slot("types", models.TextField()))
    return Statement(_narrowed(rows, seen, public, has_watched).order_by("position")[:limit])


def _write_each(is_staff: bool) -> ForEach:
    seen = Viewer(Slot("viewer", UUIDField()), is_staff)
    rows = RecordedEvent.objects.filter(position=Slot("position", models.BigIntegerField()))
    columns = {"viewer": "uuid", "position": "bigint"}
    return ForEach(_narrowed(rows, seen, public=True, has_watched=False), columns)


def _narrowed(rows: QuerySet[Any], seen: Viewer, public: bool, has_watched: bool) -> QuerySet[Any, Any]:
    """Those that the viewer may read, in the columns of an Entry."""
    addressed = Q(audience__contains=ArrayOf(seen.id, base_field=UUIDField()))
    withdrawn = sorted(name for name, event in TYPES.items() if event.withdrawn_when_hidden)
    visible = Q(_still_visible(seen))
    wanted = addressed & (~Q(type__in=withdrawn) | visible)
    if public:
        wanted |= Q(is_public=True) & visible
    if has_watched:
        wanted |= Q(resource_id__one_of=Slot("watched", UUIDField())) & visible
    columns = ("position", _envelope(seen), "type", "resource_id", ExpressionWrapper(addressed, BooleanField()))
    return rows.filter(wanted).values_list(*columns)


def _write_news(limit: int) -> Statement:
    alike = sorted(name for name, event in TYPES.items() if event.looks_alike())
    envelope = Case(When(type__in=alike, then=_envelope(None)), default=None, output_field=JSONText())
    after = Unweighed(Slot("after", models.BigIntegerField()))
    rows = RecordedEvent.objects.filter(position__gt=after).order_by("position")
    return Statement(rows[:limit].values_list("position", "type", "audience", "is_public", "resource_id", envelope))


def _still_visible(viewer: Viewer) -> Any:
    """Whether the viewer may see the resource of a public event as it is now."""
    whens = []
    for name, representation in resource_types().items():
        rows: QuerySet = representation.rows(viewer).filter(pk=OuterRef("resource_id"))
        whens.append(When(resource_type=name, then=Exists(rows)))
    return Case(*whens, default=Value(False), output_field=BooleanField())


def _role(viewer: Viewer) -> Any:
    """The viewer's role to the event's resource as it is now; null where there is none, or no resource any more."""
    whens = []
    for name, representation in resource_types().items():
        rows = representation.Meta.model._base_manager.filter(pk=OuterRef("resource_id"))  # type: ignore[attr-defined]
        role = Subquery(rows.values_list(representation().role_of(viewer))[:1], output_field=models.TextField())
        whens.append(When(resource_type=name, then=role))
    return Case(*whens, default=None, output_field=models.TextField())


def _envelope(viewer: Viewer | None) -> Row:
    """The event as the viewer sees it; as everybody does, without one."""
    data = F("data") if viewer is None else _Seen(F("data"), _OfRole(_role(viewer)))
    return Row(
        {
            "id": EventId(F("position")),
            "type": F("type"),
            "createdAt": F("created_at"),
            "apiVersion": Value(API_VERSION, output_field=models.TextField()),
            "resource": Row({"type": F("resource_type"), "id": F("resource_id")}),
            "actorId": F("actor_id"),
            "data": data,
        }
    )
