"""The manners of every socket: frames in and out, refusals, and readers that are slow.

    class Chat(Socket):
        @command("message:read", takes=ReadInput)
        async def read(self, given: dict[str, Any]) -> Any: ...

A frame is a JSON object `{"event", "data", "ref"?}`. What the method answers is the `data` of the `ack`, where the
frame had a `ref`; a refusal that it raises is an `error`, and the socket lives on. `takes` is an `Input`; with `bare`
its one value may also stand alone: `"data": "0197…"`.

It is Channels' consumer without a mailbox of its own: what others have to say comes by the hub (events/hub.py), so a
socket costs one task and no subscription, and no frame visits a thread to close connections. Handlers therefore touch
the database by `in_thread` alone. What many get is framed once for all of them (core/frames.py).
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, ClassVar

import orjson
from channels.consumer import get_handler_name
from channels.db import database_sync_to_async
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer

from core.errors import BadInput, Refusal
from core.frames import EXTENSION, Batch, Frame, Write
from core.inputs import Input
from core.problems import refusal_of
from core.renderers import to_json

log = logging.getLogger("mintenance.sockets")

MOST_WAITING = 256  # frames that a slow reader may have before it, beyond what the kernel holds
NOT_AN_OBJECT, SLOW = 4400, 4008
UNSUPPORTED, TRY_AGAIN = 1003, 1013  # RFC 6455, section 7.4.1, and IANA's registry

Handle = Callable[..., Awaitable[Any]]


@dataclass(frozen=True)
class Command:
    """A frame that a client may send."""

    name: str
    handle: Handle
    takes: type[Input] | None
    bare: str | None
    is_counted: bool
    answers: Any


class UnknownEvent(BadInput):
    """No frame is called so."""

    code, message = "unknown_event", "There is no such event."


class InvalidFrame(BadInput):
    """`event` is text, and `ref` a number or text of at most 100 characters."""

    code, message = "invalid_frame", "A frame is {event, data, ref?}: event is text, ref a number or short text."


def command(
    name: str, *, takes: type[Input] | None = None, bare: str | None = None, counted: bool = True, answers: Any = None
) -> Callable[[Handle], Handle]:
    """Make the method below answer frames of this name. `answers` is the schema of the ack's data, for the documents;
    frames that are not `counted` are free of the limit."""

    def mark(handle: Handle) -> Handle:
        handle.command = Command(name, handle, takes, bare, counted, answers)  # type: ignore[attr-defined]
        return handle

    return mark


def in_thread[**P, R](function: Callable[P, R]) -> Callable[P, Awaitable[R]]:
    """A function that uses the ORM, for a handler: run in a thread with a connection that is given back."""
    return database_sync_to_async(function, thread_sensitive=False)


class Socket(AsyncWebsocketConsumer):
    """See the module."""

    commands: ClassVar[dict[str, Command]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        found = [one.command for name in dir(cls) if hasattr(one := getattr(cls, name), "command")]
        cls.commands = {one.name: one for one in found}

    def __init__(self) -> None:
        super().__init__()
        self._stuck: asyncio.Task[None] | None = None
        self._waiting: deque[dict[str, Any]] = deque()
        self._write: Write | None = None
        self.is_closing = self._is_gone = False

    # --- Channels ------------------------------------------------------------------------------------------------

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """The application of one socket (ASGI). Frames are taken one after the other, until the client has gone, the
        server gives up, or a fault of ours ends it: it is left in each case."""
        self.scope, self.base_send = scope, send
        self._write = scope.get("extensions", {}).get(EXTENSION)
        try:
            with suppress(StopConsumer):
                while True:
                    await self.dispatch(await receive())
        finally:
            await self._go(1006)

    async def _go(self, code: int) -> None:
        self.is_closing = True
        if not self._is_gone:
            self._is_gone = True
            await self.disconnect(code)

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Without closing Django's connections: none is used in this thread."""
        await getattr(self, get_handler_name(message))(message)

    async def websocket_disconnect(self, message: dict[str, Any]) -> None:
        """Gone, from either side."""
        await self._go(message.get("code", 1005))
        raise StopConsumer

    async def close(self, code: int | None = None, reason: str | None = None) -> None:
        """Say goodbye once; what a client still sends is not looked at."""
        self.shut(code or 1000, reason)

    def shut(self, code: int, reason: str | None = None) -> None:
        """`close`, from where nothing can be awaited."""
        if not self.is_closing:
            self.is_closing = True
            self._waiting.clear()
            self._put({"type": "websocket.close", "code": code, "reason": reason or ""})

    # --- Frames in -----------------------------------------------------------------------------------------------

    async def websocket_receive(self, message: dict[str, Any]) -> None:
        """One frame of the client's."""
        if self.is_closing:
            return
        if message.get("text") is None:
            self.shut(UNSUPPORTED)
            return
        try:
            frame = orjson.loads(message["text"])
        except orjson.JSONDecodeError:
            frame = None
        if not isinstance(frame, dict):
            self.shut(NOT_AN_OBJECT)
            return
        await self._answer(frame)

    async def _answer(self, frame: dict[str, Any]) -> None:
        ref = frame.get("ref")
        try:
            if not _is_ref(ref):
                ref = None
                raise InvalidFrame
            await self.obey(self._command(frame.get("event")), frame.get("data"), ref)
        except Exception as error:
            self.say("error", self.problem(error), ref=ref)

    def _command(self, name: Any) -> Command:
        if not isinstance(name, str):
            raise InvalidFrame
        found = self.commands.get(name)
        if found is None:
            raise UnknownEvent
        return found

    async def obey(self, wanted: Command, data: Any, ref: Any) -> None:
        """Run the command, and answer. Raises what the command does."""
        if wanted.takes is None:
            answer = await wanted.handle(self)
        else:
            answer = await wanted.handle(self, wanted.takes.read(_opened(data, wanted.bare)))
        if ref is not None:
            self.say("ack", answer, ref=ref)

    def problem(self, error: Exception) -> dict[str, Any]:
        """What an exception looks like in an `error`. Faults of ours are logged, and nothing else of them is told."""
        refusal: Refusal = refusal_of(error)
        if refusal.status >= 500:
            log.error("A frame could not be answered.", exc_info=error)
        told: dict[str, Any] = {"code": refusal.code, "message": refusal.message}
        if refusal.details:
            told["details"] = refusal.details
        if refusal.retry_after is not None:
            told["retryAfter"] = refusal.retry_after
        return told

    # --- Frames out ----------------------------------------------------------------------------------------------

    def say(self, event: str, data: Any = None, *, ref: Any = None, stored: bool = True) -> None:
        """A frame of our own. `data` may be JSON already, as bytes."""
        written = data if isinstance(data, bytes) else to_json(data)
        tail = b"" if ref is None else b',"ref":%b' % to_json(ref)
        self.deliver(Frame(b'{"event":"%b"%b,"data":%b}' % (event.encode(), tail, written)), stored=stored)

    def take(self, batch: Batch) -> None:
        """Stored events, from the hub."""
        if not self._write_at_once(batch):
            for frame in batch:
                self.deliver(frame)

    def deliver(self, frame: Frame, *, stored: bool = True) -> None:
        """Send at once. What a slow reader does not take waits, if it is stored; if too much waits, the reader has to
        come again and go on from its cursor."""
        if self.is_closing or self._write_at_once(frame):
            return
        if self._stuck is None:
            self._put(_message(frame))
        elif stored and len(self._waiting) < MOST_WAITING:
            self._waiting.append(_message(frame))
        elif stored:
            self.is_closing = True
            self._waiting.clear()
            self._waiting.append({"type": "websocket.close", "code": SLOW, "reason": "slow"})

    def _write_at_once(self, what: Frame | Batch) -> bool:
        """Whether the server has taken it as it is."""
        if self._write is None or self._stuck is not None or self.is_closing:
            return False
        return self._write(what.wire)

    async def has_room(self) -> None:
        """Wait until the reader has taken what was sent: for long answers, which go at the reader's pace."""
        while self._stuck is not None:
            await asyncio.wait({self._stuck})
            await asyncio.sleep(0)

    def _put(self, message: dict[str, Any]) -> None:
        """Run the server's send as far as it goes; it stops where the reader's buffer is full."""
        if self._stuck is not None:
            self._waiting.append(message)
            return
        sending: asyncio.Task[None] = asyncio.Task(
            self.base_send(message), loop=asyncio.get_running_loop(), eager_start=True
        )
        if not sending.done():
            self._stuck = sending
            sending.add_done_callback(self._flow)
        elif not sending.cancelled():
            sending.exception()  # it has just gone, and its disconnect follows

    def _flow(self, sent: asyncio.Task[None]) -> None:
        """The reader has taken something."""
        self._stuck = None
        if not sent.cancelled():
            sent.exception()
        while self._waiting and self._stuck is None:
            self._put(self._waiting.popleft())


def _message(frame: Frame) -> dict[str, Any]:
    return {"type": "websocket.send", "text": frame.text.decode()}


def _is_ref(ref: Any) -> bool:
    return ref is None or type(ref) in (int, float) or (isinstance(ref, str) and len(ref) <= 100)


def _opened(data: Any, bare: str | None) -> Any:
    """`{}` for nothing, and the one value under its name."""
    if data is None:
        return {}
    return {bare: data} if bare is not None and not isinstance(data, dict) else data
