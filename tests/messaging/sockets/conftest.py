"""`/ws` on real processes: with Redis between two of them, and in one without. Each test here runs on both."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from mintenance.launcher.places import PASSABLE
from tests.faults.people import Person, make_people
from tests.harness.site import Site, site
from tests.harness.sockets import Client


@pytest.fixture(scope="package", params=["one process", "two processes and Redis"])
def running(request: Any) -> Iterator[Site]:
    """A site of one process without Redis, and one of two with it."""
    several = request.param != "one process"
    environment = {} if several else {"REDIS_URL": ""}
    with tempfile.TemporaryDirectory(prefix="mintenance-sockets-") as folder:
        Path(folder).chmod(PASSABLE)
        with site(Path(folder), webs=2 if several else 1, worker=True, **environment) as it:
            if not several:
                it.urls.append(it.urls[0])
            yield it


@pytest.fixture(autouse=True)
def _as_documented() -> Iterator[None]:
    """Every frame that comes in these tests is as realtime.json and events.json say."""
    Client.made.clear()
    yield
    assert [problem for one in Client.made for problem in one.problems] == []


@pytest.fixture
def pair(running: Site) -> tuple[Person, Person, str]:
    """Ann the homeowner, Carl the contractor, and their conversation."""
    (ann,), (carl,) = make_people(running, "homeowner", 1), make_people(running, "contractor", 1)
    body = {"userId": str(carl.id)}
    answer = httpx.post(f"{running.urls[0]}/api/v2/conversations", json=body, headers=ann.headers)
    assert answer.status_code == 201, answer.text
    return ann, carl, answer.json()["data"]["id"]
