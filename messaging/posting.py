"""The post of a process: letters that come while others are being saved share the next commit.

Saved before anybody sees them, in the order in which they came, and whoever sends one knows first. A letter whose
conversation another transaction has goes first in the next round, so that it holds up nobody else. The post works in
one thread of its own, with one connection, which it gives back when there is nothing to do.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.db import OperationalError, connection
from django.db.models import UUIDField

from core.errors import Refusal, Unavailable
from core.loops import one_each
from core.representations import Sight
from core.shapes import SHAPES, Slot, Statement
from core.viewers import ANYONE
from events.log import News, data_of
from events.publishing import told_later
from messaging.models import Message
from messaging.representations import MessageRepresentation
from messaging.services import Held, Letter, Sent, send_message, send_messages

log = logging.getLogger(__name__)

ROUND = 200  # letters of one commit
TURNS = 20  # rounds that a letter may find its conversation taken before its sender is told to try again
AGAIN_SECONDS = 0.02
IDLE_SECONDS = 1.0  # how long the connection is kept when there is nothing to do

Outcome = bytes | Exception


class Post:
    """One for each event loop."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[tuple[Letter, asyncio.Future[bytes], int]] = deque()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="post")
        self._filled = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def put(self, letter: Letter) -> asyncio.Future[bytes]:
        """Have it sent; the message as JSON, when it is saved. The future raises what sending does."""
        future: asyncio.Future[bytes] = self._loop.create_future()
        self._waiting.append((letter, future, 0))
        self._filled.set()
        if self._task is None or self._task.done():
            self._task = self._loop.create_task(self._work())
        return future

    async def _work(self) -> None:
        while self._waiting:
            while self._waiting:
                self._filled.clear()
                await self._send_round()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._filled.wait(), IDLE_SECONDS)
            if not self._waiting:
                await self._loop.run_in_executor(self._thread, _give_back)

    async def _send_round(self) -> None:
        batch = [self._waiting.popleft() for _ in range(min(ROUND, len(self._waiting)))]
        outcomes: Sequence[Outcome]
        told: Sequence[Callable[[], None]] = ()
        try:
            outcomes, told = await self._loop.run_in_executor(self._thread, _save, [letter for letter, _, _ in batch])
        except Exception as error:
            outcomes = [error] * len(batch)
        again = self._resolve(batch, outcomes)
        for tell in told:
            self._loop.call_soon(tell)  # after those who wait for their message, and acknowledge it
        self._waiting.extendleft(reversed(again))
        if again:
            await asyncio.sleep(AGAIN_SECONDS)

    def _resolve(self, batch: Sequence[tuple[Letter, asyncio.Future[bytes], int]], outcomes: Sequence[Outcome]) -> Any:
        """Tell the senders; the letters that have to go again."""
        again = []
        for (letter, future, turns), outcome in zip(batch, outcomes, strict=True):
            if isinstance(outcome, Held) and turns < TURNS:
                again.append((letter, future, turns + 1))
            elif future.done():
                continue  # its sender has gone
            elif isinstance(outcome, bytes):
                future.set_result(outcome)
            else:
                future.set_exception(Unavailable(retry_after=1) if isinstance(outcome, Held) else outcome)
        return again


def _give_back() -> None:
    connection.close()  # the post's thread has its own, which the name means only there


def _save(letters: Sequence[Letter]) -> tuple[list[Outcome], Sequence[Callable[[], None]]]:
    """What became of each: the message as JSON, or why there is none; and what tells the hub, once the senders know."""
    with told_later() as told:
        try:
            return _save_and_read(letters), told
        except Exception:
            for tell in told:
                tell()
            raise


def _save_and_read(letters: Sequence[Letter]) -> list[Outcome]:
    outcomes, news = _send(letters)
    bodies = {one.resource_id: data_of(one.envelope) for one in news if one.envelope is not None}
    sent = [one.message_id for one in outcomes if isinstance(one, Sent)]
    bodies |= _bodies([pk for pk in sent if pk not in bodies])
    return [bodies[one.message_id] if isinstance(one, Sent) else one for one in outcomes]


def _send(letters: Sequence[Letter]) -> tuple[list[Sent | Exception], Sequence[News]]:
    """In one commit, but for those with pictures, which may be refused when others are written already. What fails as a
    whole is tried letter by letter: their ids are theirs, so that nothing is saved twice."""
    plain = [letter for letter in letters if not letter.images]
    outcomes: Sequence[Any] = ()
    news: Sequence[News] = ()
    try:
        if plain:
            outcomes, news = send_messages(letters=plain)
    except OperationalError:
        raise
    except Exception:
        log.exception("Letters are sent one by one.")
    sent = dict(zip((one.id for one in plain), outcomes, strict=False))
    return [sent[letter.id] if letter.id in sent else _send_alone(letter) for letter in letters], news


def _send_alone(letter: Letter) -> Sent | Exception:
    try:
        return send_message(
            conversation_id=letter.conversation_id,
            text=letter.text,
            images=letter.images,
            client_id=letter.client_id,
            by=letter.by,
        )
    except Refusal as refused:
        return refused


def _bodies(ids: Sequence[UUID]) -> dict[UUID, bytes]:
    def write() -> Statement:
        rows = Message.objects.filter(pk__one_of=Slot("ids", UUIDField()))
        return Statement(rows.values_list("pk", MessageRepresentation().row(Sight(ANYONE))))

    return dict(SHAPES.get_or_write("messages by id", write).run({"ids": list(ids)})) if ids else {}


post = one_each(Post)
"""That of the running loop."""
