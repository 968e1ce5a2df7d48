"""Who lives in the demo: homeowners, contractors and staff, before anything is written to the database."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import cycle
from uuid import UUID

from mintenance.demo import words
from mintenance.demo.chance import Chance

PASSWORD = "demo-house-42"  # noqa: S105 - it is printed for everybody to use
_MICRO = Decimal("0.000001")


@dataclass(frozen=True)
class Place:
    """A house in a city: exact coordinates, and an invented address."""

    city: str
    lat: Decimal
    lng: Decimal
    address: str


@dataclass(frozen=True)
class Somebody:
    """A person of the demo, who joined `days` ago. `trade` and what follows are a contractor's."""

    id: UUID
    name: str
    email: str
    role: str
    place: Place
    days: float
    trade: str = ""
    business: str = ""
    bio: str = ""
    skills: tuple[str, ...] = ()
    radius_km: int = 0
    at_once: int = 3
    verified: bool = False


def invent_people(
    chance: Chance, domain: str, homeowners: int, contractors: int, cities: Sequence[str] = ()
) -> Iterator[Somebody]:
    """One of staff, then so many homeowners and contractors; the trades take turns, and so do `cities`."""
    towns = cycle(cities or [None])
    taken: set[str] = set()
    yield Somebody(chance.new_id(), "Robin Keeper", f"staff@{domain}", "staff", invent_place(chance), 800)
    for _ in range(homeowners):
        name, email = _name(chance, domain, taken)
        yield Somebody(
            chance.new_id(),
            name,
            email,
            "homeowner",
            invent_place(chance, next(towns)),
            chance.uniform(60, 780),
        )
    for number in range(contractors):
        trade = tuple(words.JOBS)[number % len(words.JOBS)]
        yield _contractor(chance, domain, taken, trade, invent_place(chance, next(towns)))


def _contractor(chance: Chance, domain: str, taken: set[str], trade: str, place: Place) -> Somebody:
    name, email = _name(chance, domain, taken)
    other = chance.choice(tuple(words.SKILLS))
    years = chance.randint(3, 32)
    return Somebody(
        id=chance.new_id(),
        name=name,
        email=email,
        role="contractor",
        place=place,
        days=chance.uniform(90, 790),
        trade=trade,
        business=f"{name.rpartition(' ')[2]} {chance.choice(words.BUSINESS_ENDINGS[trade])}",
        bio=chance.choice(words.BIOS).format(years=years, city=place.city),
        skills=tuple(dict.fromkeys((*chance.sample(words.SKILLS[trade], 3), words.SKILLS[other][0]))),
        radius_km=chance.choice((10, 15, 20, 25, 30, 50)),
        at_once=chance.choice((2, 3, 3, 4, 6)),
        verified=chance.random() < 0.6,
    )


def _name(chance: Chance, domain: str, taken: set[str]) -> tuple[str, str]:
    first, last = chance.choice(words.FIRST_NAMES), chance.choice(words.LAST_NAMES)
    local = f"{first}.{last}".lower().replace("'", "")
    number = 1
    while (email := f"{local}{number if number > 1 else ''}@{domain}") in taken:
        number += 1
    taken.add(email)
    return f"{first} {last}", email


def invent_place(chance: Chance, city: str | None = None) -> Place:
    """A house somewhere in a city, or in this one; more in large ones."""
    found = next((row for row in words.CITIES if row[0] == city), None)
    name, area, lat, lng, spread, _ = found or chance.one_of(words.CITIES, [row[5] for row in words.CITIES])
    street = f"{chance.choice(words.STREETS)} {chance.choice(words.STREET_KINDS)}"
    letters = "".join(chance.choice("ABDEFGHJLNPQRSTUWXYZ") for _ in range(2))
    code = f"{area}{chance.randint(1, 20)} {chance.randint(1, 9)}{letters}"
    return Place(
        city=name,
        lat=Decimal(lat + chance.gauss(0, spread / 2.2)).quantize(_MICRO),
        lng=Decimal(lng + chance.gauss(0, spread / 1.4)).quantize(_MICRO),
        address=f"{chance.randint(1, 180)} {street}, {name} {code}",
    )
