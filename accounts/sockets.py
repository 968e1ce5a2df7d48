"""Sockets of people: who opens one, and for how long they may keep it.

Signed in by an `Authorization` header, by the sub-protocol pair `mintenance, bearer.<token>`, by a page's cookie from
an allowed origin, or by a first frame `auth` within five seconds. Every two seconds one query for each way of signing
in asks whether all those who are connected still may be.
"""

import asyncio
import logging
from dataclasses import dataclass, field
from typing import Any, override

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.utils import timezone
from rest_framework import serializers

from accounts.actors import Actor
from accounts.passes import Credentials, Pass, credentials_of, still_good
from core import throttles
from core.errors import Forbidden, NotSignedIn, Refusal, TooManyRequests
from core.ids import uuid7
from core.inputs import Input
from core.loops import one_each
from core.middleware import address_of
from core.sockets import TRY_AGAIN, Command, Socket, command, in_thread
from core.viewers import ANYONE, Viewer

log = logging.getLogger(__name__)

PROTOCOL = "mintenance"
NOT_SIGNED_IN, NOT_ALLOWED, TOO_MANY = 4401, 4403, 4429
SIGN_IN_SECONDS, WARNING_SECONDS, CHECK_SECONDS = 5.0, 60.0, 2.0
REFUSALS_IN_A_ROW = 10


class AuthInput(Input):
    """An access token, or an API key."""

    token = serializers.CharField(max_length=1024)


class SignedSocket(Socket):
    """A socket whose person is known. Subclasses begin in `signed_in`, and end in `left`."""

    def __init__(self) -> None:
        super().__init__()
        self.actor = Actor()
        self.viewer: Viewer = ANYONE
        self.pass_: Pass | None = None
        self._timers: list[asyncio.TimerHandle] = []
        self._refused = 0

    async def signed_in(self) -> None:
        """Whoever has opened the socket is `self.actor`."""

    async def left(self) -> None:
        """It is over, after `signed_in` had begun."""

    # --- Coming in -----------------------------------------------------------------------------------------------

    @override
    async def connect(self) -> None:
        offered = self.scope.get("subprotocols", ())
        credentials = credentials_of(self.scope)
        await self.accept(PROTOCOL if PROTOCOL in offered else None)
        if credentials is not None:
            await self._sign_in(credentials)
        else:
            self._after(SIGN_IN_SECONDS, lambda: self.shut(NOT_SIGNED_IN, "not_authenticated"))

    async def _sign_in(self, credentials: Credentials) -> None:
        try:
            found = await in_thread(credentials.check)()
        except Forbidden as refusal:
            self.shut(NOT_ALLOWED, refusal.code)
        except Refusal as refusal:
            self.shut(NOT_SIGNED_IN, refusal.code)
        except (DatabaseError, InterfaceError):
            self.shut(TRY_AGAIN, "unavailable")
        else:
            await self._begin(found)

    async def _begin(self, found: Pass) -> None:
        if self.is_closing:  # it has not waited for us
            return
        address = address_of(self.scope)
        self.actor = found.actor.with_request(str(uuid7()), address)
        self.viewer = self.actor.viewer
        self._keep(found)
        guard().sockets.add(self)
        try:
            await self.signed_in()
        except TooManyRequests as refusal:
            self.shut(TOO_MANY, refusal.code)
        except Refusal as refusal:
            self.shut(NOT_ALLOWED, refusal.code)
        except (DatabaseError, InterfaceError, TimeoutError):
            self.shut(TRY_AGAIN, "unavailable")

    @override
    async def disconnect(self, code: int) -> None:
        self._stop_timers()
        if self.pass_ is not None:
            guard().sockets.discard(self)
            await self.left()

    def _keep(self, found: Pass) -> None:
        """Warn a minute before the pass runs out, and end with it."""
        self.pass_ = found
        self._stop_timers()
        if found.expires_at is not None:
            left = (found.expires_at - timezone.now()).total_seconds()
            until = {"expiresAt": found.expires_at}
            if not found.page:
                self._after(left - WARNING_SECONDS, lambda: self.say("auth:expiring", until))
            self._after(left, lambda: self.shut(NOT_SIGNED_IN, "token_expired"))

    def _after(self, seconds: float, do: Any) -> None:
        self._timers.append(asyncio.get_running_loop().call_later(max(0.0, seconds), do))

    def _stop_timers(self) -> None:
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()

    # --- Frames --------------------------------------------------------------------------------------------------

    @override
    async def obey(self, wanted: Command, data: Any, ref: Any) -> None:
        """Nothing before the sign-in, and not too much after it."""
        if self.pass_ is None:
            if wanted.name != "auth":
                self.shut(NOT_SIGNED_IN, "not_authenticated")
                return
        elif wanted.is_counted:
            await self._count()
        await super().obey(wanted, data, ref)

    async def _count(self) -> None:
        try:
            if settings.REDIS_URL:
                await in_thread(throttles.count)(self.actor, "frames")
            else:
                throttles.count(self.actor, "frames")
        except TooManyRequests:
            self._refused += 1
            if self._refused >= REFUSALS_IN_A_ROW:
                self.shut(TOO_MANY, "rate_limit_exceeded")
            raise
        self._refused = 0

    @command("auth", takes=AuthInput, bare="token", counted=False)
    async def sign_in(self, given: dict[str, Any]) -> Any:
        """Sign in, as the first frame; or go on with a new token of the same person, before the old one runs out."""
        token = given["token"]
        header = f"Api-Key {token}" if token.startswith("mtn_") else f"Bearer {token}"
        if self.pass_ is None:
            self._stop_timers()
            await self._sign_in(Credentials(header=header))
        else:
            renewed = await in_thread(Credentials(header=header).check)()
            if renewed.actor.id != self.actor.id:
                raise NotSignedIn("This is somebody else's token.")
            self.actor = renewed.actor.with_request(self.actor.request_id, self.actor.address)
            self._keep(renewed)
        expires_at = self.pass_.expires_at if self.pass_ else None
        return {"userId": self.actor.id, "expiresAt": expires_at}


@dataclass
class Guard:
    """Closes the sockets of this loop's people that may not be open any more."""

    sockets: set[SignedSocket] = field(default_factory=set)
    task: asyncio.Task[None] | None = None

    async def watch(self) -> None:
        """For ever."""
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            try:
                await self._look()
            except (DatabaseError, InterfaceError) as error:
                log.warning("It cannot be asked who may stay: %s", type(error).__name__)

    async def _look(self) -> None:
        """Once. What it looks at it forgets: a socket that has gone is not to be kept by whoever looked at it last."""
        asked = {socket: socket.pass_ for socket in self.sockets if socket.pass_ is not None}
        if not asked:
            return
        good, suspended = await in_thread(still_good)(asked.values())
        for socket, held in asked.items():
            if held not in good and socket.pass_ is held:
                is_suspended = held.actor.id in suspended
                socket.shut(NOT_ALLOWED if is_suspended else NOT_SIGNED_IN, "session_ended")


def _make_guard() -> Guard:
    made = Guard()
    made.task = asyncio.get_running_loop().create_task(made.watch())
    return made


guard = one_each(_make_guard)
"""The guard of the running loop."""
