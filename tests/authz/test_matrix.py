"""Every route and method for everybody: generated from the routes, compared with matrix.csv.

A cell is a status, and with a refusal its code. A route without a row fails, and a row without a route. To write the rows
of new routes: `MATRIX=write make test ARGS=tests/authz`; then read what was written.
"""

import csv
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.urls import URLPattern, URLResolver

from core.api import ApiViewSet
from mintenance import api_urls
from tests import cast
from tests.authz.world import PRINCIPALS, make_world, request_for
from tests.cast import Rest
from tests.contracts.document import conforms

FILE = Path(__file__).with_name("matrix.csv")
pytestmark = pytest.mark.django_db


def routes(patterns: Any = api_urls.urlpatterns) -> Iterator[tuple[str, str]]:
    """(route, method) of everything under /api/."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns)
        elif isinstance(pattern, URLPattern):
            view: Any = pattern.callback
            assert issubclass(view.cls, ApiViewSet), pattern
            route = re.sub(r"<\w+:(\w+)>", r"<\1>", str(pattern.pattern))
            for method in view.actions:
                yield route, method.upper()


ROUTES = sorted(set(routes()))


def rows() -> dict[tuple[str, str], dict[str, str]]:
    with FILE.open() as file:
        return {(row["route"], row["method"]): row for row in csv.DictReader(file)}


class Undone(Exception):
    """Takes a cell back."""


def outcome(rest: Rest, world: Any, principal: str, route: str, method: str) -> str:
    """What the principal gets; a refusal must have changed nothing."""
    who = world.people[principal]
    address, body = request_for(world, principal, route, method)
    before = cast.everything()
    found = ""
    try:
        with transaction.atomic():
            if isinstance(body, dict) and "file" in body:
                answer = rest.upload(**body, by=who, path=address)
            else:
                answer = rest.ask(method, address, body, by=who)
            status = answer.status_code
            conforms(answer, route, method)
            found = f"{status} {answer.json()['code']}" if status >= 400 else str(status)
            if status >= 400:
                assert cast.everything() == before, "a refusal changed something"
            raise Undone
    except Undone:
        return found


@pytest.fixture(autouse=True)
def _plenty(settings: Any) -> None:
    settings.RATE_LIMITS_ON = False


@pytest.mark.parametrize(("route", "method"), ROUTES, ids=lambda value: value)
def test_everybody_gets_what_is_theirs(rest: Rest, route: str, method: str) -> None:
    world = make_world()
    found = {principal: outcome(rest, world, principal, route, method) for principal in PRINCIPALS}
    if os.environ.get("MATRIX") == "write":
        _write(route, method, found)
    wanted = rows().get((route, method))
    assert wanted is not None, f"{method} {route} has no row in {FILE.name}"
    assert found == {principal: wanted[principal] for principal in PRINCIPALS}


def test_every_row_has_a_route() -> None:
    assert set(rows()) == set(ROUTES)


@pytest.mark.parametrize("route", ["jobs/<pk>", "jobs/<pk>/bids", "users/<pk>", "contractors/<pk>", "images/<pk>"])
def test_what_is_not_yours_to_see_answers_like_what_does_not_exist(rest: Rest, ann: Any, carl: Any, route: str) -> None:
    draft = cast.job_of(ann, status="draft")
    hidden = {"images": make_world().image.pk, "users": draft.pk, "contractors": ann.id, "jobs": draft.pk}[
        route.split("/")[0]
    ]
    answers = []
    for pk in (hidden, "0192d5f0-0000-7000-8000-000000000000"):
        body = rest.get(route.replace("<pk>", str(pk)), by=carl).json()
        body.pop("requestId")
        body.pop("instance")
        answers.append(body)
    assert answers[0] == answers[1]
    assert answers[0]["status"] == 404


def _write(route: str, method: str, found: dict[str, str]) -> None:
    known = rows() if FILE.exists() else {}
    known.setdefault((route, method), {"route": route, "method": method, **found})
    with FILE.open("w", newline="") as file:
        writer = csv.DictWriter(file, ["route", "method", *PRINCIPALS], lineterminator="\n")
        writer.writeheader()
        writer.writerows(known[key] for key in sorted(known) if key in ROUTES)
