"""Giving committed events their place in the log.

A sequence or a clock read inside a transaction would let a reader pass an event that commits late; a number given
after commit, under a lock that is held until it is visible, cannot. A web process publishes at once after its own
commit, in a thread of its own, so that many commits share one publication and no answer waits for it. The worker's loop
publishes what was left by a process that died in between. What people say to each other takes its place inside its own
commit, under the same lock: nothing is left to publish, and it is there as soon as it is said.
"""

from collections.abc import Callable

from django.conf import settings
from django.db import connection, transaction

from core.failpoints import failpoint
from events.waking import Waker

LOCK = 7001  # the advisory lock of the log: one process at a time gives positions
BATCH = 5000
CHANNEL = "mintenance_events"  # its NOTIFYs carry the newest position

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
SELECT count(*), pg_notify('{CHANNEL}', max(position)::text) FROM given HAVING count(*) > 0
"""  # noqa: S608 - constants

heard: list[Callable[[], None]] = []
"""What is called, in any thread, after this process has published something."""


def publish() -> int:
    """Give every committed event that waits its position, in the order in which they were written; how many."""
    total = 0
    while True:
        with transaction.atomic(durable=False):
            given = give_positions()
        total += given
        if given < BATCH:
            break
    if total:
        tell_this_process()
    return total


def give_positions() -> int:
    """In a transaction: give what has been committed, and what this transaction has written, its positions. Call it
    last, as nobody else can publish until the transaction ends. How many were given; at most BATCH."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        # A statement of its own: its snapshot has to be taken under the lock. The hub of every process hears the
        # NOTIFY when this commits.
        cursor.execute(_GIVE)
        given = cursor.fetchone()
        return int(given[0]) if given else 0


def publish_with_commit() -> None:
    """Publish what this transaction has recorded in its own commit. Call it last."""
    give_positions()
    transaction.on_commit(tell_this_process)


def tell_this_process() -> None:
    """Something has been published: listeners here need not wait for PostgreSQL to say so."""
    for tell in heard:
        tell()


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
