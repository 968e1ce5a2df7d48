"""Giving committed events their place in the log.

A sequence or a clock read inside a transaction would let a reader pass an event that commits late; a number given
after commit, under a lock that is held until it is visible, cannot. A web process publishes at once after its own
commit, in a thread of its own, so that many commits share one publication and no answer waits for it. The worker's
loop publishes what was left by a process that died in between.
"""

import logging
import time
from threading import Event as Signal
from threading import Lock, Thread

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection, transaction

from core.failpoints import failpoint

log = logging.getLogger(__name__)

LOCK = 7001  # the advisory lock of the log: one process at a time gives positions
BATCH = 5000
PAUSE = 0.005  # seconds between two publications of one process, so that commits in a rush share one

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


class _Publisher:
    """One thread a process, started when it is first needed (a server forks before)."""

    def __init__(self) -> None:
        self._signal, self._lock = Signal(), Lock()
        self._thread: Thread | None = None

    def wake(self) -> None:
        """Have it publish what there is."""
        if not self._is_running():
            with self._lock:
                if not self._is_running():
                    self._thread = Thread(target=self._run, name="publisher", daemon=True)
                    self._thread.start()
        self._signal.set()

    def _is_running(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def _run(self) -> None:
        while True:
            self._signal.wait()
            self._signal.clear()
            try:
                publish()
                failpoint("events.published")
                time.sleep(PAUSE)
            except (DatabaseError, InterfaceError):
                # The worker's loop publishes what this could not; the next commit wakes this again.
                log.exception("events could not be published")
            finally:
                connection.close_if_unusable_or_obsolete()


_publisher = _Publisher()
