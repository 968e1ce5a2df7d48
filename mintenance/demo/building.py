"""A whole data set: people, then the small or the large marketplace around them."""

from collections.abc import Sequence
from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from accounts.models import Person
from core.ids import ids_from
from mintenance.demo import large, small
from mintenance.demo.chance import Chance
from mintenance.demo.people import PASSWORD, Somebody, invent_people
from mintenance.demo.town import Town

SIZES = ("small", "large")


def invent(chance: Chance, size: str, seed: int) -> list[Somebody]:
    """The people of this data set, the same again for the same seed. The first one is staff."""
    domain = "demo.example" if (size, seed) == ("small", 1) else f"{size}-{seed}.demo.example"
    if size == "small":
        return list(invent_people(chance, domain, small.HOMEOWNERS, small.CONTRACTORS, small.CITIES))
    return list(invent_people(chance, domain, large.HOMEOWNERS, large.CONTRACTORS))


def is_here(people: Sequence[Somebody]) -> bool:
    """Whether this data set has been written before."""
    return Person.objects.filter(pk=people[0].id).exists()


def build(chance: Chance, size: str, people: Sequence[Somebody]) -> None:
    """Write the data set, all of it or nothing."""
    with transaction.atomic(), ids_from(chance.new_id):
        _settle(people)
        if size == "small":
            small.live_through(chance, people)
        else:
            now = timezone.now()
            town = Town(chance, people, now, large.JOBS, large.BIDS)
            large.write_town(town, lambda somebody: now - timedelta(days=somebody.days))
    if size == "large":
        large.refresh_statistics()


def _settle(people: Sequence[Somebody]) -> None:
    """Everybody's account. One hash serves all: it is the same password, and hashing is made to be slow."""
    now, password = timezone.now(), make_password(PASSWORD)
    rows = (
        Person(
            id=one.id,
            email=one.email,
            name=one.name,
            role=one.role,
            password=password,
            is_superuser=one.role == "staff",
            email_verified_at=now - timedelta(days=one.days),
            created_at=now - timedelta(days=one.days),
        )
        for one in people
    )
    Person.objects.bulk_create(rows, batch_size=2000)
