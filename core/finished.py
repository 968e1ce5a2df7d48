"""Finished answers to strangers, kept for as long as the database has not changed.

A stranger's answer to an address depends on nothing but committed rows. PostgreSQL's snapshot names exactly the
transactions whose work a query sees: while its text stays the same, no answer can differ. So a page that is asked again
is one tiny query, and is never out of date, not even by the second that a time-out would cost.
"""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from threading import Lock
from typing import TypeVar

import psycopg
from django.db import connection

T = TypeVar("T")

KEPT, LARGEST = 512, 256 * 1024


def snapshot() -> str | None:
    """What is committed now, as a text to compare; None inside a transaction, which may see more than is committed."""
    if connection.in_atomic_block:
        return None
    connection.ensure_connection()
    with connection._prepare_cursor(psycopg.Cursor(connection.connection)) as cursor:  # type: ignore[attr-defined]
        cursor.execute("SELECT pg_current_snapshot()::text")
        return str(cursor.fetchone()[0])


@dataclass
class _Entry[T]:
    snapshot: str | None = None
    answer: T | None = None


class Finished[T]:
    """Answers by address. The first asking only notes the address, so that addresses asked once cost nothing."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept, self._lock = kept, Lock()
        self._entries: OrderedDict[Hashable, _Entry[T]] = OrderedDict()

    def find(self, key: Hashable) -> tuple[T | None, str | None]:
        """The answer if it still holds, else the snapshot under which to keep a new one (None: do not)."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                self._entries[key] = _Entry()
                while len(self._entries) > self._kept:
                    self._entries.popitem(last=False)
                return None, None
            self._entries.move_to_end(key)
        now = snapshot()
        if now is not None and entry.snapshot == now:
            return entry.answer, now
        return None, now

    def keep(self, key: Hashable, snapshot: str, answer: T) -> None:
        """Keep what was read after `snapshot` was taken: after any commit since, the next one differs."""
        with self._lock:
            if key in self._entries:
                self._entries[key] = _Entry(snapshot, answer)

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._entries.clear()
