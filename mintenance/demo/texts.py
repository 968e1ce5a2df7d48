"""What demo jobs and bids say."""

from dataclasses import dataclass
from decimal import Decimal

from mintenance.demo import words
from mintenance.demo.chance import Chance


@dataclass(frozen=True)
class JobText:
    """What an owner writes about a job."""

    category: str
    title: str
    description: str
    budget: Decimal


@dataclass(frozen=True)
class BidText:
    """What a contractor offers."""

    amount: Decimal
    message: str
    estimated_days: int


@dataclass(frozen=True)
class ReviewText:
    """What an owner says about the work."""

    rating: int
    comment: str


def invent_job(chance: Chance, category: str) -> JobText:
    """A job of this category, in some room of some house."""
    title, trouble, low, high = chance.choice(words.JOBS[category])
    room, house = chance.choice(words.ROOMS), chance.choice(_homes(category))
    names = {"room": room, "house": house, "House": house[0].upper() + house[1:]}
    said = f"{trouble} {chance.choice(words.DETAILS)} {chance.choice(words.WISHES)}"
    return JobText(category, title.format(**names), said.format(**names), chance.pounds(low, high, 10))


def _homes(category: str) -> tuple[str, ...]:
    """Flats have no garden, gutters or oil boiler to speak of."""
    return words.HOUSES if category in ("landscaping", "cleaning", "hvac") else words.HOUSES + words.FLATS


def invent_bid(chance: Chance, budget: Decimal) -> BidText:
    """An offer around this budget."""
    days = max(1, min(60, round(float(budget) / 350 * chance.uniform(0.6, 1.6))))
    span = "a day" if days == 1 else f"{days} days"
    said = chance.choice(words.BIDS).format(when=chance.choice(words.WHENS), days=span)
    return BidText(chance.pounds(float(budget) * 0.75, float(budget) * 1.25), said, days)


def invent_review(chance: Chance) -> ReviewText:
    """A judgement; most people are content."""
    rating = chance.one_of((5, 4, 3, 2, 1), (58, 25, 9, 5, 3))
    return ReviewText(rating, chance.choice(words.REVIEWS[rating]))


def invent_reply(chance: Chance, rating: int) -> str | None:
    """What the contractor answers, if anything: bad reviews are answered more often."""
    if chance.random() > (0.3 if rating > 3 else 0.7):
        return None
    return chance.choice(words.THANKS if rating > 3 else words.EXCUSES)
