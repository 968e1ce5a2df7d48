"""Giving committed events their place in the log.

A sequence or a clock read inside a transaction would let a reader pass an event that commits late; a number given
after commit, under a lock that is held until it is visible, cannot. A web process publishes at once after its own
commit, in a thread of its own, so that many commits share one publication and no answer waits for it. The worker's loop
publishes what was left by a process that died in between. What people say to each other takes its place inside its own
commit, under the same lock: nothing is left to publish, and it is there as soon as it is said.

Whoever publishes reads what followers in its process have not seen yet in the same round trip, and tells them after
the commit. Those of other processes hear PostgreSQL's NOTIFY, and read for themselves.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, partial
from typing import Protocol
from uuid import uuid4

from django.conf import settings
from django.db import transaction

from core.failpoints import failpoint
from core.prepared import Asked
from core.shapes import run_together
from events import log
from events.log import News
from events.waking import Waker

LOCK = 7001  # the advisory lock of the log: one process at a time gives positions
BATCH = 5000
STRETCH = 500  # events that followers are told at a time
CHANNEL = "mintenance_events"  # its NOTIFYs carry the newest position, and the name of whoever has told its followers

NOTIFY = f"pg_notify('{CHANNEL}', max(position)::text || ' ' || %s)"
"""In a SELECT of what has been given positions. Its value is `teller()`."""

_TAKE_LOCK = "SELECT pg_advisory_xact_lock(%s)"

# A statement of its own: its snapshot has to be taken under the lock.
_GIVE = f"""
WITH head AS (SELECT coalesce(max(position), 0) AS position FROM events_recordedevent),
waiting AS (
    SELECT id, row_number() OVER (ORDER BY number) AS n
    FROM (SELECT id, number FROM events_recordedevent WHERE position IS NULL ORDER BY number LIMIT {BATCH}) AS oldest
),
given AS (
    UPDATE events_recordedevent AS event SET position = head.position + waiting.n
    FROM head, waiting WHERE event.id = waiting.id
    RETURNING event.position
)
SELECT count(*), {NOTIFY} FROM given HAVING count(*) > 0
"""  # noqa: S608 - constants


class Follower(Protocol):
    """Who follows the log in this process."""

    position: int

    def hear(self, after: int, news: Sequence[News]) -> None:
        """All that has been published after a position, or the first STRETCH of it. Called in any thread."""


followers: set[Follower] = set()
"""Those that follow now."""


def publish() -> int:
    """Give every committed event that waits its position, in the order in which they were written; how many."""
    total = 0
    while True:
        with transaction.atomic(durable=False):
            given, _ = give_positions()
        total += given
        if given < BATCH:
            return total


def give_positions(written: Sequence[Asked] = ()) -> tuple[int, Sequence[News]]:
    """In a transaction: give what waits its positions, at most BATCH, and run the statements that write what takes
    positions of its own, and NOTIFY. Call it last, as nobody else can publish until the transaction ends.

    How many were given, and what the followers are told when the transaction has committed.
    """
    here = tuple(followers)
    after = min((one.position for one in here), default=None)
    asked: list[Asked] = [(_TAKE_LOCK, [LOCK]), (_GIVE, [teller()]), *written]
    if after is not None:
        asked.append(log.asked_news(after, STRETCH))
    answers = run_together(asked)
    news = log.read_news(answers[-1]) if after is not None else []
    if after is not None and news:
        transaction.on_commit(lambda: _tell(partial(_tell_each, here, after, news)))
    return int(answers[1][0][0]) if answers[1] else 0, news


_later: ContextVar[list[Callable[[], None]] | None] = ContextVar("later", default=None)


@contextmanager
def told_later() -> Iterator[list[Callable[[], None]]]:
    """What is published inside, the followers in this process are not told: whoever has to know first is told by the
    caller, who then calls what is in the list."""
    kept: list[Callable[[], None]] = []
    before = _later.set(kept)
    try:
        yield kept
    finally:
        _later.reset(before)


def _tell(tell: Callable[[], None]) -> None:
    kept = _later.get()
    if kept is None:
        tell()
    else:
        kept.append(tell)


def _tell_each(here: Sequence[Follower], after: int, news: Sequence[News]) -> None:
    for one in here:
        one.hear(after, news)


def teller() -> str:
    """A name of this process, if it tells its followers itself; nothing, where it has none."""
    return process() if followers else ""


def process() -> str:
    """A name for this process that no other has."""
    return _name_of(os.getpid())


@cache
def _name_of(pid: int) -> str:  # a server may fork after this module has been loaded
    return f"{pid}-{uuid4().hex[:12]}"


def publish_soon() -> None:
    """Publish after the present transaction has committed, without keeping its caller waiting."""
    transaction.on_commit(_after_commit)


def _after_commit() -> None:
    failpoint("events.committed")
    if settings.PUBLISH_IN_PROCESS:
        _publisher.wake()


def _publish() -> None:
    publish()
    failpoint("events.published")


_publisher = Waker("publisher", _publish)
