"""Whether a session is alive: asked with every request, so remembered for a few seconds.

What is remembered is at most SESSION_CHECK_SECONDS old, in every process. Where a session ends, `forget` makes its own
process know at once.
"""

import time
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import TypeVar
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.actors import Actor
from accounts.models import Person, Session
from core.shapes import SHAPES, Slot, Statement

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class ShortMemory[K: Hashable, V]:
    """The last `most` answers of the last SESSION_CHECK_SECONDS. Threads may share it."""

    def __init__(self, most: int = 20_000) -> None:
        self._most, self._lock = most, Lock()
        self._entries: dict[K, tuple[float, V]] = {}  # the oldest first
        self._forgotten = 0

    def recall(self, key: K, read: Callable[[K], V]) -> V:
        """What is remembered, or what `read` finds now."""
        asked = time.monotonic()
        entry = self._entries.get(key)
        if entry is not None and asked - entry[0] < settings.SESSION_CHECK_SECONDS:
            return entry[1]
        forgotten = self._forgotten
        value = read(key)
        with self._lock:
            if forgotten == self._forgotten:  # else this may be what was to be forgotten
                self._entries.pop(key, None)
                self._entries[key] = (asked, value)
                while len(self._entries) > self._most:
                    del self._entries[next(iter(self._entries))]
        return value

    def forget(self, key: K) -> None:
        """Ask again next time."""
        with self._lock:
            self._forgotten += 1
            self._entries.pop(key, None)

    def forget_after_commit(self, keys: Iterable[K]) -> None:
        """Ask again next time, within this transaction and after it: others may ask before it commits."""
        for key in keys:
            self.forget(key)
            transaction.on_commit(lambda key=key: self.forget(key))  # type: ignore[misc]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a session stands: its person as an actor, None where it has ended, and when it is over anyway."""

    actor: Actor | None
    expires_at: datetime

    @property
    def is_alive(self) -> bool:
        """Whether requests may be made in it."""
        return self.actor is not None and self.expires_at > timezone.now()


_GONE = Standing(None, datetime.max.replace(tzinfo=timezone.get_default_timezone()))
_memory: ShortMemory[UUID, Standing] = ShortMemory()


def standing_of(session_id: UUID) -> Standing:
    """How the session stands, or stood at most SESSION_CHECK_SECONDS ago."""
    return _memory.recall(session_id, _read)


def forget(session_id: UUID) -> None:
    """Look again next time, in this process."""
    _memory.forget(session_id)


def forget_after_commit(session_ids: Iterable[UUID]) -> None:
    """Look again next time: to be called in the transaction that ends these sessions."""
    _memory.forget_after_commit(session_ids)


def _read(session_id: UUID) -> Standing:
    found = SHAPES.get_or_write("standing", _write).run({"session": session_id})
    if not found:
        return _GONE
    expires_at, *told = found[0]
    person = Person(**dict(zip(_TOLD, told, strict=True)))
    if not person.is_active:
        return _GONE
    actor = Actor(id=person.pk, role=person.role, is_staff=person.is_staff, session_id=session_id)
    return Standing(actor, expires_at)


_TOLD = ("id", "role", "suspended_at", "erased_at")


def _write() -> Statement:
    alive = Session.objects.filter(pk=Slot("session"), ended_at=None)
    return Statement(alive.values_list("expires_at", *(f"person__{name}" for name in _TOLD)))
