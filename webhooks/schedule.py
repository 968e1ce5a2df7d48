"""When things are due: attempts, the end of an old secret, the end of patience."""

import random
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from django.conf import settings

_PAUSES = [
    timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=5),
    timedelta(hours=10), timedelta(hours=14), timedelta(hours=20), timedelta(hours=24),
]  # fmt: skip
_JITTER = 0.1
_LONGEST_RETRY_AFTER = timedelta(hours=24)

ATTEMPTS = len(_PAUSES) + 1
KEPT = timedelta(days=30)


def attempt_seconds() -> float:
    """How long one attempt may take: name, connection, request and answer."""
    return float(settings.WEBHOOK_ATTEMPT_SECONDS)


def lease() -> timedelta:
    """For how long a delivery is claimed: to wait its turn, to be sent, and for its outcome to be written down."""
    return timedelta(seconds=3 * attempt_seconds())


def waiting() -> timedelta:
    """For how long what is claimed may wait to be sent; then it is given back."""
    return timedelta(seconds=attempt_seconds() / 3)


def scaled(time: timedelta) -> timedelta:
    """A time of the schedule; tests make it shorter."""
    return time * settings.WEBHOOK_SCHEDULE_SCALE


def overlap() -> timedelta:
    """For how long an old secret signs beside the new one."""
    return scaled(timedelta(hours=24))


def patience() -> timedelta:
    """After how long with nothing but failures an endpoint is disabled."""
    return scaled(timedelta(days=5))


def pause_after(turn: int, retry_after: timedelta | None = None) -> timedelta | None:
    """How long to wait after attempt number `turn` has failed; None after the last. Never less than `retry_after`."""
    if turn >= ATTEMPTS:
        return None
    pause = scaled(_PAUSES[turn - 1]) * random.uniform(1 - _JITTER, 1 + _JITTER)  # noqa: S311 - not a secret
    if retry_after is None:
        return pause
    return max(pause, scaled(min(retry_after, _LONGEST_RETRY_AFTER)))


def read_retry_after(text: str, now: datetime) -> timedelta | None:
    """Retry-After as seconds or as a date (RFC 9110, section 10.2.3); None where it is neither."""
    text = text.strip()[:40]
    if text.isascii() and text.isdigit():
        return timedelta(seconds=min(int(text), 10**6))
    try:
        moment = parsedate_to_datetime(text)
        return max(moment - now, timedelta(0))
    except (ValueError, TypeError, OverflowError):
        return None  # a date without a zone cannot be compared either
