"""Who is there: over all of a person's sockets, in all processes.

Each process knows its own sockets, and tells the others what it has of each person (core/bus.py): at once when that
changes, and all of it every twenty seconds. Whoever has not been heard for seventy seconds is dead, and what it had is
gone with it. A person is offline when the last socket has gone anywhere; busy if any socket says so, else online if any
does, else away. When they were last seen the database keeps too, for the time after all processes have gone.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import DatabaseError, InterfaceError
from django.utils import timezone

from accounts.models import Person
from accounts.services.people import note_seen
from core.bus import Bus, bus
from core.loops import one_each
from core.sockets import Socket, in_thread
from events.hub import Hub, hub
from messaging.models import Participant

log = logging.getLogger(__name__)

ONLINE, AWAY, BUSY, OFFLINE = "online", "away", "busy", "offline"
STATUSES = (ONLINE, AWAY, BUSY)
_WEIGHT = {BUSY: 3, ONLINE: 2, AWAY: 1}
ALL_EVERY, DEAD_AFTER = 20.0, 70.0  # seconds
GATHER = 0.05  # seconds in which changes share one question who is to be told
_REMEMBERED = 20_000  # people who have gone, whose last moment is known


@dataclass(frozen=True, slots=True)
class State:
    """What a process, or all of them, have of a person: how many sockets, and what these say."""

    sockets: int = 0
    status: str = OFFLINE


@dataclass(slots=True)
class _Process:
    """Another process, and when it was last heard."""

    heard_at: float
    people: dict[UUID, State] = field(default_factory=dict)


class Presence:
    """One for each event loop."""

    def __init__(self, words: Bus, connected: Hub) -> None:
        self._bus, self._hub = words, connected
        self._loop = asyncio.get_running_loop()
        self._own: dict[UUID, dict[Socket, str]] = {}
        self._others: dict[str, _Process] = {}
        self._last_seen: OrderedDict[UUID, datetime] = OrderedDict()
        self._gone: set[UUID] = set()  # what is still to be written down
        self._told: dict[UUID, str] = {}  # what those who are connected here know of each person
        self._changed: set[UUID] = set()
        self._gathering: asyncio.TimerHandle | None = None
        self._announcing: set[asyncio.Task[None]] = set()
        words.start({"presence": self._hear, "presence?": self._answer})
        words.say("presence?", None)
        self._beating = self._loop.create_task(self._beat())

    # --- One's own sockets ---------------------------------------------------------------------------------------

    def count(self, person: UUID) -> int:
        """How many sockets somebody has, everywhere."""
        return self._state(person).sockets

    def put(self, person: UUID, socket: Socket, status: str = ONLINE) -> None:
        """The socket is there, and says this."""
        self._own.setdefault(person, {})[socket] = status
        self._touch(person)

    def remove(self, person: UUID, socket: Socket) -> None:
        """The socket is gone."""
        own = self._own.get(person, {})
        own.pop(socket, None)
        if not own:
            self._own.pop(person, None)
            self._gone.add(person)
        self._see(person, timezone.now())
        self._touch(person)

    async def write_down(self) -> None:
        """Have the database keep who has gone. Those who go at the same time share a statement."""
        await asyncio.sleep(GATHER)
        gone, self._gone = self._gone, set()
        try:
            if gone:
                await in_thread(note_seen)(people=list(gone))
        except (DatabaseError, InterfaceError) as error:
            log.warning("It cannot be written down who has gone: %s", type(error).__name__)

    async def learn(self, people: Iterable[UUID]) -> None:
        """Read when those were last seen who are not there, and have not been in the time of this process."""
        unknown = [one for one in people if one not in self._last_seen and not self._state(one).sockets]
        if unknown:
            for person, seen in await in_thread(_last_seen_of)(unknown):
                self._last_seen.setdefault(person, seen)

    def of(self, people: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
        """What is known of them."""
        return {person: self._shown(person) for person in people}

    def _shown(self, person: UUID) -> dict[str, Any]:
        status = self._state(person).status
        seen = self._last_seen.get(person) if status == OFFLINE else timezone.now()
        return {"status": status, "lastSeen": seen}

    def _touch(self, person: UUID) -> None:
        self._bus.say("presence", {"people": self._written([person])})
        self._note([person])

    # --- All processes -------------------------------------------------------------------------------------------

    def _state(self, person: UUID) -> State:
        states = [process.people[person] for process in self._others.values() if person in process.people]
        if person in self._own:
            states.append(self._own_state(person))
        if not states:
            return State()
        return State(sum(one.sockets for one in states), max((one.status for one in states), key=_WEIGHT.__getitem__))

    def _own_state(self, person: UUID) -> State:
        own = self._own.get(person)
        return State(len(own), max(own.values(), key=_WEIGHT.__getitem__)) if own else State()

    def _written(self, people: Iterable[UUID]) -> dict[str, list[Any]]:
        states = {person: self._own_state(person) for person in people}
        return {str(person): [one.sockets, one.status] for person, one in states.items()}

    def _hear(self, process: str, words: Mapping[str, Any]) -> None:
        """Another process says what it has; with `all`, that this is all of it."""
        people = {UUID(person): State(int(count), str(status)) for person, (count, status) in words["people"].items()}
        known = self._others.setdefault(process, _Process(self._loop.time()))
        known.heard_at = self._loop.time()
        gone = set(known.people) - set(people) if words.get("all") else set()
        gone |= {person for person, state in people.items() if not state.sockets}
        known.people |= people
        self._lose(known, gone)
        self._note(people)

    def _lose(self, process: _Process, gone: Collection[UUID]) -> None:
        now = timezone.now()
        for person in gone:
            process.people.pop(person, None)
            self._see(person, now)
        self._note(gone)

    def _answer(self, process: str, words: Any) -> None:
        """A new process asks."""
        self._say_all()

    def _say_all(self) -> None:
        self._bus.say("presence", {"people": self._written(self._own), "all": True})

    def _see(self, person: UUID, now: datetime) -> None:
        self._last_seen[person] = now
        self._last_seen.move_to_end(person)
        while len(self._last_seen) > _REMEMBERED:
            self._last_seen.popitem(last=False)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(ALL_EVERY)
            self._say_all()
            dead = [name for name, one in self._others.items() if self._loop.time() - one.heard_at > DEAD_AFTER]
            for name in dead:
                process = self._others.pop(name)
                self._gone |= process.people.keys()
                self._lose(process, list(process.people))
            await self.write_down()

    # --- Telling -------------------------------------------------------------------------------------------------

    def _note(self, people: Iterable[UUID]) -> None:
        """These may have changed: tell those who talk to them, soon and together."""
        self._changed |= {one for one in people if self._told.get(one, OFFLINE) != self._state(one).status}
        if self._changed and self._gathering is None:
            self._gathering = self._loop.call_later(GATHER, self._tell)

    def _tell(self) -> None:
        self._gathering = None
        changed, self._changed = self._changed, set()
        still = {one for one in changed if self._told.get(one, OFFLINE) != self._state(one).status}
        for person in still:
            self._told[person] = self._state(person).status
            if self._told[person] == OFFLINE:
                del self._told[person]
        if still:
            task = self._loop.create_task(self._announce(still))
            self._announcing.add(task)
            task.add_done_callback(self._announcing.discard)

    async def _announce(self, people: set[UUID]) -> None:
        try:
            pairs = await in_thread(partners_of)(people)
        except (DatabaseError, InterfaceError) as error:
            log.warning("It cannot be told who is there: %s", type(error).__name__)
            return
        for person, partner in pairs:
            for receiver in self._hub.receivers_of(partner):
                if isinstance(receiver, Socket):
                    receiver.say("presence:changed", {"userId": person, **self._shown(person)}, stored=False)


def partners_of(people: Collection[UUID]) -> list[tuple[UUID, UUID]]:
    """(person, somebody who shares a conversation with them), each pair once."""
    marks = Participant.objects.filter(person__one_of=list(people), conversation__participants__person__isnull=False)
    pairs = marks.values_list("person", "conversation__participants__person").distinct()
    return [(person, partner) for person, partner in pairs if person != partner]


def _last_seen_of(people: Collection[UUID]) -> list[tuple[UUID, datetime]]:
    rows = Person.objects.filter(pk__one_of=people).values_list("pk", "last_seen_at")
    return [(person, seen) for person, seen in rows if seen is not None]


presence = one_each(lambda: Presence(bus(), hub()))
"""That of the running loop."""
