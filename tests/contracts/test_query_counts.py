"""How many SQL statements each route costs, frozen: a number that grows has to be written down here by somebody."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts import keys, sessions
from tests.authz.test_matrix import ROUTES, Undone
from tests.authz.world import make_world, request_for
from tests.cast import Rest

FILE = Path(__file__).with_name("query_counts.json")
SEEN_AS = ("anonymous", "owner", "bidder", "staff")
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _plenty(settings: Any) -> None:
    settings.RATE_LIMITS_ON = False


def count(rest: Rest, world: Any, principal: str, route: str, method: str) -> int:
    """The statements of the second asking: the first also finds out who calls."""
    who = world.people[principal]
    found = 0
    for _ in range(2):
        address, body = request_for(world, principal, route, method)
        try:
            with transaction.atomic():
                with CaptureQueriesContext(connection) as queries:
                    if isinstance(body, dict) and "file" in body:
                        rest.upload(**body, by=who, path=address)
                    else:
                        rest.ask(method, address, body, by=who)
                found = sum("SAVEPOINT" not in query["sql"] for query in queries.captured_queries)
                raise Undone
        except Undone:
            continue
    return found


@pytest.mark.parametrize(("route", "method"), ROUTES, ids=lambda value: value)
def test_it_costs_what_it_did(rest: Rest, route: str, method: str) -> None:
    world = make_world()
    sessions._memory._entries.clear()
    keys._memory._entries.clear()
    found = {principal: count(rest, world, principal, route, method) for principal in SEEN_AS}
    known = json.loads(FILE.read_text()) if FILE.exists() else {}
    name = f"{method} {route}"
    if os.environ.get("COUNTS") == "write":
        known[name] = found
        FILE.write_text(json.dumps(dict(sorted(known.items())), indent=1) + "\n")
    assert found == known.get(name), f"COUNTS=write make test ARGS={Path(__file__).parent} writes the numbers anew"


def test_lists_cost_the_same_for_many_rows(rest: Rest) -> None:
    from tests import cast

    ann, carl = cast.homeowner(), cast.contractor()
    numbers = []
    for _ in range(2):
        for _ in range(6):
            cast.bid_of(carl, cast.job_of(ann))
        for path in ("jobs", "contractors", "bids", "events", "jobs?cursor=", "jobs?lat=51.5&lng=-0.14&radius=5"):
            rest.get(path, by=ann)
            with CaptureQueriesContext(connection) as queries:
                assert rest.get(path, by=ann).status_code == 200
            numbers.append(len(queries))
    assert numbers[:6] == numbers[6:]
