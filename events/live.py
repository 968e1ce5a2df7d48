"""Reading the log as it grows: what was missed, then what is new, in order, none skipped and none twice.

    async for entry in listen(viewer, after=position): ...

A listener reads the log itself, with the rights that its viewer has at that moment; nothing that wakes it is trusted
with content. It is woken by the hub of its process, which hears PostgreSQL's NOTIFY of each publication on a connection
of its own and looks at whom the new events concern; where that connection is lost, and as a net, it looks once a
second. While a listener waits it holds no connection.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

import psycopg
from channels.db import database_sync_to_async
from django.conf import settings
from django.db import DatabaseError, InterfaceError

from core.viewers import Viewer
from events import log as events_log
from events.models import RecordedEvent
from events.publishing import CHANNEL
from events.reactors import newest_position

log = logging.getLogger(__name__)

NET_SECONDS = 1.0  # how long the hub waits for a NOTIFY before it looks by itself
STRETCH = 200  # events that a listener reads at a time
_LOOKED_AT = 5000  # new events whose audiences are looked at; more of them wake everybody

_read = database_sync_to_async(events_log.read, thread_sensitive=False)


class Hub:
    """One for each event loop: knows who waits, and wakes those whom something concerns."""

    def __init__(self) -> None:
        self._waiting: dict[asyncio.Event, tuple[UUID | None, bool]] = {}
        self._position = 0
        self._task: asyncio.Task[None] | None = None

    def join(self, person: UUID | None, *, public: bool) -> asyncio.Event:
        """An event that is set when something happens that concerns this person, or (if `public`) everybody."""
        signal = asyncio.Event()
        self._waiting[signal] = (person, public)
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._follow())
        return signal

    def leave(self, signal: asyncio.Event) -> None:
        """Nobody waits for it any more."""
        self._waiting.pop(signal, None)

    async def _follow(self) -> None:
        """Until nobody waits: hear, look, wake. The connection is the hub's own, and given back with it."""
        self._position = await database_sync_to_async(newest_position, thread_sensitive=False)()
        self._wake_all()
        while self._waiting:
            try:
                async with await psycopg.AsyncConnection.connect(**_address(), autocommit=True) as listening:
                    await listening.execute(f"LISTEN {CHANNEL}")
                    while self._waiting:
                        await self._look()
                        async for _ in listening.notifies(timeout=NET_SECONDS, stop_after=1):
                            pass
            except (psycopg.Error, DatabaseError, InterfaceError, OSError) as error:
                log.warning("The hub has lost the database and tries again: %s", type(error).__name__)
                await asyncio.sleep(NET_SECONDS)

    async def _look(self) -> None:
        """Wake those whom the events since the last look concern."""
        found = await database_sync_to_async(_audiences, thread_sensitive=False)(self._position)
        if not found:
            return
        self._position = found[-1][0]
        if len(found) == _LOOKED_AT:
            self._wake_all()
            return
        people = {person for _, audience, _ in found for person in audience}
        any_public = any(is_public for _, _, is_public in found)
        for signal, (person, public) in self._waiting.items():
            if person in people or (public and any_public):
                signal.set()

    def _wake_all(self) -> None:
        for signal in self._waiting:
            signal.set()


def _audiences(after: int) -> list[Any]:
    rows = RecordedEvent.objects.filter(position__gt=after).order_by("position")
    return list(rows.values_list("position", "audience", "is_public")[:_LOOKED_AT])


def _address() -> dict[str, Any]:
    """Django's database, for a connection outside its pool."""
    own = settings.DATABASES["default"]
    named = {"dbname": own["NAME"], "user": own["USER"], "password": own["PASSWORD"], "host": own["HOST"]}
    ports = {"port": own["PORT"]} if own["PORT"] else {}
    kept = {name: value for name, value in own["OPTIONS"].items() if name not in ("pool", "prepare_threshold")}
    return {**{name: value for name, value in named.items() if value}, **ports, **kept}


_hubs: dict[asyncio.AbstractEventLoop, Hub] = {}


def hub() -> Hub:
    """The hub of the running loop."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        for gone in [one for one in _hubs if one.is_closed()]:
            del _hubs[gone]
        _hubs[loop] = Hub()
    return _hubs[loop]


async def listen(
    viewer: Viewer, *, after: int, types: Sequence[str] | None = None, public: bool = False, pause: float = 15.0
) -> AsyncIterator[events_log.Entry | None]:
    """The events after the position, for ever; None after each `pause` in seconds without one.

    Raises what the database raises when it cannot be read.
    """
    signal = hub().join(viewer.id, public=public)
    try:
        while True:
            signal.clear()
            found = await _read(viewer, after=after, limit=STRETCH, types=types, public=public)
            for entry in found:
                yield entry
                after = entry.position
            if len(found) == STRETCH:
                continue
            with suppress(TimeoutError):
                await asyncio.wait_for(signal.wait(), pause)
                continue
            yield None
    finally:
        hub().leave(signal)
