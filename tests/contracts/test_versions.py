"""Every route in both versions: v1 answers as v2 does, but for what the changes between them say."""

import json
import re
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from core import versions
from tests.authz.test_matrix import ROUTES, Undone
from tests.authz.world import make_world, request_for
from tests.cast import Rest

pytestmark = pytest.mark.django_db
SHARED = [(route, method) for route, method in ROUTES if not route.startswith("openapi")]  # a document of its own each
_ID = re.compile(rb"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")  # what is made anew in each has another one
PEOPLE = ("anonymous", "owner", "bidder")
OF_ITS_OWN = {"accessToken", "refreshToken", "key", "secret", "createdAt", "updatedAt", "lastUsedAt", "expiresAt", "url",
              "previousUntil", "nextAttemptAt", "eventId", "timestamp", "postedAt", "completedAt", "repliedAt", "prefix", "id", "requestId", "exportedAt", "completionRequestedAt", "ticket"}  # fmt: skip


@pytest.fixture(autouse=True)
def _plenty(settings: Any) -> None:
    settings.RATE_LIMITS_ON = False


def ask(version: str, world: Any, principal: str, route: str, method: str) -> Any:
    """The answer, whose traces are taken back."""
    rest, who = Rest(version), world.people[principal]
    address, body = request_for(world, principal, route, method)
    try:
        with transaction.atomic():
            if isinstance(body, dict) and "file" in body:
                answer = rest.upload(**body, by=who, path=address)
            else:
                answer = rest.ask(method, address, body, by=who)
            raise Undone
    except Undone:
        return answer


def said(answer: Any) -> Any:
    """The body without what differs each time, and with v2's addresses."""

    def bare(value: Any) -> Any:
        if isinstance(value, str) and value.startswith("{"):
            return bare(json.loads(value))  # the body of a delivery
        if isinstance(value, dict):
            return {name: bare(part) for name, part in value.items() if name not in OF_ITS_OWN}
        return [bare(part) for part in value] if isinstance(value, list) else value

    is_json = answer.content and "json" in answer["Content-Type"]
    return (
        bare(json.loads(_ID.sub(b"an id", answer.content.replace(b"/api/v1/", b"/api/v2/"))))
        if is_json
        else bool(answer.content)
    )


@pytest.mark.parametrize(("route", "method"), SHARED, ids=lambda value: value)
def test_every_route_answers_in_both(route: str, method: str) -> None:
    world = make_world()
    for principal in PEOPLE:
        one, two = (ask(version, world, principal, route, method) for version in ("v1", "v2"))
        assert one.status_code == two.status_code
        assert (one["Api-Version"], two["Api-Version"]) == ("1", "2")
        assert one["Deprecation"].startswith("@")
        assert one["Sunset"].endswith("GMT")
        assert (
            f'/api/v2/{request_for(world, principal, route, method)[0].partition("?")[0]}>; rel="successor-version"'
            in one["Link"]
        )
        assert not {"Deprecation", "Sunset"} & set(two.headers)
        if one.status_code >= 400:
            error, problem = one.json()["error"], two.json()
            assert (error["code"], error["message"]) == (problem["code"].upper(), problem["message"])
            assert error.get("details") == problem.get("details")
        else:
            assert said(one) == said(two)


@pytest.mark.parametrize(("route", "method"), ROUTES, ids=lambda value: value)
def test_after_its_sunset_v1_is_gone_from_every_route(route: str, method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import dataclasses

    over = dataclasses.replace(versions.VERSIONS["1"], sunset=timezone.now())
    monkeypatch.setitem(versions.VERSIONS, "1", over)
    answer = ask("v1", make_world(), "anonymous", route, method)
    assert answer.status_code == 410
    assert answer.json()["error"]["code"] == "API_VERSION_GONE"
