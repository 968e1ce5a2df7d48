"""Webhooks of a real site whose workers are killed in the middle: nothing is lost, and repeats carry the same id."""

import os
import random
import signal
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import standardwebhooks

from mintenance.launcher.places import PASSABLE
from tests.faults.people import JOB, make_job, make_people
from tests.harness.site import Site, site
from tests.webhooks.conftest import Receiver
from tests.webhooks.conftest import receive as receive
from tests.webhooks.unruly import Unruly
from tests.webhooks.unruly import unruly as unruly

EVENTS, KILLS, ENDPOINTS = 1000, 30, 3
ATTEMPT_SECONDS = 3  # of which a lease is three times as long: for so long waits what a killed worker had claimed


Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture(scope="module")
def real() -> Iterator[Site]:
    """A site whose workers each test starts."""
    with tempfile.TemporaryDirectory(prefix="mintenance-webhooks-") as folder:
        Path(folder).chmod(PASSABLE)
        given = {"WEBHOOK_ALLOW_NETS": "127.0.0.1/32", "WEBHOOK_ATTEMPT_SECONDS": str(ATTEMPT_SECONDS)}
        with site(Path(folder), **given) as running:
            yield running


def listen(real: Site, headers: Any, url: str, *events: str) -> Any:
    body = {"url": url, "events": list(events)}
    answer = httpx.post(f"{real.urls[0]}/api/v2/webhooks", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    return answer.json()["data"]


def wait_for(found: Callable[[], bool], seconds: float, real: Site) -> None:
    deadline = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < deadline, real.log.read_text()[-2000:]
        time.sleep(0.1)


def resources(receiver: Receiver) -> set[str]:
    return {one.json["resource"]["id"] for one in list(receiver.requests)}


def test_workers_killed_mid_delivery_lose_nothing(real: Site, receive: Any) -> None:
    (ann, *others) = make_people(real, "homeowner", 1 + ENDPOINTS)
    receivers = [receive() for _ in others]
    hooks = [
        listen(real, one.headers, receiver.url, "job.posted") for one, receiver in zip(others, receivers, strict=True)
    ]
    jobs = set()
    with real.nursery() as start_worker, httpx.Client(headers=ann.headers) as client:
        workers = [start_worker() for _ in range(2)]
        for number in range(EVENTS):
            answer = client.post(f"{real.urls[0]}/api/v2/jobs", json=JOB)
            assert answer.status_code == 201, answer.text
            jobs.add(answer.json()["data"]["id"])
            time.sleep(0.01)  # what counts is how many are on their way at a kill, not how fast jobs can be posted
            if number % (EVENTS // KILLS) == EVENTS // KILLS - 1:
                os.kill(workers.pop(random.randrange(2)), signal.SIGKILL)
                workers.append(start_worker())
        for receiver in receivers:
            wait_for(lambda r=receiver: resources(r) >= jobs, 120, real)
    for receiver, hook in zip(receivers, hooks, strict=True):
        ids = Counter(one.headers["webhook-id"] for one in receiver.requests)
        assert len(ids) == EVENTS, "a repeat has the id of the first"
        for one in receiver.requests:
            standardwebhooks.Webhook(hook["secret"]).verify(one.body, one.headers)
    bodies = {(number, r.headers["webhook-id"], r.body) for number, one in enumerate(receivers) for r in one.requests}
    assert len(bodies) == ENDPOINTS * EVENTS, "a repeat has the bytes of the first"
    repeats = sum(len(receiver.requests) for receiver in receivers) - ENDPOINTS * EVENTS
    assert repeats <= 0.03 * ENDPOINTS * EVENTS, repeats


@pytest.fixture
def start_worker(real: Site) -> Iterator[Start]:
    """Starts workers that end with the test."""
    started: list[subprocess.Popen[bytes]] = []

    def start(**environment: str) -> subprocess.Popen[bytes]:
        started.append(real.start_worker(**environment))
        return started[-1]

    yield start
    for one in started:
        one.kill()
        one.wait()


@pytest.mark.parametrize("where", ["webhooks.claimed", "webhooks.sent", "events.reacted"])
def test_killed_at_the_worst_places(real: Site, start_worker: Start, receive: Any, where: str) -> None:
    (ann,) = make_people(real, "homeowner", 1)
    receiver = receive()
    listen(real, ann.headers, receiver.url, "job.created")  # which is for her alone, and for no earlier endpoint
    job = str(make_job(real, ann))
    doomed = start_worker(FAILPOINT=f"{where}:kill9@1")
    assert doomed.wait(60) == -9
    start_worker()
    wait_for(lambda: bool(real.sql(
        "SELECT 1 FROM webhooks_delivery JOIN webhooks_endpoint e ON e.id = endpoint_id"
        " WHERE e.person_id = %s AND webhooks_delivery.status = 'succeeded'", [ann.id]
    )), 90, real)  # fmt: skip
    assert {one.json["resource"]["id"] for one in receiver.requests} == {job}
    assert len({(one.headers["webhook-id"], one.body) for one in receiver.requests}) == 1
    # What was sent may have been another endpoint's, which is still tried since an earlier test.
    assert len(receiver.requests) in ((1, 2) if where == "webhooks.sent" else (1,))


def test_bad_endpoints_delay_no_good_one(
    real: Site, start_worker: Start, receive: Any, unruly: Callable[[str], Unruly]
) -> None:
    """Twenty good ones have everything while the first attempts at those that sleep and drip are still on their way."""
    start_worker(WEBHOOK_ATTEMPT_SECONDS="100")
    before = len(real.failures())  # of the workers that were killed
    ann, *people = make_people(real, "homeowner", 25)
    bad = {manner: unruly(manner) for manner in ("sleep", "drip", "reset", "flood")}
    good = [receive() for _ in range(20)]
    for person, one in zip(people, [*bad.values(), *good], strict=False):
        listen(real, person.headers, one.url, "job.posted")
    jobs = {str(make_job(real, ann)) for _ in range(30)}
    for receiver in good:
        wait_for(lambda r=receiver: resources(r) >= jobs, 90, real)
    assert bad["sleep"].asked == bad["sleep"].open == 20, "so many at a time, and none has ended"
    assert bad["drip"].asked == bad["drip"].open == 20
    wait_for(lambda: bad["reset"].asked > 0 and bad["flood"].asked == len(jobs), 60, real)
    assert 0 < bad["flood"].sent < 30 * 10_000_000, "an answer is not read to its end"
    assert real.failures()[before:] == []
