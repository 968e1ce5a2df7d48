"""However a subscription ends, nothing of it is left: no task, no listener, no timer, no connection, no socket."""

import asyncio
import gc
import json
import time
import weakref
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from accounts.sockets import guard
from events import hub as hub_module
from events.hub import hub
from events.publishing import publish
from mintenance.graphql.sockets import GraphQLSocket
from tests.cast import Who, job_of

pytestmark = pytest.mark.django_db(transaction=True)

SOCKETS, EACH, THREADS = 10, 100, 4
NEW_JOBS = "subscription { jobCreated { id } }"
OWN = "subscription { notificationReceived { id } }"


class Wire:
    """One connection to the socket, as the server would have it."""

    def __init__(self, headers: dict[str, str]) -> None:
        self.frames: list[Any] = []
        self.blocked = asyncio.Event()
        self.is_slow = False
        self._in: asyncio.Queue[Any] = asyncio.Queue()
        scope = {
            "type": "websocket",
            "path": "/graphql",
            "headers": [],
            "subprotocols": ["graphql-transport-ws"],
            "client": ("127.0.0.1", 1),
        }
        self.task = asyncio.create_task(GraphQLSocket.as_asgi()(scope, self._in.get, self._send))
        self.put({"type": "websocket.connect"})
        self.say({"type": "connection_init", "payload": headers})

    async def _send(self, message: Any) -> None:
        self.frames.append(message)
        if self.is_slow:
            await self.blocked.wait()

    def put(self, message: Any) -> None:
        self._in.put_nowait(message)

    def say(self, frame: Any) -> None:
        self.put({"type": "websocket.receive", "text": json.dumps(frame)})

    def cut(self) -> None:
        self.blocked.set()
        self.put({"type": "websocket.disconnect", "code": 1006})


def end(number: int, wire: Wire) -> None:
    """Each in its own way."""
    match number % 4:
        case 0:
            for name in range(EACH):
                wire.say({"id": str(name), "type": "complete"})
            wire.cut()
        case 1:
            wire.cut()
        case 2:
            wire.say({"type": "nonsense"})  # it is closed by us
            wire.cut()
        case 3:
            wire.task.cancel()  # the server gives up


async def until(holds: Any, seconds: float = 60) -> None:
    async with asyncio.timeout(seconds):
        while not holds():
            await asyncio.sleep(0.05)


async def _open_and_end(ann: Who, alive: weakref.WeakSet[GraphQLSocket]) -> None:
    asyncio.get_running_loop().set_default_executor(threads := ThreadPoolExecutor(THREADS))
    before = asyncio.all_tasks()
    wires = [Wire({"authorization": ann.headers["authorization"]} if number % 2 else {}) for number in range(SOCKETS)]
    for number, wire in enumerate(wires):
        for name in range(EACH):
            query = OWN if number % 2 else NEW_JOBS
            wire.say({"id": str(name), "type": "subscribe", "payload": {"query": query}})
    await until(lambda: len(hub()._listeners) == SOCKETS * EACH)
    await guard()._look()
    for wire in wires[4:6]:
        wire.is_slow = True
    await asyncio.to_thread(_post, ann)
    await until(lambda: all(len(wire.frames) > EACH for wire in wires[0:4:2]) and len(wires[4].frames) == 3)
    assert len(alive) == SOCKETS
    for number, wire in enumerate(wires):
        end(number, wire)
    for wire in wires:
        with suppress(asyncio.CancelledError):
            await wire.task
    await until(lambda: asyncio.all_tasks() - before <= {guard().task}, 20)
    assert (hub()._listeners, guard().sockets) == ({}, set())
    wires.clear()
    del wire
    gc.collect()
    assert len(alive) == 0
    together = Barrier(THREADS)
    closing = [asyncio.get_running_loop().run_in_executor(threads, _close, together) for _ in range(THREADS)]
    await asyncio.gather(*closing)


def _close(together: Barrier) -> None:
    """In each of the threads once: a thread keeps the connection that it has."""
    together.wait(10)
    connection.close()


def _post(ann: Who) -> None:
    try:
        job_of(ann)
        publish()
    finally:
        connection.close()


def connections() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


def test_a_thousand_subscriptions_leave_nothing(ann: Who, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    monkeypatch.setattr(hub_module, "IDLE_SECONDS", 0.2)
    settings.RATE_LIMITS_ON = False
    alive: weakref.WeakSet[GraphQLSocket] = weakref.WeakSet()
    made = GraphQLSocket.__init__
    monkeypatch.setattr(GraphQLSocket, "__init__", lambda self: (made(self), alive.add(self))[0])
    _ = ann.headers
    before = connections()
    asyncio.run(_open_and_end(ann, alive))
    deadline = time.monotonic() + 10
    while connections() > before and time.monotonic() < deadline:
        time.sleep(0.05)  # a server process of PostgreSQL ends a moment after its connection
    assert connections() <= before  # one that a test before has left may have ended meanwhile
