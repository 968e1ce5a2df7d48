"""Things that services have just done, moved to the day when they are said to have happened."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.models import DateTimeField

_TABLES = (
    "accounts.Image", "contractors.Contractor", "contractors.PortfolioItem", "jobs.Job", "jobs.Review", "bids.Bid",
    "messaging.Conversation", "messaging.Message", "events.RecordedEvent",
)  # fmt: skip
_SAID_BY_PEOPLE = ("scheduled_date",)  # stays as it was said
_TIME_IN_EVENT = re.compile(r'"([a-z]+At)": "([^"]+)"', re.IGNORECASE)


@contextmanager
def days_ago(days: float) -> Iterator[None]:
    """Let all that the block writes have happened so long ago: rows, and what events say of them.

    All in one transaction: whatever is not older than its beginning was written in it, and by this block, since
    what earlier blocks wrote has been moved away from there already.
    """
    yield
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        began = cursor.fetchone()[0]
        shift = timedelta(days=days)
        _retell(cursor, began, shift)
        times = {"began": began, "expiry": began + _term(), "shift": shift}
        for name in _TABLES:
            cursor.execute(_statement(name), times)


def _term() -> timedelta:
    return timedelta(days=settings.JOB_EXPIRY_DAYS)


@cache
def _statement(name: str) -> str:
    """Move the fresh times of a table's rows. A written row is known by its latest time; an expiry lies ahead."""
    model = apps.get_model(name)
    columns = [str(field.column) for field in model._meta.concrete_fields if isinstance(field, DateTimeField)]
    moves = []
    for column in columns:
        fresh = "%(expiry)s" if column == "expires_at" else "%(began)s"
        if column not in _SAID_BY_PEOPLE:
            moves.append(f"{column} = {column} - CASE WHEN {column} >= {fresh} THEN %(shift)s ELSE '0' END")
    happened = [column for column in columns if column not in (*_SAID_BY_PEOPLE, "expires_at")]
    fresh_row = f"GREATEST({', '.join(happened)}) >= %(began)s"
    return f"UPDATE {model._meta.db_table} SET {', '.join(moves)} WHERE {fresh_row}"  # noqa: S608


def _retell(cursor: Any, began: datetime, shift: timedelta) -> None:
    """Move the times inside the events of this block; as text, so that amounts stay as they are written."""
    cursor.execute("SELECT data::text, seen_by::text, id FROM events_recordedevent WHERE created_at >= %s", [began])
    for data, seen_by, pk in cursor.fetchall():
        cursor.execute(
            "UPDATE events_recordedevent SET data = %s::jsonb, seen_by = %s::jsonb WHERE id = %s",
            [_moved(data, began, shift), _moved(seen_by, began, shift), pk],
        )


def _moved(told: str, began: datetime, shift: timedelta) -> str:
    def move(found: re.Match[str]) -> str:
        name, time = found[1], datetime.fromisoformat(found[2])
        fresh = began + _term() if name == "expiresAt" else began
        return f'"{name}": "{(time - shift if time >= fresh else time).isoformat()}"'

    return _TIME_IN_EVENT.sub(move, told)
