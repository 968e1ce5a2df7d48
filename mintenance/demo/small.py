"""The small data set: a handful of people and thirty-four jobs.

They are lived through by way of the services, so that events tell of them as of anything else.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import timedelta
from io import BytesIO
from uuid import UUID

from django.utils import timezone

from accounts.actors import Actor
from accounts.models import Person
from accounts.services.images import upload_image
from bids.models import Bid
from bids.services import accept_bid, reject_bid, submit_bid, withdraw_bid
from contractors.models import Contractor
from contractors.services import add_to_portfolio, edit_profile, open_profile
from jobs.models import Review
from jobs.services import create_job, edit_job, expire_jobs, reply_to_review, request_completion, review_contractor
from messaging.models import Conversation
from messaging.services import send_message
from mintenance.demo import words
from mintenance.demo.backdating import days_ago
from mintenance.demo.chance import Chance
from mintenance.demo.drawings import draw_job
from mintenance.demo.people import Somebody, invent_place
from mintenance.demo.texts import BidText, ReviewText, invent_bid, invent_job, invent_reply, invent_review

CITIES = ("Bristol", "Leeds", "Manchester")
HOMEOWNERS, CONTRACTORS = 6, 8

Step = tuple[float, Callable[[], object]]  # days ago, and what happened then


def actor_for(somebody: Somebody) -> Actor:
    """The person as services know them."""
    return Actor(id=somebody.id, role=somebody.role, is_staff=somebody.role == "staff")


class Story:
    """One job, from the day it was written down. Each method tells a part, and answers its steps."""

    def __init__(self, chance: Chance, number: int, owner: Somebody, bidders: Sequence[Somebody], days: float) -> None:
        self.chance, self.owner, self.by = chance, owner, actor_for(owner)
        self.bidders, self.days = bidders, days
        self.number = number
        self.text = invent_job(chance, tuple(words.JOBS)[number % len(words.JOBS)])
        self.place = invent_place(chance, owner.place.city)
        self.pictures = chance.choice((0, 1, 1, 2))
        self.scheduled = chance.randint(14, 40) if days < 12 and chance.random() < 0.6 else None
        self.job_id: UUID | None = None
        self.bids: list[Bid] = []

    def at(self, part: float) -> float:
        """A moment on the way from the first day (0) to today (1), in days ago."""
        return self.days * (1 - part)

    def written(self, status: str = "posted") -> Iterator[Step]:
        """The job is written down, with its pictures."""
        yield self.days, lambda: self._write(status)

    def offers(self, most: int = 4) -> Iterator[Step]:
        """Between one and `most` contractors bid."""
        bidders = self.chance.sample(self.bidders, self.chance.randint(1, most))
        for turn, bidder in enumerate(bidders):
            offer = invent_bid(self.chance, self.text.budget)
            by = actor_for(bidder)

            def send(by: Actor = by, offer: BidText = offer) -> None:
                self.bids.append(submit_bid(job_id=self._id, **asdict(offer), by=by))

            yield self.at(0.1 + turn * 0.05), send

    def changed(self) -> Iterator[Step]:
        """The owner changes the budget: the bids so far are stale."""
        more = {"budget": self.text.budget + 50}
        yield self.at(0.5), lambda: edit_job(job_id=self._id, changes=more, by=self.by)

    def withdrawn(self, part: float = 0.6) -> Iterator[Step]:
        """The first bidder takes the offer back, accepted or not."""
        yield self.at(part), lambda: withdraw_bid(job_id=self._id, bid_id=self._first, by=self._bidder)

    def rejected(self) -> Iterator[Step]:
        """The owner turns the first bid down, and says why."""
        reason = self.chance.choice(words.REJECTIONS)
        yield (
            self.at(0.6),
            lambda: reject_bid(job_id=self._id, bid_id=self._first, reason=reason, by=self.by),
        )

    def accepted(self) -> Iterator[Step]:
        """The owner takes the first bid, and the two arrange when."""
        yield self.at(0.4), lambda: accept_bid(job_id=self._id, bid_id=self._first, by=self.by)
        for turn, text in enumerate(words.CHATS[self.number % len(words.CHATS)]):
            yield self.at(0.42 + turn * 0.01), lambda turn=turn, text=text: self._say(turn, text)  # type: ignore[misc]

    def moved(self, status: str, part: float, reason: str | None = None) -> Iterator[Step]:
        """The owner moves the job on."""
        changes = {"status": status, **({"cancel_reason": reason} if reason else {})}
        yield self.at(part), lambda: edit_job(job_id=self._id, changes=changes, by=self.by)

    def called_done(self) -> Iterator[Step]:
        """The contractor asks for completion."""
        yield self.at(0.8), lambda: request_completion(job_id=self._id, by=self._bidder)

    def reviewed(self) -> Iterator[Step]:
        """The owner judges the work; the contractor may reply."""
        text = invent_review(self.chance)
        reply = invent_reply(self.chance, text.rating)
        yield self.at(0.94), lambda: self._review(text)
        if reply is not None:
            yield self.at(0.97), lambda: reply_to_review(review_id=self._reviewed, reply=reply, by=self._bidder)

    @property
    def _id(self) -> UUID:
        if self.job_id is None:
            raise RuntimeError("The job has not been written down yet.")
        return self.job_id

    @property
    def _first(self) -> UUID:
        return self.bids[0].pk

    @property
    def _bidder(self) -> Actor:
        return Actor(id=self.bids[0].contractor_id, role="contractor")

    @property
    def _reviewed(self) -> UUID:
        return Review.objects.values_list("pk", flat=True).get(job=self._id)

    def _say(self, turn: int, text: str) -> None:
        """By turns, the owner first."""
        talk = Conversation.objects.filter(job=self._id).latest("created_at")
        send_message(conversation_id=talk.pk, text=text, by=self._bidder if turn % 2 else self.by)

    def _review(self, text: ReviewText) -> None:
        review_contractor(job_id=self._id, rating=text.rating, comment=text.comment, by=self.by)

    def _write(self, status: str) -> None:
        images = [self._upload(number) for number in range(self.pictures)]
        self.job_id = create_job(
            title=self.text.title,
            description=self.text.description,
            category=self.text.category,
            budget=self.text.budget,
            location={"lat": self.place.lat, "lng": self.place.lng, "address": self.place.address},
            images=images,
            scheduled_date=timezone.now() + timedelta(days=self.scheduled) if self.scheduled else None,
            status=status,
            by=self.by,
        ).pk

    def _upload(self, number: int) -> str:
        drawing = draw_job(self.text.category, self.chance.randint(1, 10**6))
        name = f"{self.text.category}-{number + 1}.jpg"
        return str(upload_image(file=BytesIO(drawing), filename=name, by=self.by).pk)


def _no_offers(story: Story) -> Iterator[Step]:
    yield from story.written()


def _with_offers(story: Story) -> Iterator[Step]:
    yield from (*story.written(), *story.offers())


def _stale(story: Story) -> Iterator[Step]:
    yield from (*_with_offers(story), *story.changed())


def _withdrawn(story: Story) -> Iterator[Step]:
    yield from (*_with_offers(story), *story.withdrawn())


def _rejected(story: Story) -> Iterator[Step]:
    yield from (*_with_offers(story), *story.rejected())


def _draft(story: Story) -> Iterator[Step]:
    yield from story.written("draft")


def _dropped(story: Story) -> Iterator[Step]:
    yield from (*_draft(story), *story.moved("cancelled", 0.7))


def _cancelled(story: Story) -> Iterator[Step]:
    reason = story.chance.choice(words.CANCELLATIONS)
    yield from (*_with_offers(story), *story.moved("cancelled", 0.5, reason))


def _expired(story: Story) -> Iterator[Step]:
    story.days = 45
    yield from (*_with_offers(story), (14, expire_jobs))


def _assigned(story: Story) -> Iterator[Step]:
    yield from (*_with_offers(story), *story.accepted())


def _given_back(story: Story) -> Iterator[Step]:
    story.days = 9
    yield from (*_assigned(story), *story.withdrawn(0.7))


def _called_off(story: Story) -> Iterator[Step]:
    reason = story.chance.choice(words.CANCELLATIONS)
    yield from (*_assigned(story), *story.moved("cancelled", 0.6, reason))


def _started(story: Story) -> Iterator[Step]:
    yield from (*_assigned(story), *story.moved("in_progress", 0.6))


def _called_done(story: Story) -> Iterator[Step]:
    yield from (*_started(story), *story.called_done())


def _completed(story: Story) -> Iterator[Step]:
    yield from (*_called_done(story), *story.moved("completed", 0.9))


def _reviewed(story: Story) -> Iterator[Step]:
    yield from (*_completed(story), *story.reviewed())


# How each of the thirty-four jobs went, and within how many days from today it was written down.
_STORIES: tuple[tuple[Callable[[Story], Iterator[Step]], int, float], ...] = (
    (_no_offers, 3, 3), (_with_offers, 5, 20), (_stale, 2, 12), (_withdrawn, 1, 10), (_rejected, 1, 15),
    (_given_back, 1, 9), (_draft, 3, 25), (_dropped, 1, 40), (_cancelled, 1, 35), (_expired, 1, 45),
    (_called_off, 1, 50), (_assigned, 3, 18), (_started, 2, 28), (_called_done, 1, 24), (_completed, 1, 75),
    (_reviewed, 7, 75),
)  # fmt: skip


def live_through(chance: Chance, people: Sequence[Somebody]) -> None:
    """Let the thirty-four jobs happen, all in the order of time. The people are there, without profiles."""
    steps = [*_profiles(people), *_jobs(chance, people)]
    for days, happen in sorted(steps, key=lambda step: -step[0]):
        with days_ago(days):
            happen()


def _profiles(people: Sequence[Somebody]) -> Iterator[Step]:
    for somebody in people:
        if somebody.role == "contractor":
            yield somebody.days, lambda somebody=somebody: _fill_profile(somebody)  # type: ignore[misc]
            yield somebody.days - 0.5, lambda somebody=somebody: _show_work(somebody)  # type: ignore[misc]


def _fill_profile(somebody: Somebody) -> None:
    by, person = actor_for(somebody), Person.objects.get(pk=somebody.id)
    open_profile(person=person, business_name=somebody.business, by=by)
    changes = {
        "bio": somebody.bio,
        "skills": list(somebody.skills),
        "location": {"lat": somebody.place.lat, "lng": somebody.place.lng},
        "service_radius_km": somebody.radius_km,
        "max_concurrent_jobs": somebody.at_once,
    }
    edit_profile(changes=changes, by=by)
    Contractor.objects.filter(pk=somebody.id).update(verified=somebody.verified)


def _show_work(somebody: Somebody) -> None:
    """Two pieces of work in their trade, from before they joined."""
    by = actor_for(somebody)
    for number, (title, trouble, _, _) in enumerate(words.JOBS[somebody.trade][:2]):
        drawing = draw_job(somebody.trade, somebody.id.int % 1_000_000 + number)
        image = upload_image(file=BytesIO(drawing), filename=f"{somebody.trade}-{number + 1}.jpg", by=by)
        add_to_portfolio(
            title=title.format(room=words.ROOMS[number]),
            description=f"What we were called for in {somebody.place.city}: “{trouble}”",
            images=[str(image.pk)],
            completed_on=(timezone.now() - timedelta(days=30 * (number + 1))).date(),
            by=by,
        )


def _jobs(chance: Chance, people: Sequence[Somebody]) -> Iterator[Step]:
    owners = [somebody for somebody in people if somebody.role == "homeowner"]
    tellings = [(tell, within) for tell, times, within in _STORIES for _ in range(times)]
    for number, (tell, within) in enumerate(tellings):
        owner = owners[number % len(owners)]
        near = [one for one in people if one.role == "contractor" and one.place.city == owner.place.city]
        others = [one for one in people if one.role == "contractor" and one not in near]
        bidders = [*near, *chance.sample(others, 2)]
        yield from tell(Story(chance, number, owner, bidders, within * chance.uniform(0.3, 1)))
