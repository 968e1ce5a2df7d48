"""Contractors: reading, narrowing, sorting, and one's own profile."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from contractors.models import Contractor
from jobs.models import Job
from tests import cast
from tests.cast import Rest, Who, refused

pytestmark = pytest.mark.django_db


def shape(who: Who, **fields: Any) -> None:
    Contractor.objects.filter(pk=who.id).update(**fields)


def names(rest: Rest, query: str = "") -> list[str]:
    answer = rest.get(f"contractors?{query}")
    assert answer.status_code == 200, answer.content
    return [one["businessName"] for one in answer.json()["data"]]


def test_everybody_reads_a_profile(rest: Rest, carl: Who) -> None:
    body = rest.get(f"contractors/{carl.id}").json()
    assert body["links"] == {"self": f"/api/v2/contractors/{carl.id}", "user": f"/api/v2/users/{carl.id}"}
    data = body["data"]
    assert (data["id"], data["rating"], data["reviewCount"], data["location"]) == (str(carl.id), 0, 0, None)
    assert data["availability"] == {"isAvailable": True, "nextAvailable": None}
    assert "email" not in str(data)


class TestNarrowing:
    """By what homeowners ask for."""

    @pytest.fixture(autouse=True)
    def _profiles(self, carl: Who, dora: Who) -> None:
        shape(
            carl,
            business_name="Carter Pipes",
            skills=["Boilers"],
            verified=True,
            rating=4.5,
            lat=51.5,
            lng=-0.1,
            completed_jobs=9,
        )
        shape(
            dora,
            business_name="Dyer Walls",
            bio="Paint and paper.",
            skills=["Walls"],
            rating=3,
            lat=53.4,
            lng=-2.2,
            completed_jobs=3,
        )

    @pytest.mark.parametrize(
        ("query", "found"),
        [("", ["Carter Pipes", "Dyer Walls"]), ("skill=Boilers", ["Carter Pipes"]), ("verified=true", ["Carter Pipes"]), ("verified=false", ["Dyer Walls"]),
         ("minRating=4", ["Carter Pipes"]), ("lat=53.4&lng=-2.2&radius=10", ["Dyer Walls"]), ("q=painting", ["Dyer Walls"]), ("q=pipes", ["Carter Pipes"]),
         ("sort=rating", ["Dyer Walls", "Carter Pipes"]), ("sort=-completedJobs", ["Carter Pipes", "Dyer Walls"]), ("sort=completedJobs", ["Dyer Walls", "Carter Pipes"]),
         ("lat=53&lng=-2&radius=400&sort=distance", ["Dyer Walls", "Carter Pipes"]), ("available=true", ["Carter Pipes", "Dyer Walls"]), ("available=false", [])],
    )  # fmt: skip
    def test_by(self, rest: Rest, query: str, found: list[str]) -> None:
        assert names(rest, query) == found

    @pytest.mark.parametrize(
        "query",
        ["verified=yes", "minRating=6", "available=1", "sort=distance", "sort=name", "lat=1", "skill=", "q=", "role=x"],
    )
    def test_what_makes_no_sense(self, rest: Rest, query: str) -> None:
        refused(rest.get(f"contractors?{query}"), 400, "invalid_parameter")

    def test_the_place_is_rounded_for_others(self, rest: Rest, carl: Who, dora: Who, sam: Who) -> None:
        shape(carl, lat=51.501364, lng=-0.14189)
        for by, place in (
            (cast.STRANGER, (51.5, -0.14)),
            (dora, (51.5, -0.14)),
            (carl, (51.501364, -0.14189)),
            (sam, (51.501364, -0.14189)),
        ):
            seen = rest.get(f"contractors/{carl.id}", by=by).json()["data"]["location"]
            assert (seen["lat"], seen["lng"]) == place


class TestAvailability:
    """Fewer jobs assigned and running than one takes on at a time; else when the first is due to end."""

    def test_it_follows_the_jobs(self, rest: Rest, ann: Who, carl: Who) -> None:
        shape(carl, max_concurrent_jobs=1)
        job = cast.job_of(ann)
        bid = cast.bid_of(carl, job, estimated_days=3)
        rest.post(f"jobs/{job.pk}/bids/{bid.pk}/accept", by=ann)
        seen = rest.get(f"contractors/{carl.id}").json()["data"]["availability"]
        assert seen == {"isAvailable": False, "nextAvailable": None}, "neither a date nor a start is known"
        assert (names(rest, "available=false"), names(rest, "available=true")) == (["Carl Carter Ltd"], [])
        start = timezone.now().replace(microsecond=0) + timedelta(days=2)
        Job.objects.filter(pk=job.pk).update(scheduled_date=start)
        seen = rest.get(f"contractors/{carl.id}").json()["data"]["availability"]
        assert seen["nextAvailable"] == (start + timedelta(days=3)).isoformat()
        cast.moved(job, "in_progress", "completed", by=ann)
        assert rest.get(f"contractors/{carl.id}").json()["data"]["availability"]["isAvailable"] is True


class TestOwnProfile:
    """contractors/me."""

    def test_a_contractor_changes_it(self, rest: Rest, carl: Who) -> None:
        change = {
            "businessName": "Carter & Co",
            "skills": ["Boilers", "Taps", "Boilers"],
            "location": {"lat": 51.501364, "lng": -0.14189},
        }
        data = rest.patch("contractors/me", change, by=carl).json()["data"]
        assert (data["businessName"], data["skills"], data["location"]["lat"]) == (
            "Carter & Co",
            ["Boilers", "Taps"],
            51.501364,
        )
        assert cast.events_since() == ["contractor.updated"]
        assert rest.get("contractors/me", by=carl).json()["data"] == data

    def test_nothing_new_records_nothing(self, rest: Rest, carl: Who) -> None:
        seen = rest.get("contractors/me", by=carl).json()["data"]
        with cast.nothing_changes():
            assert rest.patch("contractors/me", seen, by=carl).status_code == 200

    @pytest.mark.parametrize(
        ("field", "value"),
        [("businessName", "x"), ("businessName", None), ("bio", "x" * 2001), ("skills", ["x"] * 21), ("skills", ["x" * 51]), ("skills", "x"),
         ("location", {"lat": 1}), ("serviceRadiusKm", 0), ("maxConcurrentJobs", 0), ("maxConcurrentJobs", 101)],
    )  # fmt: skip
    def test_what_makes_no_sense(self, rest: Rest, carl: Who, field: str, value: Any) -> None:
        with cast.nothing_changes():
            refused(rest.patch("contractors/me", {field: value}, by=carl), 400, "validation_failed")

    @pytest.mark.parametrize(
        "field", ["verified", "rating", "reviewCount", "completedJobs", "id", "user", "availability", "createdAt"]
    )
    def test_what_is_not_theirs_to_say(self, rest: Rest, carl: Who, field: str) -> None:
        with cast.nothing_changes():
            refused(rest.patch("contractors/me", {field: "5"}, by=carl), 400, "read_only_field")

    def test_others_have_none(self, rest: Rest, ann: Who, carl: Who) -> None:
        refused(rest.get("contractors/me"), 401, "not_authenticated")
        refused(rest.get("contractors/me", by=ann), 404, "not_found")
        refused(rest.patch("contractors/me", {"bio": "x"}, by=carl.with_key("bids:write")), 403, "insufficient_scope")


def test_the_suspended_are_for_staff_alone(rest: Rest, carl: Who, sam: Who) -> None:
    from accounts.services.people import suspend_person

    suspend_person(person_id=carl.id, reason="spam", by=sam.actor)
    refused(rest.get(f"contractors/{carl.id}"), 404, "not_found")
    assert names(rest) == []
    assert rest.get(f"contractors/{carl.id}", by=sam).status_code == 200
