"""Whatever column somebody sends beside what a route takes: it is refused by name, and no row changes."""

from typing import Any

import pytest
from django.apps import apps

from core.names import camel_case
from mintenance.documents.generator import document_of
from tests import cast
from tests.authz.test_matrix import ROUTES
from tests.authz.world import make_world, request_for
from tests.cast import Rest
from tests.contracts.document import operation

pytestmark = pytest.mark.django_db
COLUMNS = sorted(
    {
        spelled
        for model in apps.get_models()
        if model._meta.app_label
        in ("accounts", "contractors", "jobs", "bids", "messaging", "notifications", "webhooks")
        for field in model._meta.concrete_fields
        for spelled in (field.name, camel_case(field.name), camel_case(field.attname))
    }
    | {"isStaff", "is_staff", "isActive", "permissions", "groups", "scopes", "approxLat", "__class__", "pk"}
)
# Who may carry each route out, so that it is the field that is refused.
BY = {
    "jobs": "owner",
    "users": "owner",
    "images": "owner",
    "api-keys": "bidder",
    "contractors": "bidder",
    "auth": "anonymous",
    "reports": "homeowner",
    "reviews": "assigned",
    "saved-searches": "bidder",
    "notifications": "bidder",
    "conversations": "bidder",
    "webhooks": "bidder",
}


def writes() -> list[tuple[str, str]]:
    """The routes that take a body of JSON."""
    return [
        (route, method)
        for route, method in ROUTES
        if method in ("POST", "PUT", "PATCH")
        and "application/json" in operation("2", route, method)[1].get("requestBody", {}).get("content", {})
    ]


def taken(route: str, method: str) -> set[str]:
    """The members that the document says the body may have."""
    schema = operation("2", route, method)[1]["requestBody"]["content"]["application/json"]["schema"]
    known: Any = document_of("2")["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return set(known.get("properties", {}))


@pytest.mark.parametrize(("route", "method"), writes(), ids=lambda value: value)
def test_nothing_is_bound_that_is_not_documented(rest: Rest, settings: Any, route: str, method: str) -> None:
    settings.RATE_LIMITS_ON = False
    world = make_world()
    principal = "bidder" if "bids" in route and not route.endswith(("accept", "reject")) else BY[route.split("/")[0]]
    address, body = request_for(world, principal, route, method)
    before = cast.everything()
    for column in set(COLUMNS) - taken(route, method):
        sent = {**(body or {}), column: True}
        answer = rest.ask(method, address, sent, by=world.people[principal])
        assert answer.status_code == 400, (column, answer.content)
        assert answer.json()["code"] in ("unknown_field", "read_only_field"), (column, answer.content)
        assert column in answer.json()["details"]
    assert cast.everything() == before


def test_there_are_enough_of_them() -> None:
    assert sum(len(set(COLUMNS) - taken(route, method)) for route, method in writes()) >= 1500
