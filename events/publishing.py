"""Giving committed events their place in the log.

A sequence or a clock read inside a transaction would let a reader pass an event that commits late; a number given
after commit, under a lock that is held until it is visible, cannot. A web process publishes at once after its own
commit, in a thread of its own, so that many commits share one publication and no answer waits for it. The worker's loop
publishes what was left by a process that died in between.
"""

from django.conf import settings
from django.db import connection, transaction

from core.failpoints import failpoint
from events.waking import Waker

LOCK = 7001  # the advisory lock of the log: one process at a time gives positions
BATCH = 5000
CHANNEL = "mintenance_events"

_GIVE = f"""
WITH head AS (SELECT coalesce(max(position), 0) AS position FROM events_recordedevent),
waiting AS (
    SELECT id, row_number() OVER (ORDER BY number) AS n
    FROM (SELECT id, number FROM events_recordedevent WHERE position IS NULL ORDER BY number LIMIT {BATCH}) AS oldest
)
UPDATE events_recordedevent AS event SET position = head.position + waiting.n
FROM head, waiting WHERE event.id = waiting.id
"""  # noqa: S608 - a constant


def publish() -> int:
    """Give every committed event that waits its position, in the order in which they were written; how many."""
    total = 0
    while True:
        with transaction.atomic(durable=False), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            # A statement of its own: its snapshot has to be taken under the lock.
            cursor.execute(_GIVE)
            given = cursor.rowcount
            if given:
                cursor.execute(f"NOTIFY {CHANNEL}")  # heard when this commits, by the hub of every process
        total += given
        if given < BATCH:
            return total


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
