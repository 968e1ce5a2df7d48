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
from typing import Any

from django.conf import settings
from limits.storage import storage_from_string
from limits.storage.base import SlidingWindowCounterSupport
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


class ProcessCounters(SlidingWindowCounterSupport):
    """Counters of one process, in the form that `limits` gives those in Redis.

    The library's own ones start a thread every hundredth of a second to look for what is over.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._windows: dict[str, tuple[_Window, int]] = {}

    def acquire_sliding_window_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count `amount` if that stays within `limit`."""
        now = time.time()
        with self._lock:
            window = self._at(key, expiry, now)
            weight = max(0.0, 1 - (now - window.began) / expiry)
            if math.floor(window.before * weight) + window.count + amount > limit:
                return False
            window.count += amount
            return True

    def get_sliding_window(self, key: str, expiry: int) -> tuple[int, float, int, float]:
        """The count before, the seconds that it weighs, the present count, the seconds that it will weigh."""
        now = time.time()
        with self._lock:
            window = self._at(key, expiry, now)
            left = window.began + expiry - now
            return (
                window.before,
                left if window.before else 0.0,
                window.count,
                left + expiry,
            )

    def clear_sliding_window(self, key: str, expiry: int) -> None:
        """Forget one counter."""
        with self._lock:
            self._windows.pop(key, None)

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


@cache
def _counters(redis_url: str) -> Any:
    if not redis_url:
        return ProcessCounters()
    options: dict[str, Any] = {
        "socket_timeout": REDIS_SECONDS,
        "socket_connect_timeout": REDIS_SECONDS,
    }
    return storage_from_string(redis_url, **options)


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


def count_stranger(address: str) -> None:
    """Count a request that reaches no view, such as one for an address that does not exist."""
    if settings.RATE_LIMITS_ON:
        _take("anonymous", network_of(address), 1)


def _limits_on(actor: Any, group: str) -> list[tuple[str, str]]:
    if actor.key_id is not None:
        return [(group, f"keys:{actor.id}")]
    if actor.is_signed_in:
        return [(group, f"person:{actor.id}")]
    network = network_of(actor.address)
    return (
        [("anonymous_auth", network), ("anonymous", network)] if group == "auth" else [("anonymous", network)]
    )


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
    key = f"{who}:{policy}:{quota}:{window}"
    try:
        counters = _counters(settings.REDIS_URL)
        taken = counters.acquire_sliding_window_entry(key, quota, window, cost)
        before, weighs, now, ends = counters.get_sliding_window(key, window)
    except (RedisError, OSError) as error:
        log.error("The rate counters cannot be reached: %s", type(error).__name__)
        raise Unavailable("Requests cannot be counted at the moment. Try again.", retry_after=2) from error
    seconds = ends - window if ends > window else ends or window
    left = max(0, quota - now - math.floor(before * weighs / window))
    allowance = Allowance(policy, quota, window, left, max(1, math.ceil(seconds)))
    if not taken:
        wait = _wait(quota - cost, window, before, weighs, now, seconds)
        raise TooManyRequests(retry_after=wait, headers=dict(allowance.headers().values()))
    return allowance


def _wait(most: int, window: int, before: int, weighs: float, now: int, seconds: float) -> int:
    """Seconds, 1 to `window`, until the count has fallen to `most`, as the old window fades or this one."""
    if now <= most and before:
        wait = weighs - (most - now + 1) * window / before
    else:
        wait = seconds + max(0.0, window * (1 - (most + 1) / max(now, 1)))
    return max(1, min(window, math.ceil(wait)))


class Throttle(BaseThrottle):
    """Counts a REST request. The view says its group; the answer's headers say what is left."""

    def allow_request(self, request: Any, view: Any) -> bool:
        """Raises TooManyRequests rather than answering False, so that the refusal carries its headers."""
        request._request.allowance = count(view.actor, view.group)
        return True
