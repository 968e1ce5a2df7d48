"""Asks GraphQL as somebody."""

import json
from typing import Any

from django.test import Client

from tests.cast import STRANGER, Who


def ask(
    query: str, *, by: Who = STRANGER, name: str | None = None, client: Client | None = None, **variables: Any
) -> Any:
    """The response to a POST of this document."""
    body = {"query": query, "variables": variables, **({"operationName": name} if name else {})}
    return post(json.dumps(body), by=by, client=client)


def post(body: Any, *, by: Who = STRANGER, client: Client | None = None, **headers: str) -> Any:
    """The response to a POST of this body."""
    given = {"host": "testserver", **by.headers, **headers}
    client = client or Client(raise_request_exception=False)
    return client.post("/graphql", body, content_type="application/json", headers=given)


def data(query: str, *, by: Who = STRANGER, **variables: Any) -> Any:
    """What the document answers, without an error."""
    response = ask(query, by=by, **variables)
    answer = response.json()
    assert (response.status_code, answer.get("errors")) == (200, None)
    return answer["data"]


def refusal(query: str, *, by: Who = STRANGER, **variables: Any) -> tuple[str, str]:
    """Code and reason of the one error."""
    (error,) = ask(query, by=by, **variables).json()["errors"]
    return error["extensions"]["code"], error["extensions"]["reason"]


def form_of(query: str, file: Any) -> dict[str, Any]:
    """A multipart request with the file as the variable `file`."""
    operations = {"query": query, "variables": {"file": None}}
    return {"operations": json.dumps(operations), "map": json.dumps({"0": ["variables.file"]}), "0": file}


def send(form: dict[str, Any], *, by: Who = STRANGER, client: Client | None = None, **headers: str) -> Any:
    """The response to a multipart request, from wherever it may come."""
    client = client or Client(raise_request_exception=False, enforce_csrf_checks=True)
    return client.post("/graphql", form, headers={"host": "testserver", **by.headers, **headers})


def send_form(query: str, file: Any, *, by: Who = STRANGER) -> Any:
    """The response to an upload from a page of ours."""
    return send(form_of(query, file), by=by, **{"graphql-preflight": "1"})
