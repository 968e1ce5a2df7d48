"""A town's worth of jobs and bids, invented in memory so that states, times and counts fit together."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from django.conf import settings

from mintenance.demo import words
from mintenance.demo.chance import Chance
from mintenance.demo.people import Place, Somebody, invent_place
from mintenance.demo.texts import (
    BidText,
    JobText,
    ReviewText,
    invent_bid,
    invent_job,
    invent_reply,
    invent_review,
)

MOST_BIDS = 12
_REVIEWED = 0.7  # of the completed jobs

# State → how many of a hundred jobs, and how many days ago they were written down, from and to.
_STATES: dict[str, tuple[float, float, float]] = {
    "draft": (4.5, 0, 90),
    "posted": (42, 0, 29),
    "assigned": (2, 3, 40),
    "in_progress": (2.5, 8, 60),
    "completed": (40, 20, 750),
    "cancelled": (9, 2, 750),
}
_ENDED = ("assigned", "in_progress", "completed")


@dataclass
class Life:
    """One job: what it says, and what became of it."""

    id: UUID
    owner: Somebody
    text: JobText
    place: Place
    status: str
    written: datetime
    times: dict[str, datetime] = field(default_factory=dict)
    reason: str | None = None
    scheduled: datetime | None = None
    bids: int = 0
    contractor: UUID | None = None

    @property
    def updated(self) -> datetime:
        """When it was last changed."""
        done = [time for name, time in self.times.items() if name != "expires_at"]
        return max([self.written, *done])


@dataclass(frozen=True)
class Offer:
    """One bid: what it says, and what became of it."""

    id: UUID
    job: UUID
    contractor: UUID
    text: BidText
    status: str
    reason: str | None
    stale: bool
    made: datetime
    decided: datetime | None


@dataclass(frozen=True)
class Verdict:
    """One review, and what the contractor replied to it."""

    id: UUID
    life: Life
    text: ReviewText
    written: datetime
    reply: str | None
    replied: datetime | None


class Town:
    """Jobs, the bids on them, the reviews, and what follows for the contractors."""

    def __init__(self, chance: Chance, people: Sequence[Somebody], now: datetime, jobs: int, bids: int) -> None:
        self.chance, self.now = chance, now
        self.owners = [one for one in people if one.role == "homeowner"]
        self.contractors = [one for one in people if one.role == "contractor"]
        self.near: dict[str, list[Somebody]] = defaultdict(list)
        for one in self.contractors:
            self.near[one.place.city].append(one)
        self.busy: dict[UUID, int] = defaultdict(int)
        self.completed: dict[UUID, int] = defaultdict(int)
        self.jobs = self._invent_jobs(jobs)
        self._share_out(bids)
        self.offers: list[Offer] = []
        for life in self.jobs:
            if life.bids:
                self.offers.extend(self._offers(life))
        self.verdicts = [self._verdict(life) for life in self.jobs if self._is_reviewed(life)]
        self._ratings: dict[UUID | None, list[int]] = defaultdict(list)
        for verdict in self.verdicts:
            self._ratings[verdict.life.contractor].append(verdict.text.rating)

    def _invent_jobs(self, count: int) -> list[Life]:
        """The jobs, oldest first, so that their ids ascend with their age."""
        chance = self.chance
        states = chance.choices(tuple(_STATES), [share for share, _, _ in _STATES.values()], k=count)
        ages = [chance.uniform(*_STATES[status][1:]) for status in states]
        order = sorted(range(count), key=lambda index: -ages[index])
        return [self._invent(states[index], self.now - timedelta(days=ages[index])) for index in order]

    def _invent(self, status: str, written: datetime) -> Life:
        chance = self.chance
        owner = chance.choice(self.owners)
        place = owner.place if chance.random() < 0.8 else invent_place(chance, owner.place.city)
        text = invent_job(chance, chance.choice(tuple(words.JOBS)))
        life = Life(chance.new_id(), owner, text, place, status, written)
        _PATHS[status](self, life)
        if status == "posted" and chance.random() < 0.4:
            life.scheduled = (self.now + timedelta(days=chance.uniform(2, 60))).replace(minute=0, second=0)
        return life

    def moment(self, start: datetime, low: float, high: float) -> datetime:
        """So many days after `start`, and before now."""
        later = start + timedelta(days=self.chance.uniform(low, high))
        return min(later, start + (self.now - start) * 0.95)

    def _share_out(self, bids: int) -> None:
        """Give each job a number of bids, so that they are `bids` in all."""
        open_to = [life for life in self.jobs if "posted_at" in life.times]
        for life in open_to:
            life.bids = self._wanted(life)
        room = {True: [1, MOST_BIDS], False: [0, MOST_BIDS]}
        left = bids - sum(life.bids for life in open_to)
        while left:
            life = self.chance.choice(open_to)
            least, most = room[life.status in _ENDED]
            step = 1 if left > 0 else -1
            if least <= life.bids + step <= min(most, len(self.near[life.place.city])):
                life.bids += step
                left -= step

    def _wanted(self, life: Life) -> int:
        wanted = self.chance.choices((0, 1, 2, 3, 4, 5, 6, 8), (12, 16, 20, 18, 14, 10, 6, 4))[0]
        least = 1 if life.status in _ENDED else 0
        return max(least, min(wanted, len(self.near[life.place.city])))

    def _offers(self, life: Life) -> Iterator[Offer]:
        bidders = self.chance.sample(self.near[life.place.city], life.bids)
        winner = self._winner(life, bidders) if life.status in _ENDED else None
        for bidder in bidders:
            yield self._offer(life, bidder, bidder is winner)

    def _winner(self, life: Life, bidders: Sequence[Somebody]) -> Somebody:
        """The first who has room for one more, of those who are at work now."""
        running = life.status != "completed"
        free = [one for one in bidders if not running or self.busy[one.id] < one.at_once]
        winner = (free or bidders)[0]
        (self.busy if running else self.completed)[winner.id] += 1
        life.contractor = winner.id
        return winner

    def _offer(self, life: Life, bidder: Somebody, wins: bool) -> Offer:
        chance, posted = self.chance, life.times["posted_at"]
        closed = life.times.get("decided_at") or life.times.get("cancelled_at")
        made = posted + ((closed or self.now) - posted) * chance.uniform(0.01, 0.95)
        status, reason, decided = self._fate(life, wins, made, closed)
        stale = status == "pending" and chance.random() < 0.04
        text = invent_bid(chance, life.text.budget)
        return Offer(chance.new_id(), life.id, bidder.id, text, status, reason, stale, made, decided)

    def _fate(
        self, life: Life, wins: bool, made: datetime, closed: datetime | None
    ) -> tuple[str, str | None, datetime | None]:
        """What became of a bid: its status, the reason, and when it was decided."""
        luck = self.chance.random()
        if wins:
            return "accepted", None, closed
        if luck < 0.06:
            return "withdrawn", None, self.moment(made, 0, 2)
        if luck < 0.11:
            return "rejected", self.chance.choice((None, *words.REJECTIONS)), self.moment(made, 0, 2)
        if life.status == "posted":
            return "pending", None, None
        ended = "job_expired" if life.reason == "expired" else "job_cancelled"
        return "rejected", "other_bid_accepted" if life.status in _ENDED else ended, closed

    def _is_reviewed(self, life: Life) -> bool:
        return life.status == "completed" and self.chance.random() < _REVIEWED

    def _verdict(self, life: Life) -> Verdict:
        text = invent_review(self.chance)
        written = self.moment(life.times["completed_at"], 0.05, settings.REVIEW_DAYS)
        reply = invent_reply(self.chance, text.rating)
        replied = self.moment(written, 0.05, 5) if reply else None
        return Verdict(self.chance.new_id(), life, text, written, reply, replied)

    def rating_of(self, contractor: UUID) -> tuple[Decimal, int]:
        """The mean of the contractor's reviews, and how many there are."""
        given = self._ratings[contractor]
        if not given:
            return Decimal(0), 0
        return (Decimal(sum(given)) / len(given)).quantize(Decimal("0.01"), ROUND_HALF_UP), len(given)


def _post(town: Town, life: Life) -> None:
    life.times["posted_at"] = town.moment(life.written, 0, 0.2)


def _posted(town: Town, life: Life) -> None:
    _post(town, life)
    life.times["expires_at"] = life.times["posted_at"] + timedelta(days=settings.JOB_EXPIRY_DAYS)


def _assigned(town: Town, life: Life) -> None:
    _post(town, life)
    life.times["decided_at"] = town.moment(life.times["posted_at"], 0.5, 9)


def _in_progress(town: Town, life: Life) -> None:
    _assigned(town, life)
    life.times["started_at"] = town.moment(life.times["decided_at"], 0.5, 10)
    if town.chance.random() < 0.3:
        recent = max(life.times["started_at"], town.now - timedelta(days=settings.COMPLETION_DAYS - 1))
        life.times["completion_requested_at"] = town.moment(recent, 0, 5)


def _completed(town: Town, life: Life) -> None:
    _assigned(town, life)
    life.times["started_at"] = town.moment(life.times["decided_at"], 0.5, 10)
    life.times["completed_at"] = town.moment(life.times["started_at"], 0.2, 12)


def _cancelled(town: Town, life: Life) -> None:
    term = timedelta(days=settings.JOB_EXPIRY_DAYS)
    luck = town.chance.random()
    if luck > 0.15:
        _post(town, life)
    if luck > 0.5 and life.times["posted_at"] + term < town.now:
        life.reason, life.times["cancelled_at"] = "expired", life.times["posted_at"] + term
        return
    life.reason = town.chance.choice((None, *words.CANCELLATIONS))
    life.times["cancelled_at"] = town.moment(life.times.get("posted_at", life.written), 0.5, 14)


_PATHS = {
    "draft": lambda town, life: None,
    "posted": _posted,
    "assigned": _assigned,
    "in_progress": _in_progress,
    "completed": _completed,
    "cancelled": _cancelled,
}
