"""`/graphql` over WebSocket: subscriptions, by the protocol `graphql-transport-ws`."""

import asyncio
from typing import Any, override

from django.db import DatabaseError, InterfaceError
from graphql import ExecutionResult, Executor, OperationType, create_source_event_stream

from accounts.passes import Credentials, credentials_of
from accounts.sockets import SignedSocket
from core.errors import BadInput, Refusal
from core.frames import Frame
from core.graphql.answers import error_of
from core.graphql.nodes import Caller
from core.graphql.running import Asked
from core.graphql.values import plain
from core.ids import uuid7
from core.middleware import address_of
from core.parsers import read_json
from core.renderers import to_json
from core.sockets import TRY_AGAIN, UNSUPPORTED, in_thread
from events.following import Happened
from mintenance.graphql.door import DOOR

PROTOCOL = "graphql-transport-ws"
INIT_SECONDS = 10.0
MOST_SUBSCRIPTIONS = 100
# The close codes of the protocol.
BAD_MESSAGE, UNAUTHORIZED, FORBIDDEN, NO_PROTOCOL, INIT_TIMEOUT, SAME_ID, SECOND_INIT = (
    4400, 4401, 4403, 4406, 4408, 4409, 4429,
)  # fmt: skip


class TooManySubscriptions(BadInput):
    """The socket has as many as it may."""

    code, message = "too_many_subscriptions", f"A socket carries {MOST_SUBSCRIPTIONS} subscriptions at most."


class GraphQLSocket(SignedSocket):
    """A socket of subscriptions. A stranger's is acknowledged too; what it may follow, each subscription says."""

    def __init__(self) -> None:
        super().__init__()
        self._running: dict[str, asyncio.Task[None]] = {}
        self._has_begun = self._is_acknowledged = False

    # --- Coming in, and going ------------------------------------------------------------------------------------

    @override
    async def connect(self) -> None:
        if PROTOCOL not in self.scope.get("subprotocols", ()):
            await self.accept()
            self.shut(NO_PROTOCOL, "Subprotocol not acceptable")
            return
        await self.accept(PROTOCOL)
        self.actor = self.actor.with_request(str(uuid7()), address_of(self.scope))
        self._after(INIT_SECONDS, lambda: self.shut(INIT_TIMEOUT, "Connection initialisation timeout"))

    @override
    async def disconnect(self, code: int) -> None:
        for task in self._running.values():
            task.cancel()
        await super().disconnect(code)

    @override
    def shut(self, code: int, reason: str | None = None) -> None:
        super().shut(code, reason)
        for task in self._running.values():
            task.cancel()

    @override
    def say(self, event: str, data: Any = None, *, ref: Any = None, stored: bool = True) -> None:
        """Nothing: the protocol has no frame that would say that a sign-in is about to end."""

    # --- Frames --------------------------------------------------------------------------------------------------

    @override
    async def websocket_receive(self, message: dict[str, Any]) -> None:
        if self.is_closing:
            return
        if message.get("text") is None:
            self.shut(UNSUPPORTED)
            return
        try:
            frame = read_json(message["text"].encode())
        except Refusal:
            frame = None
        if not isinstance(frame, dict) or not isinstance(frame.get("type"), str):
            self.shut(BAD_MESSAGE, "Invalid message")
            return
        await self._obey(frame)

    async def _obey(self, frame: dict[str, Any]) -> None:
        kind, name = frame["type"], frame.get("id")
        if kind == "connection_init":
            await self._init(frame.get("payload"))
        elif kind == "ping":
            self._send({"type": "pong"})
        elif kind == "subscribe" and isinstance(name, str) and name and isinstance(frame.get("payload"), dict):
            self._subscribe(name, frame["payload"])
        elif kind == "complete" and isinstance(name, str):
            if (task := self._running.pop(name, None)) is not None:
                task.cancel()
        elif kind != "pong":
            self.shut(BAD_MESSAGE, "Invalid message")

    async def _init(self, payload: Any) -> None:
        if self._has_begun:
            self.shut(SECOND_INIT, "Too many initialisation requests")
            return
        self._has_begun = True
        self._stop_timers()
        credentials = self._credentials(payload)
        if credentials is not None:
            try:
                found = await in_thread(credentials.check)()
            except Refusal:
                self.shut(FORBIDDEN, "Forbidden")
                return
            except (DatabaseError, InterfaceError):
                self.shut(TRY_AGAIN, "unavailable")
                return
            await self._begin(found)
        if not self.is_closing:
            self._is_acknowledged = True
            self._send({"type": "connection_ack"})

    def _credentials(self, payload: Any) -> Credentials | None:
        given = payload if isinstance(payload, dict) else {}
        headers = [value for name, value in given.items() if name.lower() == "authorization"]
        if headers:
            return Credentials(header=str(headers[0]))
        return credentials_of(self.scope)

    # --- Subscriptions -------------------------------------------------------------------------------------------

    def _subscribe(self, name: str, payload: dict[str, Any]) -> None:
        if not self._is_acknowledged:
            self.shut(UNAUTHORIZED, "Unauthorized")
        elif name in self._running:
            self.shut(SAME_ID, f"Subscriber for {name[:50]} already exists")
        elif len(self._running) >= MOST_SUBSCRIPTIONS:
            self._refuse(name, TooManySubscriptions())
        else:
            self._running[name] = asyncio.get_running_loop().create_task(self._run(name, payload))

    async def _run(self, name: str, payload: dict[str, Any]) -> None:
        """One subscription, from its first look at the document to its end."""
        try:
            asked = Asked.read(payload)
            events = await self._open(asked)
            try:
                async for happened in events:
                    await self.has_room()
                    self._send({"id": name, "type": "next", "payload": await in_thread(self._result)(asked, happened)})
            finally:
                await events.aclose()
            self._send({"id": name, "type": "complete"})
        except Exception as error:
            self._refuse(name, error)
        finally:
            self._running.pop(name, None)

    async def _open(self, asked: Asked) -> Any:
        caller = Caller(self.actor, None)
        prepared = await in_thread(self._admit)(caller, asked)
        made = Executor.build(
            DOOR.schema,
            prepared.document,
            context_value=caller,
            raw_variable_values=plain(dict(asked.variables)),
            operation_name=asked.operation,
        )
        if isinstance(made, list):
            raise made[0]
        events: Any = create_source_event_stream(made)
        if made.is_awaitable(events):
            events = await events
        if isinstance(events, ExecutionResult):
            assert events.errors
            raise events.errors[0]
        return events

    def _admit(self, caller: Caller, asked: Asked) -> Any:
        prepared, operation = DOOR.prepare(asked)
        if operation.operation != OperationType.SUBSCRIPTION:
            raise BadInput("Queries and mutations go by POST to this address.")
        DOOR.count(caller, asked, prepared, operation)
        return prepared

    def _result(self, asked: Asked, happened: Happened) -> dict[str, Any]:
        """What the document says of one event."""
        caller = Caller(self.actor, None)
        prepared, _ = DOOR.prepare(asked)
        answer = DOOR.run(caller, asked, prepared, root=caller.node(happened.kind, happened.data))
        return {**answer, "extensions": {"eventId": happened.id}}

    def _refuse(self, name: str, error: Exception) -> None:
        self._send({"id": name, "type": "error", "payload": [error_of(error, self.actor.request_id)]})

    def _send(self, message: dict[str, Any]) -> None:
        self.deliver(Frame(to_json(message)))
