"""API keys: which single scope opens which route. Generated from the routes, compared with scopes.csv.

`any`: every key gets in, as a stranger would; `none`: it is for people. `MATRIX=write` writes the rows of new routes.
"""

import csv
import os
from pathlib import Path
from typing import Any

import pytest

from tests.authz.test_matrix import ROUTES, outcome
from tests.authz.world import SCOPES, make_world
from tests.cast import Rest

FILE = Path(__file__).with_name("scopes.csv")
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _plenty(settings: Any) -> None:
    settings.RATE_LIMITS_ON = False


def rows() -> dict[tuple[str, str], str]:
    with FILE.open() as file:
        return {(row["route"], row["method"]): row["scopes"] for row in csv.DictReader(file)}


@pytest.mark.parametrize(("route", "method"), ROUTES, ids=lambda value: value)
def test_a_key_gets_in_by_the_scopes_that_are_meant(rest: Rest, route: str, method: str) -> None:
    world = make_world()
    carl = world.people["bidder"]
    open_to = []
    for scope in SCOPES:
        world.people["one scope"] = carl.with_key(scope)
        answer = outcome(rest, world, "one scope", route, method)
        if answer != "403 insufficient_scope":
            open_to.append(scope)
    found = "any" if len(open_to) == len(SCOPES) else " ".join(open_to) or "none"
    if os.environ.get("MATRIX") == "write":
        _write(route, method, found)
    assert rows().get((route, method)) == found


def test_every_row_has_a_route() -> None:
    assert set(rows()) == set(ROUTES)


def _write(route: str, method: str, found: str) -> None:
    known = rows() if FILE.exists() else {}
    known.setdefault((route, method), found)
    with FILE.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["route", "method", "scopes"])
        writer.writerows([*key, known[key]] for key in sorted(known) if key in ROUTES)
