"""The sender: claims what is due, has it posted, and writes down what came of it, many at a time.

It is a loop of the worker. It stays at work while something is on its way, and comes back each second so that the
worker may stop. Two threads: this one speaks to the database, the poster's to endpoints; neither waits for the other.
They share one interpreter, so that what counts is the CPU time of a delivery: claims and outcomes are gathered, and
cost a few statements for hundreds.
"""

import queue
import time
from collections import Counter
from collections.abc import Iterable

from core.failpoints import failpoint
from webhooks.posting import Poster
from webhooks.services.claiming import AT_A_TIME, Parcel, claim
from webhooks.services.settling import Outcome, give_back, settle

AT_ONCE = 600  # held by one worker, on their way or waiting for it
RESERVED = 100  # of them for endpoints of which none is held: many slow ones leave room for the others
_TURN_SECONDS, _LAST_SECONDS = 1.0, 6.0
_LOOK_SECONDS = 0.1  # for what has become due while others are on their way
_SETTLED = 400  # in one transaction
_CLAIM_SECONDS = 0.05  # between two claims, while there is other work


class Pace:
    """How many deliveries each endpoint has taken of late: as many may be claimed ahead of those on their way, so that
    it is not idle between two claims, and a slow one holds nothing that another worker might send."""

    SECONDS, MOST = 0.25, 200

    def __init__(self) -> None:
        self._before: Counter[str] = Counter()
        self._now: Counter[str] = Counter()
        self._until = 0.0

    def note(self, endpoints: Iterable[str]) -> None:
        """They have answered."""
        if time.monotonic() >= self._until:
            self._before, self._now = self._now, Counter()
            self._until = time.monotonic() + self.SECONDS
        self._now.update(endpoints)

    def limits(self) -> dict[str, int]:
        """How many of each may be held."""
        return {one: AT_A_TIME + min(count, self.MOST) for one, count in (self._before | self._now).items()}


class Sender:
    """Call it again and again. `finish` ends it."""

    def __init__(self) -> None:
        self._outcomes: queue.SimpleQueue[Outcome | Parcel] = queue.SimpleQueue()
        self._held: Counter[str] = Counter()  # endpoint → deliveries that are claimed and not settled
        self._pace = Pace()
        self._poster: Poster | None = None
        self._next_claim = 0.0

    def __call__(self) -> int:
        """Send for a second at most, if there is something; how many were sent, or are on their way."""
        until, sent = time.monotonic() + _TURN_SECONDS, 0
        self._claim()
        while self._held and time.monotonic() < until:
            sent += self._settle()
            self._claim()
        return sent + self._held.total()

    def finish(self) -> None:
        """Claim nothing more, and write down what still comes of what is on its way."""
        until = time.monotonic() + _LAST_SECONDS
        if self._poster is None:
            return
        self._poster.send_no_more()
        while self._held and time.monotonic() < until:
            self._settle()
        self._poster.close()
        self._poster = None

    def _claim(self) -> None:
        """Not at once while enough are held, since a claim costs nearly the same for one as for many; nor while
        outcomes wait, since they would be sent again if this process died before they are written down."""
        is_busy = self._held.total() > AT_ONCE // 2 or not self._outcomes.empty()
        if is_busy and time.monotonic() < self._next_claim:
            return
        parcels = self._claimed()
        self._next_claim = time.monotonic() + _CLAIM_SECONDS
        if not parcels:
            return
        failpoint("webhooks.claimed")
        self._held.update(parcel.endpoint_id for parcel in parcels)
        self._poster = self._poster or Poster(self._outcomes.put)
        self._poster.post(parcels)

    def _claimed(self) -> list[Parcel]:
        room = AT_ONCE - self._held.total()
        if room > RESERVED:
            return claim(most=room - RESERVED, held=self._held, limits=self._pace.limits())
        return claim(most=room, held=self._held, at_a_time=1) if room > 0 else []

    def _settle(self) -> int:
        """Wait a moment for what comes, and write it down."""
        arrived = self._arrived()
        outcomes = [one for one in arrived if isinstance(one, Outcome)]
        unsent = [one for one in arrived if isinstance(one, Parcel)]
        answered = [one.parcel.endpoint_id for one in outcomes]
        self._pace.note(answered)
        self._held.subtract(answered)
        self._held.subtract(one.endpoint_id for one in unsent)
        self._held = +self._held
        if outcomes:
            failpoint("webhooks.sent")
            settle(outcomes)
        if unsent:
            give_back(unsent)
        return len(outcomes)

    def _arrived(self) -> list[Outcome | Parcel]:
        """What has come meanwhile: the more there is, the longer the last were written down, and the more at a time."""
        found: list[Outcome | Parcel] = []
        try:
            found.append(self._outcomes.get(timeout=_LOOK_SECONDS))
            while len(found) < _SETTLED:
                found.append(self._outcomes.get_nowait())
        except queue.Empty:
            pass
        return found
