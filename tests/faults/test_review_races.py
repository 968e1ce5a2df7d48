"""Reviews and saved searches over two real web processes: once is once, every review counts, twenty are twenty."""

import random
import tempfile
import uuid
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from mintenance.launcher.places import PASSABLE
from tests.faults.people import Ask, Person, all_at_once, make_people
from tests.harness.site import Site, site


@pytest.fixture(scope="module")
def two() -> Iterator[Site]:
    """Two web processes."""
    with tempfile.TemporaryDirectory(prefix="mintenance-faults-") as folder:
        Path(folder).chmod(PASSABLE)
        with site(Path(folder), webs=2) as running:
            yield running


def codes(answers: list[httpx.Response]) -> Counter[Any]:
    return Counter(a.status_code if a.status_code < 400 else (a.status_code, a.json()["code"]) for a in answers)


def completed_jobs(two: Site, owner: Person, contractor: Person, count: int) -> list[uuid.UUID]:
    ids = [uuid.uuid4() for _ in range(count)]
    two.sql(
        "INSERT INTO jobs_job (id, owner_id, contractor_id, title, description, category, budget, status, lat, lng, posted_at,"
        " completed_at, bidding_round, hidden) SELECT id, %s, %s, 'Mend a tap', 'x', 'plumbing', 99, 'completed', 1, 1, now(),"
        " now(), 0, false FROM unnest(%s::uuid[]) AS id",
        [owner.id, contractor.id, ids],
    )
    return ids


def ask(two: Site, number: int, path: str, by: Person, body: Any) -> Ask:
    return Ask(f"{two.urls[number % 2]}/api/v2/{path}", by.headers, body)


def test_of_fifty_reviews_of_a_job_one_is_written(two: Site) -> None:
    (ann,), (carl,) = make_people(two, "homeowner", 1), make_people(two, "contractor", 1)
    for job in completed_jobs(two, ann, carl, 10):
        path = f"jobs/{job}/review"
        asks = [ask(two, n, path, ann, {"rating": 1 + n % 5, "comment": "x"}) for n in range(50)]
        assert codes(all_at_once(asks)) == {201: 1, (409, "already_reviewed"): 49}
        assert two.sql("SELECT count(*) FROM jobs_review WHERE job_id = %s", [job]) == [(1,)]
    assert two.sql("SELECT count(*) FROM events_recordedevent WHERE type = 'review.created'") == [(10,)]
    assert two.failures() == []


def test_reviews_of_one_contractor_at_the_same_moment_all_count(two: Site) -> None:
    (carl,), owners = make_people(two, "contractor", 1), make_people(two, "homeowner", 40)
    jobs = [(owner, completed_jobs(two, owner, carl, 1)[0]) for owner in owners]
    ratings = [random.randint(1, 5) for _ in jobs]
    asks = [
        ask(two, n, f"jobs/{job}/review", owner, {"rating": ratings[n], "comment": "x"})
        for n, (owner, job) in enumerate(jobs)
    ]
    assert codes(all_at_once(asks)) == {201: 40}
    ((rating, count, mean),) = two.sql(
        "SELECT c.rating, c.review_count, (SELECT round(avg(rating), 2) FROM jobs_review WHERE contractor_id = c.person_id)"
        " FROM contractors_contractor c WHERE person_id = %s",
        [carl.id],
    )
    assert (rating, count) == (mean, 40)
    assert two.failures() == []


def test_of_fifty_replies_one_is_kept(two: Site) -> None:
    (ann,), (carl,) = make_people(two, "homeowner", 1), make_people(two, "contractor", 1)
    (job,) = completed_jobs(two, ann, carl, 1)
    (review,) = all_at_once([ask(two, 0, f"jobs/{job}/review", ann, {"rating": 1, "comment": "x"})])
    path = f"reviews/{review.json()['data']['id']}/reply"
    answers = all_at_once([ask(two, n, path, carl, {"reply": f"Reply {n}."}) for n in range(50)])
    assert codes(answers) == {200: 1, (409, "already_replied"): 49}
    won = next(answer for answer in answers if answer.status_code == 200).json()["data"]["reply"]
    assert two.sql("SELECT reply FROM jobs_review WHERE job_id = %s", [job]) == [(won,)]
    assert two.failures() == []


def test_of_fifty_saved_searches_twenty_are_kept(two: Site) -> None:
    (carl,) = make_people(two, "contractor", 1)
    answers = all_at_once([ask(two, n, "saved-searches", carl, {"name": f"Search {n}"}) for n in range(50)])
    assert codes(answers) == {201: 20, (409, "too_many_saved_searches"): 30}
    assert two.failures() == []
