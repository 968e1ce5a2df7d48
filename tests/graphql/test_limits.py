"""Limits: what is past one is refused with 400 before anything runs, and cheaply; what is not is counted."""

import json
import time
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from graphql import parse

from core.graphql.documents import Documents
from mintenance.graphql import views
from tests.cast import STRANGER, Who, job_of
from tests.graphql.asking import ask, data, post

pytestmark = pytest.mark.django_db


def _doubling(levels: int, inside: str = "title") -> str:
    fragments = [f"fragment F{n} on Job {{ ...F{n + 1} ...F{n + 1} }}" for n in range(levels)]
    return " ".join(["{ jobs { edges { node { ...F0 } } } }", *fragments, f"fragment F{levels} on Job {{ {inside} }}"])


def _nested(levels: int) -> str:
    return "{ jobs { edges { node " + "{ bids { job " * levels + "{ id }" + "} }" * levels + " } } }"


def _cycle(length: int) -> str:
    fragments = [f"fragment F{n} on Job {{ bids {{ job {{ ...F{(n + 1) % length} }} }} }}" for n in range(length)]
    return " ".join(["{ jobs { edges { node { ...F0 } } } }", *fragments])


def _introspected(levels: int) -> str:
    return "{ __schema { types " + "{ fields { type " * levels + "{ name }" + "} }" * levels + " } }"


HOSTILE = {
    **{f"doubling fragments {n}": _doubling(n) for n in (11, 20, 40, 80, 100)},
    **{f"doubling aliases {n}": _doubling(n, "a: title") for n in (5, 10, 30, 60)},
    **{f"doubling lists {n}": _doubling(n, "bids { job { bids { job { id } } } }") for n in (6, 12, 25, 50)},
    **{f"depth {n}": _nested(n) for n in (4, 8, 20, 40, 100, 150)},
    **{f"a cycle of {n} fragments": _cycle(n) for n in (1, 2, 3, 10, 50, 100)},
    **{f"aliases {n}": "{ " + " ".join(f"a{i}: me {{ id }}" for i in range(n)) + " }" for n in (31, 100, 250, 380)},
    **{f"aliases of a list {n}": "{ " + " ".join(f"a{i}: jobs {{ totalCount }}" for i in range(n)) + " }" for n in (31, 200)},
    **{f"directives {n}": "{ me { id " + "@skip(if: false) " * n + "} }" for n in (21, 100, 300)},
    **{f"directives on fields {n}": "{ me { " + "id @include(if: true) " * n + "} }" for n in (21, 150)},
    **{f"unknown directives {n}": "{ me { id " + "@nothing " * n + "} }" for n in (1, 21, 900)},
    **{f"tokens {n}": "{ me { " + "id " * n + "} }" for n in (2000, 20_000, 100_000)},
    **{f"unknown fields {n}": "{ me { " + " ".join(f"nam{i}" for i in range(n)) + " } }" for n in (1, 300, 1900)},
    **{f"page {n}": f"{{ jobs(pagination: {{limit: {n}}}) {{ totalCount }} }}" for n in (-1, 0, 101, 10**6)},
    **{f"width {n}": f"{{ jobs(pagination: {{limit: 100}}) {{ edges {{ node {{ {'id title ' * n} }} }} }} }}" for n in (30, 300, 900)},
    **{f"lists in lists {n}": f"{{ jobs(pagination: {{limit: {n}}}) {{ edges {{ node {{ bids {{ contractor {{ reviews {{ edges {{ node {{ id }} }} }} }} }} }} }} }} }}" for n in (1000, 100, 50)},
    **{f"introspection {n}": _introspected(n) for n in (3, 6, 20, 100)},
    **{f"fragments of one name {n}": "{ me { ...F } } " + "fragment F on User { id } " * n for n in (2, 100, 220)},
    **{f"unused fragments {n}": "{ me { id } } " + " ".join(f"fragment F{i} on User {{ id }}" for i in range(n)) for n in (1, 220)},
    **{f"operations {n}": " ".join(f"query Q{i} {{ me {{ id }} }}" for i in range(n)) for n in (2, 240)},
    **{f"brackets {n}": "{ jobs(filter: " + "[" * n + "]" * n + ") { totalCount } }" for n in (10, 300, 990)},
    **{f"selections {n}": "{" * n for n in (10, 1000, 100_000)},
    **{f"different meanings {n}": "{ me { " + "a: id a: name " * n + "} }" for n in (1, 15)},
    **{f"mutations {n}": "mutation { " + " ".join(f"m{i}: signOut" for i in range(n)) + " }" for n in (5, 30)},
    "a fragment that is not there": "{ me { ...Nothing } }",
    "nothing": "{ }",
    "no text": '{ search(query: "\\u0000", type: ALL) { totalCount } }',
    "a subscription": "subscription { x }",
    "one long name": "{ " + "x" * 900_000 + " }",
    "one long string": '{ search(query: "' + "x" * 900_000 + '" type: NOTHING) { totalCount } }',
    "comments": "# x\n" * 200_000 + "{ nothing }",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _plenty(settings: Any) -> None:
    settings.RATE_LIMITS_ON = False


def test_there_are_enough_of_them() -> None:
    assert len(HOSTILE) >= 80


ORDINARY = "{ me { " + " ".join(f"name{n}" for n in range(2000)) + " } }"


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_documents_are_refused_at_once(name: str) -> None:
    ask("{ me { id } }")
    spent, parsed = [], []
    with CaptureQueriesContext(connection) as queries:
        for _ in range(3):  # the least: whenever the collector of garbage comes by, it looks at all that tests keep
            started = time.process_time()
            response = ask(HOSTILE[name])
            spent.append(time.process_time() - started)
            started = time.process_time()
            parse(ORDINARY)
            parsed.append(time.process_time() - started)
    (error,) = response.json()["errors"]
    assert (response.status_code, error["extensions"]["code"]) == (400, "BAD_REQUEST")
    assert "data" not in response.json()
    assert queries.captured_queries == []
    assert min(spent) < 10 * min(parsed)  # 0.1 s, on a machine that reads ORDINARY in 10 ms


@pytest.mark.parametrize("body", ["", "[]", "[{}]", "{}", "null", '"x"', '{"query": 1}', '{"query": "{ me { id } }", "variables": []}',
                                  '{"query": "{ me { id } }", "operationName": 1}', "{nonsense", '{"query": "{ me { id } }", "operationName": "Other"}'])  # fmt: skip
def test_what_is_no_request_is_refused(body: str) -> None:
    assert post(body).status_code == 400


def test_a_body_of_more_than_a_megabyte_is_refused() -> None:
    response = post(json.dumps({"query": "{ me { id } }", "variables": {"x": "x" * 1024 * 1024}}))
    (error,) = response.json()["errors"]
    assert (response.status_code, error["extensions"]["reason"]) == (400, "payload_too_large")


@pytest.mark.parametrize("limit", [0, 101, "x", True, 1.5])
def test_a_page_named_by_a_variable_has_its_limit_too(limit: Any) -> None:
    query = "query($p: PaginationInput) { jobs(pagination: $p) { totalCount } }"
    response = ask(query, p={"limit": limit})
    assert response.status_code == 400
    assert response.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


def test_documents_are_kept_up_to_a_number_and_a_length(monkeypatch: pytest.MonkeyPatch) -> None:
    documents = Documents(lambda: views.DOOR.schema)
    first = documents.prepare("{ me { id } }")
    assert documents.prepare("{ me { id } }") is first
    monkeypatch.setattr("core.graphql.documents.KEPT", 3)
    for number in range(5):
        documents.prepare(f"{{ me {{ id }} }} # {number}")
    assert documents.prepare("{ me { id } }") is not first
    monkeypatch.setattr("core.graphql.documents.KEPT_CHARACTERS", 1000)
    long = documents.prepare("{ me { name } } #" + "x" * 800)
    last = documents.prepare("{ me { role } } #" + "x" * 800)
    assert documents.prepare("{ me { role } } #" + "x" * 800) is last
    assert documents.prepare("{ me { name } } #" + "x" * 800) is not long


def test_a_page_is_as_long_as_the_setting_says(settings: Any) -> None:
    settings.GRAPHQL_PAGE = 25
    assert ask("{ jobs(pagination: {limit: 26}) { totalCount } }").status_code == 400
    assert ask("{ jobs(pagination: {limit: 25}) { totalCount } }").status_code == 200


def test_other_methods_and_mutations_by_get_are_refused() -> None:
    client = Client(raise_request_exception=False)
    assert client.get("/graphql", {"query": "{ me { id } }"}).json() == {"data": {"me": None}}
    assert client.get("/graphql", {"query": "mutation { signOut }"}).status_code == 405
    assert client.put("/graphql", {}).status_code == 405
    assert client.post("/graphql", "query=x", content_type="text/plain").status_code == 400


def test_the_cost_is_counted(settings: Any, ann: Who) -> None:
    settings.RATE_LIMITS_ON = True
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "read": (7, 900)}
    dear = "{ jobs(pagination: {limit: 100}) { edges { node { id title budget status user { name } createdAt updatedAt } } } }"
    response = ask(dear, by=ann)
    assert response.status_code == 200
    assert "r=4" in response["RateLimit"]  # about a thousand, at 500 a request
    for _ in range(4):
        assert ask("{ me { id } }", by=ann).status_code == 200
    refused = ask("{ me { id } }", by=ann)
    (error,) = refused.json()["errors"]
    assert (refused.status_code, error["extensions"]["code"]) == (429, "RATE_LIMIT_EXCEEDED")
    assert int(refused["Retry-After"]) > 0


def test_a_refused_document_is_counted_too(settings: Any) -> None:
    settings.RATE_LIMITS_ON = True
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "anonymous": (2, 900)}
    assert [ask("{ nothing }").status_code for _ in range(3)] == [400, 400, 429]


def test_a_bad_token_is_refused_and_told_so() -> None:
    response = post('{"query": "{ me { id } }"}', authorization="Bearer nonsense")
    assert response.status_code == 401
    assert response.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


def test_failures_are_masked(monkeypatch: pytest.MonkeyPatch, ann: Who) -> None:
    job_of(ann)

    def fail(*_: Any, **__: Any) -> None:
        raise ValueError("the secret of the house")

    monkeypatch.setattr("jobs.schema.connect", fail)
    response = ask("{ jobs { totalCount } }")
    (error,) = response.json()["errors"]
    assert (error["message"], error["extensions"]["code"]) == ("Something went wrong on our side.", "INTERNAL")
    assert "secret" not in response.content.decode()


def test_the_schema_is_shown_where_the_setting_says_so(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views.DOOR, "documents", Documents(lambda: views.DOOR.schema))
    settings.GRAPHQL_INTROSPECTION = False
    response = ask("{ __schema { types { name } } }")
    assert response.status_code == 400
    assert "Did you mean" not in ask("{ mee { id } }").content.decode()
    settings.GRAPHQL_INTROSPECTION = True
    assert data("{ __schema { types { name } } }", by=STRANGER)["__schema"]["types"]
    assert "Did you mean" in ask("{ mee { id } }").content.decode()
