"""Saved searches: kept by their owner, and found by the jobs that answer to them."""

import json
import random
import statistics
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from accounts.models import Person
from core.ids import uuid7
from jobs.models import Category, Job, SavedSearch
from jobs.services import save_search
from jobs.services.saved_searches import MOST, put_bounds
from tests import cast
from tests.cast import Rest, Who, refused

pytestmark = pytest.mark.django_db

TAPS: dict[str, Any] = {
    "name": "Taps nearby", "q": "tap", "categories": ["plumbing"], "lat": 51.5, "lng": -0.14, "radius": 10,
    "minBudget": 100, "maxBudget": 200,
}  # fmt: skip
TOWNS = ((51.5, -0.12, 26), (52.49, -1.89, 12), (53.48, -2.24, 11), (53.8, -1.55, 8), (55.86, -4.25, 8), (51.45, -2.59, 8),
         (53.38, -1.47, 6), (55.95, -3.19, 6), (51.48, -3.18, 5), (54.98, -1.61, 5), (52.63, 1.3, 3), (50.82, -0.14, 2))  # fmt: skip
WORDS = ("boiler", "tap", "kitchen -sink", '"garden fence"', "paint or wallpaper", "oven", "the", "bathroom")


class TestKeeping:
    """One's own, twenty at most."""

    def test_it_is_kept_as_it_was_sent(self, rest: Rest, carl: Who) -> None:
        answer = rest.post("saved-searches", TAPS, by=carl)
        assert answer.status_code == 201, answer.content
        data = answer.json()["data"]
        assert {name: data[name] for name in TAPS} == TAPS
        assert answer["Location"] == f"/api/v2/saved-searches/{data['id']}"
        assert rest.get("saved-searches", by=carl).json()["data"] == [data]
        assert rest.get(f"saved-searches/{data['id']}", by=carl).json()["data"] == data

    def test_a_name_is_enough(self, rest: Rest, ann: Who) -> None:
        data = rest.post("saved-searches", {"name": "Everything"}, by=ann).json()["data"]
        assert (data["q"], data["categories"], data["lat"], data["minBudget"]) == (None, [], None, None)

    def test_it_is_changed(self, rest: Rest, carl: Who) -> None:
        path = f"saved-searches/{save_search(name='Mine', by=carl.actor).pk}"
        assert rest.patch(path, TAPS, by=carl).status_code == 200
        data = rest.patch(path, {"lat": None, "lng": None, "radius": None, "q": None}, by=carl).json()["data"]
        assert (data["lat"], data["q"], data["minBudget"]) == (None, None, 100)
        with cast.nothing_changes():
            refused(rest.patch(path, {"lat": 1}, by=carl), 400, "validation_failed")

    def test_it_is_deleted(self, rest: Rest, carl: Who) -> None:
        path = f"saved-searches/{save_search(name='Mine', by=carl.actor).pk}"
        assert rest.delete(path, by=carl).status_code == 204
        refused(rest.get(path, by=carl), 404, "not_found")

    def test_it_is_nobody_elses(self, rest: Rest, carl: Who, dora: Who, sam: Who) -> None:
        path = f"saved-searches/{save_search(name='Mine', by=carl.actor).pk}"
        with cast.nothing_changes():
            for who in (dora, sam):
                refused(rest.get(path, by=who), 404, "not_found")
                refused(rest.patch(path, {"name": "Theirs"}, by=who), 404, "not_found")
                refused(rest.delete(path, by=who), 404, "not_found")
                assert rest.get("saved-searches", by=who).json()["data"] == []
            refused(rest.get("saved-searches"), 401, "not_authenticated")
            refused(rest.post("saved-searches", TAPS), 401, "not_authenticated")

    def test_a_key_reads_with_one_scope_and_writes_with_another(self, rest: Rest, carl: Who) -> None:
        reader, writer = carl.with_key("jobs:read"), carl.with_key("profile:write")
        assert rest.post("saved-searches", TAPS, by=writer).status_code == 201
        assert rest.get("saved-searches", by=reader).json()["meta"]["total"] == 1
        refused(rest.post("saved-searches", TAPS, by=reader), 403, "insufficient_scope")
        refused(rest.get("saved-searches", by=writer), 403, "insufficient_scope")

    def test_of_one_person_there_are_twenty(self, rest: Rest, carl: Who, dora: Who) -> None:
        for number in range(MOST):
            save_search(name=f"Search {number}", by=carl.actor)
        with cast.nothing_changes():
            refused(rest.post("saved-searches", TAPS, by=carl), 409, "too_many_saved_searches")
        assert rest.post("saved-searches", TAPS, by=dora).status_code == 201

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"name": ""}, "name"), ({"name": "x" * 101}, "name"), ({"q": "x" * 201}, "q"), ({"radius": None}, "radius"),
            ({"lat": 91}, "lat"), ({"radius": 501}, "radius"), ({"radius": 0}, "radius"), ({"minBudget": 300}, "maxBudget"),
            ({"categories": ["roofing"]}, "categories"), ({"minBudget": -1}, "minBudget"), ({"maxBudget": 1.234}, "maxBudget"),
        ],
    )  # fmt: skip
    def test_what_makes_no_sense(self, rest: Rest, carl: Who, changes: dict[str, Any], field: str) -> None:
        with cast.nothing_changes():
            answer = rest.post("saved-searches", {**TAPS, **changes}, by=carl)
            refused(answer, 400, "validation_failed")
        assert field in answer.json()["details"]


def found_by(job: Job) -> set[str]:
    return set(SavedSearch.objects.matching(job).values_list("name", flat=True))


def fresh(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


class TestMatching:
    """A job finds the searches whose list would show it."""

    @pytest.mark.parametrize(
        ("changes", "found"),
        [
            ({}, True), ({"q": "boiler"}, False), ({"q": "taps -kitchen"}, False), ({"q": None}, True),
            ({"categories": ["hvac", "plumbing"]}, True), ({"categories": ["hvac"]}, False), ({"categories": []}, True),
            ({"lat": 51.51, "radius": 0.5}, False), ({"lat": 52.5}, False), ({"lng": 179.99}, False), ({"lat": 89.9, "radius": 500}, False),
            ({"min_budget": 120, "max_budget": 120}, True), ({"min_budget": 121}, False), ({"max_budget": 119.99}, False),
            ({"min_budget": None, "max_budget": None}, True), ({"lat": None, "lng": None, "radius": None}, True),
        ],
    )  # fmt: skip
    def test_by_each_of_its_criteria(self, ann: Who, carl: Who, changes: dict[str, Any], found: bool) -> None:
        criteria = {
            "q": "dripping taps", "categories": ["plumbing"], "lat": 51.5, "lng": -0.14, "radius": 10.0,
            "min_budget": Decimal(100), "max_budget": Decimal(200), **changes,
        }  # fmt: skip
        save_search(name="Mine", **criteria, by=carl.actor)
        assert found_by(fresh(cast.job_of(ann))) == ({"Mine"} if found else set())

    def test_across_the_antimeridian(self, ann: Who, carl: Who) -> None:
        for name, lng, radius in (("east", 179.9, 100.0), ("west", -179.9, 100.0), ("small", 179.9, 5.0)):
            save_search(name=name, lat=-17.0, lng=lng, radius=radius, by=carl.actor)
        job = cast.job_of(ann, location={"lat": -17.0, "lng": -179.8})
        assert found_by(fresh(job)) == {"east", "west"}

    def test_over_a_pole(self, ann: Who, carl: Who) -> None:
        save_search(name="Pole", lat=89.5, lng=0.0, radius=200.0, by=carl.actor)
        assert found_by(fresh(cast.job_of(ann, location={"lat": 89.5, "lng": 180.0}))) == {"Pole"}

    def test_by_the_rounded_point_alone(self, ann: Who, carl: Who) -> None:
        """Else a circle that is made smaller and smaller would find the house."""
        save_search(name="House", lat=51.501364, lng=-0.14189, radius=0.1, by=carl.actor)
        save_search(name="Square", lat=51.5, lng=-0.14, radius=0.1, by=carl.actor)
        assert found_by(fresh(cast.job_of(ann))) == {"Square"}

    def test_ones_own_job_is_no_news(self, ann: Who, bob: Who) -> None:
        save_search(name="Ann's", by=ann.actor)
        save_search(name="Bob's", by=bob.actor)
        assert found_by(fresh(cast.job_of(ann))) == {"Bob's"}


class TestAgainstTheLists:
    """What a search finds is what the list of jobs shows with the same parameters."""

    @pytest.mark.parametrize("seed", range(3))
    def test_each_list_holds_the_jobs_that_find_its_search(
        self, rest: Rest, ann: Who, seed: int, settings: Any
    ) -> None:
        settings.RATE_LIMITS_ON = False
        chance = random.Random(seed)
        searches = {search.name: search for search in invent_searches(chance, 120, [cast.contractor().id])}
        SavedSearch.objects.bulk_create(searches.values())
        jobs = [invent_job(chance, ann) for _ in range(40)]
        found = {name: set() for name in searches}
        for job in jobs:
            for name in found_by(job):
                found[name].add(str(job.pk))
        shown = {name: listed(rest, search) for name, search in searches.items()}
        assert found == shown
        assert sum(map(len, shown.values())) > 20, "some do find something"

    def test_ten_thousand_in_one_indexed_query(self, ann: Who) -> None:
        chance = random.Random(1)
        people = make_people(1000)
        SavedSearch.objects.bulk_create(invent_searches(chance, 10_000, people), batch_size=2000)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE jobs_savedsearch")
        plans = [plan_of(invent_job(chance, ann)) for _ in range(20)]
        for plan in plans:
            assert "Seq Scan on jobs_savedsearch" not in plan
            assert "search_finds" in plan or "search_looks_in" in plan
        took = [float(plan.rpartition("Execution Time: ")[2].split()[0]) for plan in plans]
        assert statistics.median(took) < 20, took


def plan_of(job: Job) -> str:
    plan = SavedSearch.objects.matching(job).values_list("person", "name").explain(analyze=True)
    return str(plan)


def make_people(count: int) -> list[Any]:
    people = [Person(email=f"p{n}@example.org", name="P", role="contractor", password="!") for n in range(count)]
    return [person.pk for person in Person.objects.bulk_create(people)]


def invent_searches(chance: random.Random, count: int, people: list[Any]) -> list[SavedSearch]:
    """What contractors would look for: their trade or two, around their town, most with a budget, some with words."""
    return [invent_search(chance, number, people) for number in range(count)]


def invent_search(chance: random.Random, number: int, people: list[Any]) -> SavedSearch:
    search = SavedSearch(id=uuid7(), person_id=chance.choice(people), name=f"Search {number}")
    search.categories = chance.sample(Category.values, chance.choices((0, 1, 2, 3), (1, 6, 2, 1))[0])
    if chance.random() < 0.9:
        search.lat, search.lng = somewhere(chance)
        search.radius = chance.choice((2.0, 5.0, 10.0, 15.0, 25.0, 40.0))
    if chance.random() < 0.5:
        search.min_budget = Decimal(chance.choice((50, 100, 250, 500, 1000)))
    if chance.random() < 0.2:
        search.max_budget = (search.min_budget or 0) + Decimal(chance.choice((0, 200, 1000, 5000)))
    if chance.random() < 0.25:
        search.q = chance.choice(WORDS)
    put_bounds(search)
    return search


def somewhere(chance: random.Random) -> tuple[float, float]:
    lat, lng, _ = chance.choices(TOWNS, [town[2] for town in TOWNS])[0]
    return round(chance.gauss(lat, 0.07), 6), round(chance.gauss(lng, 0.1), 6)


def invent_job(chance: random.Random, owner: Who) -> Job:
    lat, lng = somewhere(chance)
    job = cast.job_of(
        owner,
        title=f"A {chance.choice(('boiler', 'tap', 'garden fence', 'kitchen oven', 'sink in the bathroom'))}",
        description=" ".join(chance.choices(("paint", "tap", "kitchen", "wallpaper", "sink", "garden", "the"), k=6)),
        category=chance.choice(Category.values),
        budget=Decimal(chance.choice((50, 100, 180, 250, 700, 1000, 3000))),
        location={"lat": lat, "lng": lng},
    )
    return fresh(job)


def listed(rest: Rest, search: SavedSearch) -> set[str]:
    """The jobs of the list that the search was saved from."""
    given = {
        "q": search.q, "category": ",".join(search.categories), "lat": search.lat, "lng": search.lng, "radius": search.radius,
        "minBudget": search.min_budget, "maxBudget": search.max_budget, "limit": 100,
    }  # fmt: skip
    query = "&".join(f"{name}={json.dumps(value) if isinstance(value, float) else value}" for name, value in given.items()
                     if value not in (None, ""))  # fmt: skip
    answer = rest.get(f"jobs?{query.replace(' ', '+')}")
    assert answer.status_code == 200, answer.content
    return {job["id"] for job in answer.json()["data"]}
