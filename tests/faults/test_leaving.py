"""Leaving for good on real web processes: raced, killed half-way, and believed by nobody for long."""

import random
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from mintenance.launcher.places import PASSABLE
from tests.accounts.images.corpus import jpeg
from tests.faults.people import Ask, Person, all_at_once, make_bids, make_job, make_people
from tests.harness.site import Site, site

ROUNDS = 30
DIES_WITHIN = 5.0  # seconds, at every door


@pytest.fixture(scope="module")
def two() -> Iterator[Site]:
    """Two web processes."""
    with tempfile.TemporaryDirectory(prefix="mintenance-faults-") as folder:
        Path(folder).chmod(PASSABLE)
        with site(Path(folder), webs=2) as running:
            yield running


def leave(url: str, who: Person) -> httpx.Response:
    return httpx.request("DELETE", f"{url}/api/v2/users/me", headers=who.headers)


def raced(late: Ask, early: Ask, *, ahead: float) -> list[httpx.Response]:
    """Both at once, but for so many seconds that the second has a start of."""

    def send(ask: Ask, after: float) -> httpx.Response:
        time.sleep(after)
        return httpx.request(ask.method, ask.url, headers=ask.headers, json=ask.body, timeout=30)

    with ThreadPoolExecutor(2) as pool:
        return [sent.result() for sent in (pool.submit(send, late, ahead), pool.submit(send, early, 0))]


def dump(two: Site, who: Person) -> list[str]:
    """Every row that has to do with somebody."""
    tables = {
        "accounts_person": "id",
        "accounts_session": "person_id",
        "accounts_image": "owner_id",
        "jobs_job": "owner_id",
    }
    rows = []
    for table, column in tables.items():
        rows += two.sql(f"SELECT to_jsonb(t)::text FROM {table} t WHERE {column} = %s ORDER BY id", [who.id])
    rows += two.sql(
        "SELECT (to_jsonb(t) - 'position')::text FROM events_recordedevent t WHERE %s = ANY(audience) ORDER BY id",
        [who.id],
    )
    return [row for (row,) in rows]


@pytest.mark.parametrize("side", ["contractor", "owner"])
def test_leaving_against_the_acceptance_of_a_bid_leaves_one_truth(two: Site, side: str) -> None:
    won = 0
    for turn in range(ROUNDS):
        ann, carl = make_people(two, "homeowner", 1)[0], make_people(two, "contractor", 1)[0]
        job = make_job(two, ann)
        bid = make_bids(two, job, [carl])[0]
        leaving = carl if side == "contractor" else ann
        accepted, erased = raced(
            Ask(f"{two.urls[0]}/api/v2/jobs/{job}/bids/{bid}/accept", ann.headers),
            Ask(f"{two.urls[1]}/api/v2/users/me", leaving.headers, method="DELETE"),
            ahead=turn / 1000,
        )
        state = two.sql(
            "SELECT j.status, b.status FROM jobs_job j JOIN bids_bid b ON b.job_id = j.id WHERE j.id = %s", [job]
        )
        if accepted.status_code == 200:
            assert (erased.status_code, erased.json()["code"]) == (409, "work_in_progress")
            assert state == [("assigned", "accepted")]
            won += 1
        else:
            assert accepted.status_code == 409, accepted.text
            assert erased.status_code == 204, erased.text
            assert state == [("posted", "withdrawn") if side == "contractor" else ("cancelled", "rejected")]
    assert two.failures() == []
    assert 0 < won < ROUNDS


def test_two_who_leave_at_once_with_bids_on_each_others_jobs(two: Site) -> None:
    for _ in range(15):
        owners, bidders = make_people(two, "homeowner", 3), make_people(two, "contractor", 3)
        for owner in owners:
            make_bids(two, make_job(two, owner), bidders)
        everybody = [*owners, *bidders]
        random.shuffle(everybody)
        asks = [
            Ask(f"{two.urls[n % 2]}/api/v2/users/me", who.headers, method="DELETE") for n, who in enumerate(everybody)
        ]
        assert {answer.status_code for answer in all_at_once(asks)} == {204}
        live = "SELECT count(*) FROM bids_bid WHERE status = 'pending' AND contractor_id = ANY(%s)"
        assert two.sql(live, [[one.id for one in bidders]]) == [(0,)]
    assert two.failures() == []


def test_tokens_die_at_every_process(two: Site) -> None:
    ann = make_people(two, "homeowner", 1)[0]
    for url in two.urls:
        assert httpx.get(f"{url}/api/v2/users/me", headers=ann.headers).status_code == 200
    assert leave(two.urls[0], ann).status_code == 204
    began = time.monotonic()
    assert httpx.get(f"{two.urls[0]}/api/v2/users/me", headers=ann.headers).status_code == 401
    while httpx.get(f"{two.urls[1]}/api/v2/users/me", headers=ann.headers).status_code != 401:
        assert time.monotonic() - began < DIES_WITHIN
        time.sleep(0.1)
    assert httpx.post(f"{two.urls[1]}/api/v2/auth/refresh", json={"refreshToken": ann.pair.refresh}).status_code == 401


def test_killed_before_the_commit_nothing_has_changed(two: Site) -> None:
    ann = make_people(two, "homeowner", 1)[0]
    make_job(two, ann)
    before = dump(two, ann)
    url = two.start_web(FAILPOINT="accounts.erasing:kill9@1")
    with pytest.raises(httpx.TransportError):
        leave(url, ann)
    two.urls.remove(url)
    assert dump(two, ann) == before
    assert leave(two.urls[0], ann).status_code == 204


def test_killed_after_the_commit_it_is_done_but_for_files(two: Site) -> None:
    ann = make_people(two, "homeowner", 1)[0]
    headers = ann.headers
    made = httpx.post(f"{two.urls[0]}/api/v2/images", files={"file": ("me.jpg", jpeg())}, headers=headers)
    assert made.status_code == 201, made.text
    url = two.start_web(FAILPOINT="accounts.erased:kill9@1")
    with pytest.raises(httpx.TransportError):
        leave(url, ann)
    two.urls.remove(url)
    assert two.sql("SELECT name FROM accounts_person WHERE id = %s", [ann.id]) == [("deleted user",)]
    assert two.sql("SELECT count(*) FROM accounts_image WHERE owner_id = %s", [ann.id]) == [(0,)]
    left = list((two.log.parent / "var" / "media").rglob("*.webp"))
    assert len(left) == 2  # nobody can ask for them; accounts.tasks.forget_stray_files deletes them in time


def test_the_worker_looks_once_more(two: Site) -> None:
    ann = make_people(two, "homeowner", 1)[0]
    assert leave(two.urls[0], ann).status_code == 204
    two.sql(
        "UPDATE accounts_person SET name = 'Ann', erased_at = erased_at - interval '11 seconds' WHERE id = %s", [ann.id]
    )
    two.start_worker()
    deadline = time.monotonic() + 30
    while two.sql("SELECT name FROM accounts_person WHERE id = %s", [ann.id]) != [("deleted user",)]:
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_a_large_export_comes_whole(two: Site) -> None:
    ann = make_people(two, "homeowner", 1)[0]
    job = make_job(two, ann)
    two.sql(
        "INSERT INTO jobs_job (id, owner_id, title, description, category, budget, status, lat, lng, bidding_round, hidden)"
        " SELECT gen_random_uuid(), owner_id, title, repeat(description, 50), category, budget, 'draft', lat, lng, 0, false"
        " FROM jobs_job, generate_series(1, 10000) WHERE id = %s",
        [job],
    )
    began = time.monotonic()
    answer = httpx.get(f"{two.urls[0]}/api/v2/users/me/export", headers=ann.headers, timeout=60)
    assert answer.status_code == 200
    assert len(answer.json()["data"]["jobs"]) == 10_001
    assert time.monotonic() - began < 10
    assert two.failures() == []
