"""The running site that subscriptions are tried on, and its people."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from mintenance.launcher.places import PASSABLE
from tests.faults.people import Person, make_people
from tests.harness.site import Site, site


@pytest.fixture(scope="package")
def running() -> Iterator[Site]:
    with tempfile.TemporaryDirectory(prefix="mintenance-graphql-") as folder:
        Path(folder).chmod(PASSABLE)
        with site(Path(folder), webs=1, worker=True, RATE_LIMITS="off", GRAPHQL_INTROSPECTION="on") as it:
            yield it


@pytest.fixture
def owner(running: Site) -> Person:
    """A homeowner of the running site."""
    return make_people(running, "homeowner", 1)[0]


@pytest.fixture
def bidder(running: Site) -> Person:
    """A contractor of the running site."""
    return make_people(running, "contractor", 1)[0]
