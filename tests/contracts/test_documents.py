"""The OpenAPI documents: valid, complete, served, and the lists under docs/reference fit the code."""

import json
import re
from typing import Any

import pytest
import yaml
from openapi_spec_validator import validate

from core.errors import Refusal
from core.views import _all
from mintenance.documents.generator import document_of
from mintenance.documents.lists import all_lists
from mintenance.management.commands.contracts import FOLDER
from tests.authz.test_matrix import ROUTES
from tests.cast import Rest
from tests.contracts.document import operation

pytestmark = pytest.mark.django_db
VERSIONS = ["1", "2"]


@pytest.mark.parametrize("version", VERSIONS)
def test_it_is_valid_openapi_3_1(version: str) -> None:
    document = document_of(version)
    validate(document)
    assert document["openapi"].startswith("3.1")
    assert document["info"]["title"] == "Mintenance API"
    assert document["info"]["contact"] == {"email": "api@mintenance.com"}
    assert set(document["components"]["securitySchemes"]) == {"bearerAuth", "apiKey"}
    assert {"Job", "Bid", "Contractor", "Error", "PaginationMeta", "Image"} <= set(document["components"]["schemas"])


@pytest.mark.parametrize("version", VERSIONS)
def test_it_holds_every_route_and_no_other(version: str) -> None:
    documented = {(path, method) for path, item in document_of(version)["paths"].items() for method in item}
    for route, method in ROUTES:
        if not route.startswith("openapi."):
            operation(version, route, method)
    assert len(documented) == sum(not route.startswith("openapi.") for route, _ in ROUTES)


def test_operations_are_named_once_and_say_something() -> None:
    operations = [one for item in document_of("2")["paths"].values() for one in item.values()]
    names = [one["operationId"] for one in operations]
    assert len(names) == len(set(names))
    assert {"listJobs", "createJob", "getJob", "updateJob", "deleteJob", "acceptBid", "signup"} <= set(names)
    for one in operations:
        assert len(one["summary"]) > 8
        assert one["tags"]
        assert "401" in one["responses"]


def test_bodies_have_examples_that_their_schemas_allow() -> None:
    from jsonschema import Draft202012Validator

    from tests.contracts.document import _ROOT, registry

    count = 0
    for path, item in document_of("2")["paths"].items():
        for method, one in item.items():
            content = one.get("requestBody", {}).get("content", {}).get("application/json")
            if content is None:
                continue
            where = f"/paths/{path.replace('/', '~1').replace('{', '%7B').replace('}', '%7D')}/{method}"
            schema = {"$ref": f"{_ROOT}#{where}/requestBody/content/application~1json/schema"}
            errors = list(Draft202012Validator(schema, registry=registry("2")).iter_errors(content["example"]))
            assert not errors, (path, method, errors[0].message)
            count += 1
    assert count > 15


def test_version_1_has_errors_of_its_own_and_no_cursors() -> None:
    old = document_of("1")
    assert set(old["components"]["schemas"]["Error"]["properties"]) == {"error"}
    names = {parameter["name"] for parameter in old["paths"]["/api/v1/jobs"]["get"]["parameters"]}
    assert "cursor" not in names
    assert "page" in names


@pytest.mark.parametrize("path", ["/api/v2/openapi.json", "/api/v1/openapi.json", "/api/openapi.json"])
def test_it_is_served_with_a_tag_for_strangers_to_keep(rest: Rest, path: str) -> None:
    answer = rest.get(path)
    assert answer.json() == document_of("2" if "v2" in path else "1")
    assert answer["Cache-Control"].startswith("public")
    assert rest.get(path, if_none_match=answer["ETag"]).status_code == 304


def test_it_is_served_as_yaml_too(rest: Rest) -> None:
    answer = rest.get("openapi.yaml")
    assert answer["Content-Type"] == "application/yaml"
    assert yaml.safe_load(answer.content) == document_of("2")


@pytest.mark.parametrize("path", ["/api/docs", "/api/v2/docs", "/api/v1/docs", "/api/redoc", "/api/v2/redoc"])
def test_its_pages_load_nothing_from_elsewhere(rest: Rest, path: str) -> None:
    answer = rest.get(path)
    assert answer.status_code == 200
    html = answer.content.decode()
    for address in re.findall(r'(?:src|href)="([^"]+)"', html):
        assert address.startswith("/static/")
        assert rest.get(address).status_code == 200
    assert "unsafe-inline" not in answer["Content-Security-Policy"]
    nonce = re.search(r"'nonce-([^']+)'", answer["Content-Security-Policy"])
    assert nonce is not None
    assert html.count("<script nonce") == html.count(f'<script nonce="{nonce[1]}"') == 1


def test_a_version_that_there_is_not_has_no_page(rest: Rest) -> None:
    assert rest.get("/api/v3/docs").status_code == 400


@pytest.mark.parametrize("name", sorted(all_lists()))
def test_the_reference_lists_fit_the_code(name: str) -> None:
    assert (FOLDER / name).read_text() == all_lists()[name], "make contracts writes it anew"


def test_every_code_is_explained_once(rest: Rest) -> None:
    page = rest.get("/docs/errors").content.decode()
    for kind in _all(Refusal):
        assert re.fullmatch(r"[a-z][a-z0-9_]*", kind.code), kind
        assert f'id="{kind.code}"' in page
        assert kind.__doc__


def test_events_have_examples_that_look_like_events() -> None:
    from events.types import TYPES

    events: Any = json.loads(all_lists()["events.json"])["events"]
    assert set(events) == set(TYPES)
    for name, event in events.items():
        assert event["about"]
        assert event["example"]["type"] == name
        assert event["example"]["data"]
