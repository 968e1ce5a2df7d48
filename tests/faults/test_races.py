"""Races over two real web processes: what may happen once happens once, and nobody gets a 5xx."""

import random
import tempfile
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from mintenance.launcher.places import PASSABLE
from tests.faults.people import Ask, Person, all_at_once, make_bids, make_job, make_people
from tests.harness.site import Site, site

ROUNDS = 50


@pytest.fixture(scope="module")
def two() -> Iterator[Site]:
    """Two web processes and a worker."""
    with tempfile.TemporaryDirectory(prefix="mintenance-faults-") as folder:
        Path(folder).chmod(PASSABLE)
        with site(Path(folder), webs=2, worker=True) as running:
            yield running


@pytest.fixture(scope="module")
def ann(two: Site) -> Person:
    return make_people(two, "homeowner", 1)[0]


@pytest.fixture(scope="module")
def bidders(two: Site) -> list[Person]:
    return make_people(two, "contractor", 100)


def codes(answers: list[httpx.Response]) -> Counter[Any]:
    return Counter(a.status_code if a.status_code < 400 else (a.status_code, a.json()["code"]) for a in answers)


def test_of_a_hundred_accepts_of_different_bids_one_wins(two: Site, ann: Person, bidders: list[Person]) -> None:
    for _ in range(ROUNDS):
        job = make_job(two, ann)
        bids = make_bids(two, job, bidders)
        asks = [
            Ask(f"{two.urls[n % 2]}/api/v2/jobs/{job}/bids/{bid}/accept", ann.headers) for n, bid in enumerate(bids)
        ]
        random.shuffle(asks)
        assert codes(all_at_once(asks)) == {200: 1, (409, "job_already_assigned"): 99}
        statuses = dict(two.sql("SELECT status, count(*) FROM bids_bid WHERE job_id = %s GROUP BY status", [job]))
        assert statuses == {"accepted": 1, "rejected": 99}
        told = two.sql(
            "SELECT e.type, count(*) FROM events_recordedevent e JOIN bids_bid b ON b.id = resource_id"
            " WHERE b.job_id = %s GROUP BY e.type", [job],
        )  # fmt: skip
        assert dict(told) == {"bid.accepted": 1, "bid.rejected": 99}
    assert two.failures() == []


def test_of_a_hundred_bids_by_one_contractor_one_is_made(two: Site, ann: Person, bidders: list[Person]) -> None:
    for _ in range(5):
        job, carl = make_job(two, ann), random.choice(bidders)
        body = {"amount": 100, "message": "Me."}
        asks = [Ask(f"{two.urls[n % 2]}/api/v2/jobs/{job}/bids", carl.headers, body) for n in range(100)]
        assert codes(all_at_once(asks)) == {201: 1, (409, "already_bid"): 99}
        assert two.sql("SELECT count(*) FROM bids_bid WHERE job_id = %s", [job]) == [(1,)]
    assert two.failures() == []


@pytest.mark.parametrize("rival", ["withdraw", "edit", "cancel", "reject"])
def test_accepting_against_a_rival_leaves_one_truth(two: Site, ann: Person, bidders: list[Person], rival: str) -> None:
    for turn in range(30):
        job, carl = make_job(two, ann), bidders[turn]
        bid = make_bids(two, job, [carl])[0]
        path = f"/api/v2/jobs/{job}/bids/{bid}"
        other = {
            "withdraw": Ask(f"{two.urls[1]}{path}/withdraw", carl.headers),
            "edit": Ask(f"{two.urls[1]}{path}", carl.headers, {"amount": 999}, "PATCH"),
            "cancel": Ask(f"{two.urls[1]}/api/v2/jobs/{job}", ann.headers, {"status": "cancelled"}, "PATCH"),
            "reject": Ask(f"{two.urls[1]}{path}/reject", ann.headers),
        }[rival]
        accepted, answer = all_at_once([Ask(f"{two.urls[0]}{path}/accept", ann.headers), other])
        assert accepted.status_code in (200, 409)
        assert answer.status_code in (200, 400, 409)  # 400: cancelling an assigned job needs a reason
        ((status, contractor),) = two.sql("SELECT status, contractor_id FROM jobs_job WHERE id = %s", [job])
        ((bid_status, amount),) = two.sql("SELECT status, amount FROM bids_bid WHERE id = %s", [bid])
        assert (status == "assigned") == (bid_status == "accepted") == (contractor == carl.id), (
            rival,
            status,
            bid_status,
        )
        if accepted.status_code == 200:
            assert float(amount) == accepted.json()["data"]["amount"], "what was accepted is what was shown"
    assert two.failures() == []


def test_of_fifty_uses_of_one_refresh_token_one_succeeds_and_the_family_dies(two: Site) -> None:
    for _ in range(5):
        (bob,) = make_people(two, "homeowner", 1)
        token = bob.pair.refresh
        asks = [Ask(f"{two.urls[n % 2]}/api/v2/auth/refresh", {}, {"refreshToken": token}) for n in range(50)]
        answers = all_at_once(asks)
        found = Counter(answer.status_code for answer in answers)
        assert found == {200: 1, 401: 49}
        won = next(answer for answer in answers if answer.status_code == 200).json()["data"]
        again = httpx.post(f"{two.urls[0]}/api/v2/auth/refresh", json={"refreshToken": won["refreshToken"]})
        assert again.json()["code"] == "session_ended"
        deadline = time.monotonic() + 5
        while (
            httpx.get(
                f"{two.urls[1]}/api/v2/users/me", headers={"Authorization": f"Bearer {won['accessToken']}"}
            ).status_code
            != 401
        ):
            assert time.monotonic() < deadline, "the access token lives on"
            time.sleep(0.2)
    assert two.failures() == []


def test_of_ten_posts_with_one_idempotency_key_one_is_carried_out(two: Site, ann: Person) -> None:
    body = {
        "title": "Mend a dripping tap",
        "description": "x",
        "category": "hvac",
        "budget": 99,
        "location": {"lat": 1, "lng": 1},
    }
    for _ in range(10):
        headers = {**ann.headers, "Idempotency-Key": str(uuid.uuid4())}
        asks = [Ask(f"{two.urls[n % 2]}/api/v2/jobs", headers, body) for n in range(10)]
        before = two.sql("SELECT count(*) FROM jobs_job")[0][0]
        answers = all_at_once(asks)
        assert set(codes(answers)) <= {201, (409, "idempotency_in_progress")}
        late = all_at_once(asks)
        assert len({answer.content for answer in (*answers, *late) if answer.status_code == 201}) == 1
        assert {answer.headers.get("Idempotent-Replayed") for answer in late} == {"true"}
        assert two.sql("SELECT count(*) FROM jobs_job")[0][0] == before + 1
    assert two.failures() == []


def write_slowly(two: Site, eve: Person, seed: int, written: list[str]) -> None:
    """Twenty-five events, each in a transaction that takes its time to commit."""
    chance = random.Random(seed)
    with psycopg.connect(two.database) as connection:
        for _ in range(25):
            event = uuid.uuid4()
            connection.execute(
                "INSERT INTO events_recordedevent (id, type, resource_type, resource_id, request_id, is_public, audience,"
                " data, seen_by) VALUES (%s, 'job.created', 'job', %s, '', false, ARRAY[%s]::uuid[], '{}', '{}')",
                [event, event, eve.id],
            )
            time.sleep(chance.uniform(0, 0.06))
            connection.commit()
            written.append(str(event))


def read_on(url: str, eve: Person, cursor: str, writers: list[threading.Thread]) -> list[str]:
    """What is read from the cursor on, until all writers have ended and nothing more comes."""
    seen: list[str] = []
    quiet = 0
    while quiet < 8:
        finished = not any(writer.is_alive() for writer in writers)
        body = httpx.get(f"{url}?type=job.created&after={cursor}&limit=7", headers=eve.headers).json()
        seen.extend(event["resource"]["id"] for event in body["data"])
        cursor = body["meta"]["nextCursor"]
        quiet = quiet + 1 if finished and not body["data"] else 0
        if quiet:
            time.sleep(0.25)  # longer in all than the worker leaves events waiting
    return seen


def test_a_reader_by_cursor_misses_nothing_and_sees_nothing_twice(two: Site) -> None:
    """Twenty writers whose transactions commit at different speeds, while somebody reads."""
    (eve,) = make_people(two, "homeowner", 1)
    url = f"{two.urls[0]}/api/v2/events"
    cursor = httpx.get(url, headers=eve.headers).json()["meta"]["nextCursor"]
    written: list[str] = []
    writers = [threading.Thread(target=write_slowly, args=(two, eve, seed, written)) for seed in range(20)]
    for writer in writers:
        writer.start()
    seen = read_on(url, eve, cursor, writers)
    assert len(seen) == len(set(seen)) == 500
    assert set(seen) == set(written)


def test_a_process_killed_between_commit_and_publication_loses_nothing(two: Site) -> None:
    (eve,) = make_people(two, "homeowner", 1)
    for _ in range(3):
        url = two.start_web(FAILPOINT="events.committed:kill9@1")
        doomed, _ = two.processes[-1], two.urls.pop()
        body = {
            "title": "Mend a dripping tap",
            "description": "x",
            "category": "hvac",
            "budget": 99,
            "location": {"lat": 1, "lng": 1},
        }
        with pytest.raises(httpx.TransportError):
            httpx.post(f"{url}/api/v2/jobs", json=body, headers=eve.headers, timeout=10)
        assert doomed.wait(10) == -9
    deadline = time.monotonic() + 10
    while True:
        found = httpx.get(f"{two.urls[0]}/api/v2/events?type=job.created", headers=eve.headers).json()["data"]
        if len(found) == 3:
            break
        assert time.monotonic() < deadline, "the worker did not publish what was left"
        time.sleep(0.2)
    jobs = two.sql("SELECT id::text FROM jobs_job WHERE owner_id = %s ORDER BY id", [eve.id])
    assert sorted(event["resource"]["id"] for event in found) == [row[0] for row in jobs]
    assert {event["type"] for event in found} == {"job.created"}
