"""One HTTP request for each parcel, on an event loop of its own thread; the connection is checked where it is made."""

import asyncio
import logging
import socket
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, override

import aiohttp
from aiohttp.abc import ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

from webhooks import schedule, signing
from webhooks.addresses import parts_of, why_not
from webhooks.exceptions import UrlNotAllowed
from webhooks.services.claiming import AT_A_TIME, Parcel
from webhooks.services.settling import Outcome

log = logging.getLogger(__name__)

KEPT_BYTES = 4096  # of an answer
_LOOKUPS = 64
_BUSY_STATUSES = (429, 503)


class ForbiddenAddress(OSError):
    """A name resolved to an address that webhooks are not sent to."""


class CheckedResolver(ThreadedResolver):
    """Refuses a name if any one of its addresses is not public."""

    def __init__(self, *, plain: bool) -> None:
        super().__init__()
        self._plain = plain

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await super().resolve(host, port, family)
        for one in found:
            _refuse(one["host"], port, plain=self._plain)
        return found


def _refuse(address: str, port: int, *, plain: bool) -> None:
    reason = why_not(address, port, plain=plain)
    if reason is not None:
        raise ForbiddenAddress(reason)


def _socket_factory(*, plain: bool) -> Callable[[Any], socket.socket]:
    """Makes sockets for addresses that are checked once more: a literal address is not resolved, and a name may be
    answered otherwise the second time."""

    def make(info: Any) -> socket.socket:
        family, kind, proto, _, target = info
        _refuse(str(target[0]), int(target[1]), plain=plain)
        made = socket.socket(family, kind, proto)
        made.setblocking(False)
        return made

    return make


class _Lane:
    """What one endpoint is to be sent: some at a time, the others wait here."""

    def __init__(self) -> None:
        self.waiting: deque[Parcel] = deque()
        self.slots: set[asyncio.Task[None]] = set()


class Poster:
    """A thread with an event loop; hands each outcome to `done`, in that thread, or a parcel that is not to be sent."""

    def __init__(self, done: Callable[[Outcome | Parcel], None]) -> None:
        self._done = done
        self._loop = asyncio.new_event_loop()
        self._loop.set_default_executor(ThreadPoolExecutor(_LOOKUPS, thread_name_prefix="webhook-dns"))
        self._sessions: dict[bool, aiohttp.ClientSession] = {}
        self._lanes: defaultdict[str, _Lane] = defaultdict(_Lane)
        threading.Thread(target=self._loop.run_forever, name="webhooks", daemon=True).start()

    def post(self, parcels: Sequence[Parcel]) -> None:
        """Begin; returns at once."""
        self._loop.call_soon_threadsafe(self._queue, parcels)

    def send_no_more(self) -> None:
        """Hand back what waits."""
        self._loop.call_soon_threadsafe(self._empty_all)

    def close(self) -> None:
        """End the connections and the thread. What is on its way is lost, and comes back when its lease ends."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop)

    async def _close(self) -> None:
        for session in self._sessions.values():
            await session.close()
        self._loop.stop()

    def _queue(self, parcels: Sequence[Parcel]) -> None:
        for parcel in parcels:
            lane = self._lanes[parcel.endpoint_id]
            lane.waiting.append(parcel)
            if len(lane.slots) < AT_A_TIME:
                slot = self._loop.create_task(self._work_off(lane))
                lane.slots.add(slot)

    async def _work_off(self, lane: _Lane) -> None:
        """Post one after another. What has waited too long is not sent, nor what waits behind a failure: the endpoint
        is to be spared then."""
        while lane.waiting:
            parcel = lane.waiting.popleft()
            if time.monotonic() > parcel.good_until:
                self._done(parcel)
                continue
            outcome = await self._post(parcel)
            self._done(outcome)
            if not outcome.is_good:
                self._empty(lane)
        lane.slots.discard(asyncio.current_task())

    def _empty(self, lane: _Lane) -> None:
        while lane.waiting:
            self._done(lane.waiting.popleft())

    def _empty_all(self) -> None:
        for lane in self._lanes.values():
            self._empty(lane)

    def _session(self, *, plain: bool) -> aiohttp.ClientSession:
        if plain not in self._sessions:
            connector = aiohttp.TCPConnector(
                limit=0, resolver=CheckedResolver(plain=plain), socket_factory=_socket_factory(plain=plain)
            )
            self._sessions[plain] = aiohttp.ClientSession(
                connector=connector,
                timeout=aiohttp.ClientTimeout(total=schedule.attempt_seconds()),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                trust_env=False,
            )
        return self._sessions[plain]

    async def _post(self, parcel: Parcel) -> Outcome:
        now, began = datetime.now(UTC), time.monotonic()
        found: dict[str, Any]
        try:
            found = await self._exchange(parcel, now)
        except (aiohttp.ClientError, OSError, UrlNotAllowed) as error:  # OSError: TimeoutError and refusals too
            found = {"error": _words(error)}
        except Exception as error:  # whatever it is, the delivery has failed and the others go on
            log.exception("The delivery %s failed.", parcel.delivery_id)
            found = {"error": type(error).__name__}
        return Outcome(parcel, now, round((time.monotonic() - began) * 1000), **found)

    async def _exchange(self, parcel: Parcel, now: datetime) -> dict[str, Any]:
        url, plain = _target(parcel.url)
        request = self._session(plain=plain).post(
            url,
            data=parcel.body.encode(),
            headers=_headers(parcel, now),
            allow_redirects=False,
        )
        async with request as answer:
            text = await _beginning(answer)
            busy = answer.status in _BUSY_STATUSES
            wait = schedule.read_retry_after(answer.headers.get("Retry-After", ""), now) if busy else None
            return {"status": answer.status, "text": text, "retry_after": wait}


@lru_cache(1000)
def _target(url: str) -> tuple[URL, bool]:
    """The URL as the client takes it, and whether it is plain http. Raises UrlNotAllowed."""
    plain = parts_of(url).scheme == "http"
    return URL(url, encoded=True), plain


def _headers(parcel: Parcel, now: datetime) -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "User-Agent": "Mintenance-Webhooks/2",
        "webhook-id": parcel.webhook_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signing.signature(
            parcel.secrets, webhook_id=parcel.webhook_id, moment=now, body=parcel.body
        ),
    }


async def _beginning(answer: aiohttp.ClientResponse) -> str:
    """The first bytes; where there are more, the connection is closed and not read to its end."""
    if answer.content.at_eof():
        return ""
    kept = b""
    while len(kept) < KEPT_BYTES and not answer.content.at_eof():
        kept += await answer.content.read(KEPT_BYTES - len(kept))
    if not answer.content.at_eof():
        answer.close()
    return kept.decode(errors="replace").replace("\0", "\N{REPLACEMENT CHARACTER}")


def _words(error: Exception) -> str:
    if isinstance(error, UrlNotAllowed):
        return "The URL is not allowed any more."
    inner = getattr(error, "os_error", error)  # what the client wraps
    if isinstance(inner, ForbiddenAddress):
        return str(inner)
    if isinstance(error, TimeoutError):
        return f"No answer within {schedule.attempt_seconds():.0f} seconds."
    text = str(error).splitlines()
    return f"{type(error).__name__}: {text[0] if text else ''}"[:200]
