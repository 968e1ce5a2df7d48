"""Lists of jobs: filters, circles, words, sorts, pages, cursors, and what strangers see of places."""

import math
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest
from django.utils import timezone

from jobs.models import Job
from tests import cast
from tests.cast import Rest, Who, refused

pytestmark = pytest.mark.django_db


def titles(rest: Rest, query: str, by: Who = cast.STRANGER) -> list[str]:
    answer = rest.get(f"jobs?{query}", by=by)
    assert answer.status_code == 200, answer.content
    return [job["title"] for job in answer.json()["data"]]


def at(lat: float, lng: float) -> dict[str, Any]:
    return {"lat": lat, "lng": lng, "address": None}


class TestFilters:
    """Each narrows; together they narrow together."""

    def test_by_state_category_budget_owner(self, rest: Rest, ann: Who, bob: Who) -> None:
        cast.job_of(ann, title="A cheap tap", budget=Decimal(60))
        cast.job_of(ann, title="A dear tap", budget=Decimal(900))
        cast.moved(cast.job_of(bob, title="Paint a wall", category="painting"), "cancelled", by=bob)
        assert set(titles(rest, "category=plumbing")) == {"A cheap tap", "A dear tap"}
        assert len(titles(rest, "category=plumbing,painting")) == 3
        assert titles(rest, "status=cancelled") == ["Paint a wall"]
        assert titles(rest, "minBudget=100&maxBudget=1000&status=posted") == ["A dear tap"]
        assert titles(rest, f"userId={bob.id}") == ["Paint a wall"]
        assert titles(rest, f"userId={bob.id}&status=posted") == []

    def test_by_age(self, rest: Rest, ann: Who) -> None:
        old = cast.job_of(ann, title="An old tap")
        Job.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=9))
        cast.job_of(ann, title="A new tap")
        day = quote((timezone.now() - timedelta(days=3)).isoformat())
        assert titles(rest, f"createdFrom={day}") == ["A new tap"]
        assert titles(rest, f"createdTo={day}") == ["An old tap"]

    def test_by_words(self, rest: Rest, ann: Who) -> None:
        cast.job_of(ann, title="Mend a tap", description="The boiler too.")
        cast.job_of(ann, title="Paint a wall", description="In blue.")
        assert titles(rest, "q=boilers") == ["Mend a tap"]
        assert titles(rest, "q=wall%20-blue") == []

    @pytest.mark.parametrize(
        "query",
        ["status=open", "status=", "status=posted,", "category=roofing", "minBudget=x", "minBudget=-1", "userId=7", "createdFrom=soon", "q=",
         "lat=1", "lat=1&lng=1", "radius=5", "lat=91&lng=0&radius=5", "lat=1&lng=1&radius=0", "lat=1&lng=1&radius=501", "lat=nan&lng=1&radius=5",
         "location=1", "location=1,2", "location=1,2&lat=1&radius=5", "sort=distance", "sort=title", "sort=", "page=0", "page=x", "page=1.0",
         "limit=0", "limit=101", "limit=-1", "page=1&page=2", "cursor=x", "cursor=ab%00", "colour=red", "status=posted&status=draft", "q=%00"],
    )  # fmt: skip
    def test_what_makes_no_sense_is_a_400_that_names_it(self, rest: Rest, query: str) -> None:
        answer = rest.get(f"jobs?{query}")
        assert answer.status_code == 400, answer.content
        assert answer.json()["code"] in ("invalid_parameter", "invalid_cursor")


class TestCircles:
    """On the rounded point, all around the globe."""

    @pytest.mark.parametrize(
        ("place", "centre", "radius", "inside"),
        [
            ((51.5014, -0.1419), (51.5, -0.14), 0.1, True), ((51.5014, -0.1419), (51.5014, -0.1419), 0.1, False),
            ((51.5, -0.1), (51.59, -0.1), 10, False), ((51.5, -0.1), (51.59, -0.1), 10.1, True),
            ((10, 179.95), (10, -179.95), 12, True), ((10, -179.95), (10, 179.95), 12, True), ((10, 179.95), (10, -179.95), 10, False),
            ((89.99, 10), (89.99, -170), 5, True), ((-89.99, 0), (-89.95, 180), 10, True), ((0, 0), (0, 0), 0.1, True),
        ],
    )  # fmt: skip
    def test_what_lies_in_it(self, rest: Rest, ann: Who, place: Any, centre: Any, radius: float, inside: bool) -> None:
        cast.job_of(ann, location=at(*place))
        query = f"lat={centre[0]}&lng={centre[1]}&radius={radius}"
        assert bool(titles(rest, query)) is inside
        assert bool(titles(rest, f"location={centre[0]},{centre[1]}&radius={radius}")) is inside

    def test_the_nearest_first_with_its_distance(self, rest: Rest, ann: Who) -> None:
        for lat in (51.6, 51.52, 51.55):
            cast.job_of(ann, title=f"Tap at {lat}", location=at(lat, 0))
        found = rest.get("jobs?lat=51.5&lng=0&radius=20&sort=distance").json()["data"]
        assert [job["title"] for job in found] == ["Tap at 51.52", "Tap at 51.55", "Tap at 51.6"]
        assert found[0]["distanceKm"] == pytest.approx(6371.0088 * math.radians(0.02), rel=1e-6)
        assert "distanceKm" not in rest.get("jobs").json()["data"][0]

    def test_a_home_cannot_be_triangulated(self, rest: Rest, ann: Who, dora: Who) -> None:
        """Whatever circles somebody draws, two homes with the same rounded point are told apart by none."""
        cast.job_of(ann, title="The one", location=at(51.50449, -0.14449))
        cast.job_of(ann, title="The other", location=at(51.49551, -0.13551))
        for step in range(40):
            angle, radius = step * 0.7, 0.1 + step * 0.08
            lat, lng = 51.5 + math.sin(angle) * radius / 111, -0.14 + math.cos(angle) * radius / 69
            for by in (cast.STRANGER, dora):
                assert len(titles(rest, f"lat={lat}&lng={lng}&radius={radius:.3f}", by)) in (0, 2)
        found = rest.get("jobs?lat=51.5&lng=-0.14&radius=5&sort=distance", by=dora).json()["data"]
        assert found[0]["distanceKm"] == found[1]["distanceKm"]
        assert found[0]["location"] == found[1]["location"] == {"lat": 51.5, "lng": -0.14}


class TestSorting:
    """Each way round, ties settled."""

    @pytest.mark.parametrize("sort", ["createdAt", "updatedAt", "budget", "scheduledDate"])
    def test_up_and_down_are_mirrors_but_for_what_has_no_date(self, rest: Rest, ann: Who, sort: str) -> None:
        soon = timezone.now() + timedelta(days=1)
        for number, budget in enumerate((300, 100, 200, 100)):
            date = soon + timedelta(days=number % 3) if number else None
            cast.job_of(ann, title=f"Tap {number} of four", budget=Decimal(budget), scheduled_date=date)
        up, down = titles(rest, f"sort={sort}"), titles(rest, f"sort=-{sort}")
        if sort == "scheduledDate":
            assert up[-1] == down[-1] == "Tap 0 of four"
            up, down = up[:-1], down[:-1]
        assert up == down[::-1]


class TestPages:
    """By number, with totals, links and headers; by cursor, without gaps."""

    @pytest.fixture(autouse=True)
    def _jobs(self, ann: Who) -> None:
        for number in range(25):
            cast.job_of(ann, title=f"Tap number {number:02}")

    def test_links_lead_through_all_and_keep_the_query(self, rest: Rest) -> None:
        seen, path = [], "/api/v2/jobs?limit=10&category=plumbing,hvac&sort=budget"
        while path:
            answer = rest.get(path)
            body = answer.json()
            seen += [job["id"] for job in body["data"]]
            assert body["meta"]["total"] == 25
            assert (answer["X-Total-Count"], answer["X-Page-Count"]) == ("25", "3")
            path = body["links"].get("next")
            assert path is None or 'rel="next"' in answer["Link"]
        assert len(seen) == len(set(seen)) == 25
        assert "prev" in body["links"]

    def test_a_page_past_the_end_is_empty(self, rest: Rest) -> None:
        body = rest.get("jobs?page=9&limit=10").json()
        assert (body["data"], body["meta"]) == ([], {"page": 9, "limit": 10, "total": 25, "totalPages": 3})
        assert rest.get("jobs?page=9999999").json()["data"] == []

    @pytest.mark.parametrize("sort", ["-createdAt", "budget", "-scheduledDate", "updatedAt"])
    def test_cursors_skip_nothing_and_repeat_nothing_while_rows_come(self, rest: Rest, ann: Who, sort: str) -> None:
        before = {job["id"] for job in rest.get("jobs?limit=100").json()["data"]}
        seen: list[str] = []
        cursor = ""
        while cursor is not None:
            body = rest.get(f"jobs?cursor={cursor}&limit=7&sort={sort}").json()
            assert set(body["meta"]) == {"limit", "nextCursor", "prevCursor"}
            seen += [job["id"] for job in body["data"]]
            cursor = body["meta"]["nextCursor"]
            cast.job_of(ann, title="Added meanwhile")
        assert len(seen) == len(set(seen))
        assert before <= set(seen)

    def test_and_back_again(self, rest: Rest) -> None:
        first = rest.get("jobs?cursor=&limit=10").json()
        second = rest.get(f"jobs?cursor={first['meta']['nextCursor']}&limit=10").json()
        back = rest.get(f"jobs?cursor={second['meta']['prevCursor']}&limit=10").json()
        assert back["data"] == first["data"]
        assert first["meta"]["prevCursor"] is None

    def test_a_cursor_of_another_sort_is_refused(self, rest: Rest) -> None:
        cursor = rest.get("jobs?cursor=&limit=5").json()["meta"]["nextCursor"]
        refused(rest.get(f"jobs?cursor={cursor}&limit=5&sort=budget"), 400, "invalid_cursor")

    def test_version_1_has_no_cursors(self) -> None:
        answer = Rest("v1").get("jobs?cursor=")
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "INVALID_PARAMETER")


class TestPlaces:
    """The exact place is for the owner, the assigned contractor and staff."""

    EXACT, ROUNDED = {"lat": 51.501364, "lng": -0.14189, "address": "1 The Mall"}, {"lat": 51.5, "lng": -0.14}

    def places(self, rest: Rest, job: Job, who: Who) -> Any:
        """As the detail, the list and the event log show it."""
        from events import publishing

        publishing.publish()
        seen = [rest.get(f"jobs/{job.pk}", by=who).json()["data"]["location"]]
        seen += [one["location"] for one in rest.get("jobs", by=who).json()["data"]]
        if who.id:
            events = rest.get("events?type=job.*", by=who).json()["data"]
            seen += [event["data"]["location"] for event in events if event["resource"]["id"] == str(job.pk)]
        return seen

    def test_who_sees_which(self, rest: Rest, ann: Who, bob: Who, carl: Who, dora: Who, sam: Who) -> None:
        job = cast.job_of(ann)
        bid = cast.bid_of(carl, job)
        cast.bid_of(dora, job)
        exact, rounded = [ann, sam], [cast.STRANGER, bob, carl, dora]
        for stage in ("posted", "assigned", "reopened"):
            for who in exact:
                assert all(place == self.EXACT for place in self.places(rest, job, who)), (stage, who)
            for who in rounded:
                assert all(place == self.ROUNDED for place in self.places(rest, job, who)), (stage, who)
            if stage == "posted":
                rest.post(f"jobs/{job.pk}/bids/{bid.pk}/accept", by=ann)
                exact, rounded = [ann, sam, carl], [cast.STRANGER, bob, dora]
            else:
                rest.post(f"jobs/{job.pk}/bids/{bid.pk}/withdraw", by=carl)
                exact, rounded = [ann, sam], [cast.STRANGER, bob, carl, dora]

    def test_nobody_else_finds_the_address_in_any_byte(self, rest: Rest, ann: Who, dora: Who) -> None:
        job = cast.job_of(ann)
        for by in (cast.STRANGER, dora):
            for path in ("jobs", f"jobs/{job.pk}", "jobs?q=mall", f"jobs/{job.pk}/bids", "events"):
                content = rest.get(path, by=by).content
                assert b"The Mall" not in content
                assert b"51.501" not in content
