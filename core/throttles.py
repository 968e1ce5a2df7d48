"""How often somebody may ask: the same counters for every door, in the process or in Redis.

A sliding window: what was counted in the window before weighs as much as it still overlaps the last `w`
seconds. Strangers are counted by address (IPv6 by /64), people by group, and all API keys of a person
together by group, apart from the person, so that a program of theirs cannot lock its owner out.
"""

import logging
import math
import time
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv6Address, ip_address
from threading import Lock
from typing import Any, NamedTuple

from django.conf import settings
from limits.storage.redis import RedisStorage
from redis import Redis
from redis.exceptions import RedisError
from rest_framework.throttling import BaseThrottle

from core.errors import TooManyRequests, Unavailable

log = logging.getLogger("mintenance.throttles")

REDIS_SECONDS = 1.0  # how long to wait for Redis before a request is refused
_SWEEP = 10_000  # counters in the process between two looks for those that are over


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of a limit: `quota` in `window` seconds, `left` of it for `seconds` more."""

    policy: str
    quota: int
    window: int
    left: int
    seconds: int

    def headers(self) -> dict[str, tuple[str, str]]:
        """As draft-ietf-httpapi-ratelimit-headers writes it, prepared (core/headers.py)."""
        policy = f'"{self.policy}";q={self.quota};w={self.window}'
        left = f'"{self.policy}";r={self.left};t={self.seconds}'
        return {"ratelimit-policy": ("RateLimit-Policy", policy), "ratelimit": ("RateLimit", left)}


@dataclass(slots=True)
class _Window:
    """One counter: what is counted since `began`, and what was in the window before."""

    began: float
    count: int = 0
    before: int = 0

    def move_to(self, now: float, length: int) -> None:
        """Begin anew if the window is over."""
        if now >= self.began + 2 * length:
            self.began, self.count, self.before = now, 0, 0
        elif now >= self.began + length:
            self.began, self.count, self.before = self.began + length, 0, self.count


class Taken(NamedTuple):
    """What a counter says: whether it counted, the count before and for how many seconds that one weighs, its own
    count, and the seconds until its window ends."""

    taken: bool
    before: int
    weighs: float
    used: int
    ends: float


class ProcessCounters:
    """Counters of one process. Those of `limits` start a thread every hundredth of a second, to forget old ones."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._windows: dict[str, tuple[_Window, int]] = {}

    def take(self, key: str, limit: int, length: int, amount: int) -> Taken:
        """Count `amount` if that stays within `limit` in the last `length` seconds."""
        now = time.time()
        with self._lock:
            window = self._at(key, length, now)
            ends = window.began + length - now
            taken = math.floor(window.before * ends / length) + window.count + amount <= limit
            if taken:
                window.count += amount
            return Taken(taken, window.before, ends if window.before else 0.0, window.count, ends)

    def _at(self, key: str, expiry: int, now: float) -> _Window:
        found = self._windows.get(key)
        if found is None:
            if len(self._windows) % _SWEEP == _SWEEP - 1:
                self._sweep(now)
            found = self._windows[key] = (_Window(now), expiry)
        found[0].move_to(now, expiry)
        return found[0]

    def _sweep(self, now: float) -> None:
        kept = self._windows.items()
        self._windows = {key: (w, length) for key, (w, length) in kept if w.began + 2 * length > now}


class RedisCounters:
    """Counters that all processes share: two scripts of `limits`, run in one journey."""

    _SCRIPT = (
        f"local function acquire(ARGV) {RedisStorage.SCRIPT_ACQUIRE_SLIDING_WINDOW.decode()} end "
        f"local function look(ARGV) {RedisStorage.SCRIPT_SLIDING_WINDOW.decode()} end "
        "local taken = acquire(ARGV); local w = look({ARGV[2]}); "
        "return {taken and 1 or 0, w[1] or 0, w[2], w[3] or 0, w[4]}"
    )

    def __init__(self, url: str) -> None:
        options: dict[str, Any] = {"socket_timeout": REDIS_SECONDS, "socket_connect_timeout": REDIS_SECONDS}
        self._script = Redis.from_url(url, **options).register_script(self._SCRIPT)

    def take(self, key: str, limit: int, length: int, amount: int) -> Taken:
        """See `ProcessCounters.take`."""
        keys = [f"limits:{{{key}}}/-1", f"limits:{{{key}}}"]  # braces: one slot of a cluster
        taken, before, weighs, count, ends = map(int, self._script(keys, [limit, length, amount]))
        return Taken(bool(taken), before, max(0, weighs) / 1000, count, max(0.0, ends / 1000 - length))


@cache
def _counters(redis_url: str) -> ProcessCounters | RedisCounters:
    return RedisCounters(redis_url) if redis_url else ProcessCounters()


def forget() -> None:
    """Begin to count anew, in this process. For tests."""
    _counters.cache_clear()


def count(actor: Any, group: str, cost: int = 1) -> Allowance | None:
    """Count one request of this group, or `cost` at once. Every door calls it before it does anything.

    Answers the tightest limit that applies, None where nothing is limited. Raises TooManyRequests (then
    nothing is counted by the limit that is used up), and Unavailable where the counters cannot be reached:
    limits never open.
    """
    if not settings.RATE_LIMITS_ON or actor.is_system:
        return None
    tightest: Allowance | None = None
    for policy, who in _limits_on(actor, group):
        allowance = _take(policy, who, cost)
        if tightest is None or allowance.left < tightest.left:
            tightest = allowance
    return tightest


def count_stranger(address: str) -> Allowance | None:
    """Count a stranger's request that reaches no view: for an address that does not exist, or for a kept answer."""
    return _take("anonymous", network_of(address), 1) if settings.RATE_LIMITS_ON else None


def _limits_on(actor: Any, group: str) -> list[tuple[str, str]]:
    if actor.key_id is not None:
        return [(group, f"keys:{actor.id}")]
    if actor.is_signed_in:
        return [(group, f"person:{actor.id}")]
    network = network_of(actor.address)
    return [("anonymous_auth", network), ("anonymous", network)] if group == "auth" else [("anonymous", network)]


def network_of(address: str) -> str:
    """The address, or for IPv6 its /64: one household or server has as many addresses there as it likes."""
    if ":" not in address:
        return address
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None:
        return f"{IPv6Address(int(parsed) >> 64 << 64)}/64"
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)


def _take(policy: str, who: str, cost: int) -> Allowance:
    quota, window = settings.RATE_LIMITS[policy]
    try:
        now = _counters(settings.REDIS_URL).take(f"{who}:{policy}:{quota}:{window}", quota, window, cost)
    except (RedisError, OSError) as error:
        log.error("The rate counters cannot be reached: %s", type(error).__name__)
        raise Unavailable("Requests cannot be counted at the moment. Try again.", retry_after=2) from error
    left = max(0, quota - now.used - math.floor(now.before * now.weighs / window))
    allowance = Allowance(policy, quota, window, left, max(1, math.ceil(now.ends)))
    if not now.taken:
        headers = dict(allowance.headers().values())
        raise TooManyRequests(retry_after=_wait(now, quota - cost, window), headers=headers)
    return allowance


def _wait(now: Taken, most: int, window: int) -> int:
    """Seconds, 1 to `window`, until the count has fallen to `most`, as the old window fades or this one."""
    if now.used <= most and now.before:
        wait = now.weighs - (most - now.used + 1) * window / now.before
    else:
        wait = now.ends + max(0.0, window * (1 - (most + 1) / max(now.used, 1)))
    return max(1, min(window, math.ceil(wait)))


class Throttle(BaseThrottle):
    """Counts a REST request. The view says its group; the answer's headers say what is left."""

    def allow_request(self, request: Any, view: Any) -> bool:
        """Raises TooManyRequests rather than answering False, so that the refusal carries its headers."""
        request._request.allowance = count(view.actor, view.group)
        return True
