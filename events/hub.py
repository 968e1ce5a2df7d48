"""The hub: one for each event loop. It follows the log, and brings what is new to whoever is connected here.

A receiver (a socket) is given frames, in the order of the log. What all whom an event concerns see alike is written
once, by the statement that follows the log; other events are read again for each person, with the rights that they have
at that moment. Between the last read and the move of the hub's position nothing is awaited, so that "read the log up to
the hub's position, then join" leaves no gap and no overlap.

A listener is only woken, and reads for itself (events/live.py).

What its own process publishes the hub is told; of others it hears by PostgreSQL's NOTIFY, on a connection of its own,
and reads the log, as it does once a second as a net. Without receivers and listeners it stops, and holds nothing.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, Protocol
from uuid import UUID

import psycopg
from channels.db import database_sync_to_async
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection

from core.frames import Batch, Frame
from core.loops import one_each
from core.viewers import Viewer
from events import log as events_log
from events.log import Entry, News
from events.publishing import CHANNEL, STRETCH, followers, process
from events.reactors import newest_position
from events.types import TYPES

log = logging.getLogger(__name__)

NET_SECONDS = 1.0  # how long the hub waits to be woken before it looks by itself
STARTS_WITHIN = 5.0  # seconds
IDLE_SECONDS = 5.0  # how long it goes on when nobody is connected: somebody may be about to come back


class Receiver(Protocol):
    """What is connected: a socket."""

    viewer: Viewer
    watched: set[UUID]

    def take(self, batch: Batch) -> None:
        """These have happened. It must neither wait nor raise."""


class Hub:
    """See the module. Everything but `hear` is called in the hub's own loop."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._listeners: dict[asyncio.Event, tuple[UUID | None, bool, frozenset[UUID]]] = {}
        self._receivers: dict[UUID, set[Receiver]] = {}
        self._watchers: dict[UUID, set[Receiver]] = {}  # by the resource
        self._told: deque[tuple[int, Sequence[News]]] = deque()
        self._must_read = False
        self._behind = asyncio.Event()
        self._is_following = asyncio.Event()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="hub")
        self._task: asyncio.Task[None] | None = None
        self._idle_since = self._loop.time()
        self.position = 0

    # --- Whoever is connected ------------------------------------------------------------------------------------

    async def ready(self) -> None:
        """Wait until the hub follows the log. Raises TimeoutError when the log cannot be read."""
        self._start()
        await asyncio.wait_for(self._is_following.wait(), STARTS_WITHIN)

    def join(self, receiver: Receiver) -> None:
        """Bring it everything after `position`, from now on. Nothing may be awaited since it was found ready."""
        assert receiver.viewer.id is not None
        _put(self._receivers, receiver.viewer.id, receiver)
        for resource in receiver.watched:
            _put(self._watchers, resource, receiver)

    def leave(self, receiver: Receiver) -> None:
        """Bring it nothing more."""
        if receiver.viewer.id is not None:
            _take_out(self._receivers, receiver.viewer.id, receiver)
        for resource in receiver.watched:
            _take_out(self._watchers, resource, receiver)

    def watch(self, receiver: Receiver, resource: UUID) -> None:
        """Bring it what happens to a resource too, for as long as its person may see that."""
        receiver.watched.add(resource)
        if receiver in self._receivers.get(receiver.viewer.id, ()):  # type: ignore[arg-type]  # nobody joins without one
            _put(self._watchers, resource, receiver)

    def unwatch(self, receiver: Receiver, resource: UUID) -> None:
        """No more of it."""
        receiver.watched.discard(resource)
        _take_out(self._watchers, resource, receiver)

    def receivers_of(self, person: UUID) -> Iterable[Receiver]:
        """Where this person is connected to this process."""
        return tuple(self._receivers.get(person, ()))

    def listen(self, person: UUID | None, *, public: bool, watched: Iterable[UUID] = ()) -> asyncio.Event:
        """An event that is set when something happens that concerns this person, or a resource that they watch, or (if
        `public`) everybody."""
        signal = asyncio.Event()
        self._listeners[signal] = (person, public, frozenset(watched))
        self._start()
        return signal

    def stop_listening(self, signal: asyncio.Event) -> None:
        """Nobody waits for it any more."""
        self._listeners.pop(signal, None)

    def hear(self, after: int, news: Sequence[News]) -> None:
        """This process has published something: all there is after a position, or the first STRETCH of it. Any thread
        may call it."""
        with suppress(RuntimeError):  # the loop is closed: nobody is connected any more
            self._loop.call_soon_threadsafe(self._take, after, news)

    def _take(self, after: int, news: Sequence[News]) -> None:
        self._told.append((after, news))
        self._behind.set()

    def _read_soon(self) -> None:
        self._must_read = True
        self._behind.set()

    # --- The log -------------------------------------------------------------------------------------------------

    def _start(self) -> None:
        if self._task is None or self._task.done():
            self._is_following.clear()
            self._task = self._loop.create_task(self._follow())

    async def _follow(self) -> None:
        """For as long as anybody is connected: wait, look, tell."""
        hearing = self._loop.create_task(self._hear())
        try:
            while self._is_needed():
                try:
                    await self._look()
                except Exception as error:
                    await self._stumble(error)
        finally:
            followers.discard(self)
            self._told.clear()
            hearing.cancel()

    async def _stumble(self, error: Exception) -> None:
        """Go on from where it was, a little later, by the log alone."""
        if isinstance(error, DatabaseError | InterfaceError | OSError):
            log.warning("The hub cannot read the log and tries again: %s", type(error).__name__)
        else:
            log.error("The hub has stumbled and goes on.", exc_info=error)
        await asyncio.sleep(NET_SECONDS)
        self._read_soon()

    def _is_needed(self) -> bool:
        now = self._loop.time()
        if self._receivers or self._listeners or not self._is_following.is_set():
            self._idle_since = now
        return now - self._idle_since < IDLE_SECONDS

    async def _look(self) -> None:
        if self._is_following.is_set():
            await self._wait()
            await self._catch_up()
            return
        self.position = await database_sync_to_async(newest_position, thread_sensitive=False)()
        self._is_following.set()
        followers.add(self)
        self._read_soon()  # what was published in between it has not been told
        for signal in self._listeners:
            signal.set()

    async def _wait(self) -> None:
        try:
            await asyncio.wait_for(self._behind.wait(), NET_SECONDS)
        except TimeoutError:
            self._must_read = True
        self._behind.clear()

    async def _hear(self) -> None:
        """Be woken by what other processes publish."""
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(**_address(), autocommit=True) as listening:
                    await listening.execute(f"LISTEN {CHANNEL}")
                    self._read_soon()
                    async for told in listening.notifies():
                        position, _, teller = told.payload.partition(" ")
                        if teller != process() and not (position.isdigit() and int(position) <= self.position):
                            self._read_soon()
            except (psycopg.Error, OSError) as error:
                log.warning("The hub has lost the database and tries again: %s", type(error).__name__)
                await asyncio.sleep(NET_SECONDS)

    async def _catch_up(self) -> None:
        while self._told:
            after, news = self._told.popleft()
            if after > self.position or len(news) == STRETCH:
                self._must_read = True
            if after <= self.position and (newer := [one for one in news if one.position > self.position]):
                await self._tell(newer)
        if self._must_read:
            self._must_read = False
            await self._read()

    async def _read(self) -> None:
        while found := await self._loop.run_in_executor(self._thread, _news, self.position):
            await self._tell(found)
            if len(found) < STRETCH:
                return

    async def _tell(self, found: Sequence[News]) -> None:
        """Give everybody theirs, and move."""
        upto = found[-1].position
        own: dict[UUID, list[Entry]] = {}
        while readers := self._who_must_read(found, own):  # again, as others may have joined meanwhile
            own |= await database_sync_to_async(_read_all, thread_sensitive=False)(readers, self.position, upto)
        for person, frames in self._frames(found, own).items():
            batch = Batch(frames)
            for receiver in tuple(self._receivers[person]):
                receiver.take(batch if person not in own else Batch(_for(receiver, own[person])))
        self.position = upto
        self._wake_listeners(found)

    def _who_must_read(self, found: Sequence[News], own: dict[UUID, list[Entry]]) -> dict[UUID, tuple[Viewer, Any]]:
        """The people connected here to whom some of it looks different than to others, with what they watch."""
        people: set[UUID] = set()
        for one in found:
            if one.envelope is None:
                people.update(person for person in one.audience if person in self._receivers)
        news_of = {one.resource_id for one in found}
        for resource in news_of & self._watchers.keys():
            people.update(receiver.viewer.id for receiver in self._watchers[resource] if receiver.viewer.id)
        return {person: self._view_of(person) for person in people if person not in own}

    def _view_of(self, person: UUID) -> tuple[Viewer, list[UUID]]:
        receivers = self._receivers[person]
        watched = set().union(*(receiver.watched for receiver in receivers))
        return next(iter(receivers)).viewer, sorted(watched)

    def _frames(self, found: Sequence[News], own: dict[UUID, list[Entry]]) -> dict[UUID, list[Frame]]:
        """Person → frames that are written once, for those who are connected. Who has read for themselves has none."""
        frames: dict[UUID, list[Frame]] = {person: [] for person in own if person in self._receivers}
        for one in found:
            if one.envelope is None:
                continue
            written = frame(one.type, one.envelope)
            for person in one.audience:
                if person in self._receivers and person not in own:
                    frames.setdefault(person, []).append(written)
        return frames

    def _wake_listeners(self, found: Sequence[News]) -> None:
        people = {person for one in found for person in one.audience}
        any_public = any(one.is_public for one in found)
        news_of = {one.resource_id for one in found}
        for signal, (person, public, watched) in self._listeners.items():
            if person in people or (public and any_public) or not watched.isdisjoint(news_of):
                signal.set()


def _put(where: dict[UUID, set[Receiver]], key: UUID, receiver: Receiver) -> None:
    where.setdefault(key, set()).add(receiver)


def _take_out(where: dict[UUID, set[Receiver]], key: UUID, receiver: Receiver) -> None:
    if key in where:
        where[key].discard(receiver)
        if not where[key]:
            del where[key]


def _news(after: int) -> list[News]:
    """In the hub's thread, which keeps its connection while there is news, and gives it back when there is none."""
    try:
        found = events_log.news(after, STRETCH)
    except Exception:
        connection.close()
        raise
    if not found:
        connection.close()
    return found


def frame(type_of_event: str, envelope: bytes) -> Frame:
    """A stored event as sockets send it: its envelope, with the frame's name in front."""
    name = TYPES[type_of_event].frame or type_of_event if type_of_event in TYPES else type_of_event
    return Frame(b'{"event":"%b",%b' % (name.encode(), envelope[1:]))


def _for(receiver: Receiver, entries: Sequence[Entry]) -> list[Frame]:
    wanted = [one for one in entries if one.is_addressed or one.resource_id in receiver.watched]
    return [frame(one.type, one.envelope) for one in wanted]


def _read_all(readers: dict[UUID, tuple[Viewer, list[UUID]]], after: int, upto: int) -> dict[UUID, list[Entry]]:
    found = {}
    for person, (viewer, watched) in readers.items():
        found[person] = events_log.read(viewer, after=after, upto=upto, limit=STRETCH, public=False, watched=watched)
    return found


def _address() -> dict[str, Any]:
    """Django's database, for a connection outside its pool."""
    own = settings.DATABASES["default"]
    named = {"dbname": own["NAME"], "user": own["USER"], "password": own["PASSWORD"], "host": own["HOST"]}
    ports = {"port": own["PORT"]} if own["PORT"] else {}
    kept = {name: value for name, value in own["OPTIONS"].items() if name not in ("pool", "prepare_threshold")}
    return {**{name: value for name, value in named.items() if value}, **ports, **kept}


hub = one_each(Hub)
"""The hub of the running loop."""
