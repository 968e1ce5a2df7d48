"""The reviews of the demo data: ratings, times and people fit together, in both sizes."""

from datetime import timedelta

import pytest
from django.db.models import Avg, F, Q
from django.utils import timezone

from contractors.models import Contractor
from core.ids import ids_from
from events.models import RecordedEvent
from jobs.models import Review
from mintenance.demo import large, small
from mintenance.demo.building import _settle
from mintenance.demo.chance import Chance
from mintenance.demo.people import invent_people
from mintenance.demo.town import Town

pytestmark = pytest.mark.django_db


def check_that_they_fit(least: int) -> None:
    assert Review.objects.count() >= least
    window = timedelta(days=14)
    odd = Review.objects.filter(
        Q(created_at__lt=F("job__completed_at"))
        | Q(created_at__gt=F("job__completed_at") + window)
        | Q(replied_at__lt=F("created_at"))
        | Q(replied_at__gt=timezone.now())
        | ~Q(job__status="completed")
        | ~Q(author=F("job__owner"))
        | ~Q(contractor=F("job__contractor"))
    )
    assert not odd.exists()
    for profile in Contractor.objects.all():
        reviews = Review.objects.filter(contractor=profile)
        mean = reviews.aggregate(mean=Avg("rating"))["mean"] or 0
        assert (float(profile.rating), profile.review_count) == (pytest.approx(mean, abs=0.0051), reviews.count())
    assert Review.objects.filter(reply__isnull=False).exists()


def test_the_small_one_is_lived_through() -> None:
    chance = Chance("small", 1)
    people = list(invent_people(chance, "demo.example", small.HOMEOWNERS, small.CONTRACTORS, small.CITIES))
    with ids_from(chance.new_id):
        _settle(people)
        small.live_through(chance, people)
    check_that_they_fit(7)
    for event in RecordedEvent.objects.filter(type="review.created"):
        review = Review.objects.get(pk=event.resource_id)
        assert abs(event.created_at - review.created_at) < timedelta(minutes=1)


def test_the_large_one_is_copied() -> None:
    chance, now = Chance("large", 1), timezone.now()
    people = list(invent_people(chance, "demo.example", 20, 60))
    with ids_from(chance.new_id):
        _settle(people)
        large.write_town(Town(chance, people, now, 300, 600), lambda one: now - timedelta(days=one.days))
    check_that_they_fit(50)
