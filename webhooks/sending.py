"""The sender: claims what is due, has it posted, and writes down what came of it, many at a time.

It is a loop of the worker. It stays at work while something is on its way, and comes back each second so that the
worker may stop. Two threads: this one speaks to the database, the poster's to endpoints; neither waits for the other.
"""

import queue
import time
from collections import Counter
from uuid import UUID

from core.failpoints import failpoint
from webhooks.posting import Poster
from webhooks.services.claiming import Outcome, claim
from webhooks.services.settling import settle

AT_ONCE = 400  # from one worker
_TURN_SECONDS, _LAST_SECONDS = 1.0, 6.0
_LOOK_SECONDS = 0.1  # for what has become due while others are on their way
_SETTLED = 200  # in one transaction


class Sender:
    """Call it again and again. `finish` ends it."""

    def __init__(self) -> None:
        self._outcomes: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
        self._busy: Counter[UUID] = Counter()  # endpoint → deliveries on their way
        self._poster: Poster | None = None

    def __call__(self) -> int:
        """Send for a second at most, if there is something; how many were sent, or are on their way."""
        until, sent = time.monotonic() + _TURN_SECONDS, 0
        self._claim()
        while self._busy and time.monotonic() < until:
            sent += self._settle()
            self._claim()
        return sent + self._busy.total()

    def finish(self) -> None:
        """Claim nothing more, and write down what still comes of what is on its way."""
        until = time.monotonic() + _LAST_SECONDS
        while self._busy and time.monotonic() < until:
            self._settle()
        if self._poster is not None:
            self._poster.close()
            self._poster = None

    def _claim(self) -> None:
        room = AT_ONCE - self._busy.total()
        parcels = claim(most=room, busy=dict(self._busy)) if room > 0 else []
        if not parcels:
            return
        failpoint("webhooks.claimed")
        self._poster = self._poster or Poster(self._outcomes.put)
        for parcel in parcels:
            self._busy[parcel.endpoint_id] += 1
            self._poster.post(parcel)

    def _settle(self) -> int:
        """Wait a moment for what comes, and write it down."""
        outcomes = self._arrived()
        for outcome in outcomes:
            self._busy[outcome.parcel.endpoint_id] -= 1
        self._busy = +self._busy
        if outcomes:
            failpoint("webhooks.sent")
            settle(outcomes)
        return len(outcomes)

    def _arrived(self) -> list[Outcome]:
        found: list[Outcome] = []
        try:
            found.append(self._outcomes.get(timeout=_LOOK_SECONDS))
            while len(found) < _SETTLED:
                found.append(self._outcomes.get_nowait())
        except queue.Empty:
            pass
        return found
