"""`/graphql` over HTTP."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override
from django.views.decorators.csrf import csrf_exempt
from graphql import OperationType

from accounts.actors import STRANGER, Actor
from accounts.authentication import CookieAuthentication, actor_of_header
from core import throttles
from core.bodies import ApiRequest
from core.errors import BadInput, NotAllowedMethod
from core.graphql.answers import error_of
from core.graphql.nodes import Caller
from core.graphql.running import Asked
from core.headers import put_all
from core.parsers import StrictJSONParser, UploadParser, read_json
from core.problems import refusal_of
from core.renderers import to_json
from mintenance.graphql.door import DOOR
from mintenance.graphql.uploads import read_upload

_KEPT_STATUSES = (401, 403, 405, 429, 500, 503)  # any other refusal of a whole request is a 400
_METHODS = "GET, POST"


_EXPLORER_POLICY: dict[str, Any] = {**settings.SECURE_CSP, "font-src": [CSP.SELF, "data:"]}


@csp_override(_EXPLORER_POLICY)
def show_explorer(request: HttpRequest) -> HttpResponse:
    """GraphiQL, with its files from here; its style sheet has its fonts within."""
    return render(request, "graphql/explorer.html")


@csrf_exempt
def graphql(request: HttpRequest) -> HttpResponse:
    """Queries and mutations; for a browser that comes by itself, GraphiQL.

    Nothing but JSON, and forms with a header of their own, is read from another site's page.
    """
    if request.method == "GET" and request.get_preferred_type(["application/json", "text/html"]) == "text/html":
        return show_explorer(request)
    try:
        answer, allowance = _run(request)
        response = _respond(answer, 200 if "data" in answer else 400)
        if allowance is not None:
            put_all(response, allowance.headers())
    except Exception as error:
        response = _refused(error, getattr(request, "request_id", ""))
    return response


def _run(request: HttpRequest) -> tuple[dict[str, Any], Any]:
    """The answer, and what is left of the caller's rate limit."""
    try:
        asked = _asked(request)
        prepared, operation = DOOR.prepare(asked)
        _check_method(request, operation.operation)
    except Exception:
        throttles.count(_caller(request).actor, "read")
        raise
    caller = _caller(request, known=DOOR.looks_at_caller(prepared, operation))
    allowance = DOOR.count(caller, asked, prepared, operation)
    return DOOR.run(caller, asked, prepared), allowance


def _check_method(request: HttpRequest, kind: OperationType) -> None:
    if kind == OperationType.SUBSCRIPTION:
        raise BadInput("Subscriptions run over WebSocket, by graphql-transport-ws.")
    if kind == OperationType.MUTATION and request.method == "GET":
        raise NotAllowedMethod("Mutations need POST.", headers={"Allow": "POST"})


def _asked(request: HttpRequest) -> Asked:
    if request.method == "GET":
        return _asked_by_address(request.GET)
    if request.method != "POST":
        raise NotAllowedMethod(headers={"Allow": _METHODS})
    wrapped = ApiRequest(request, parsers=[StrictJSONParser(), UploadParser()])
    if (request.content_type or "").lower() == "multipart/form-data":
        return Asked.read(read_upload(request, wrapped))
    return Asked.read(wrapped.data)


def _asked_by_address(query: Any) -> Asked:
    if any(len(query.getlist(name)) > 1 for name in query):
        raise BadInput("A parameter is given more than once.")
    variables = read_json(query["variables"].encode("utf-8", "surrogatepass")) if query.get("variables") else None
    return Asked.read(
        {"query": query.get("query"), "variables": variables, "operationName": query.get("operationName")}
    )


def _caller(request: Any, *, known: bool = True) -> Caller:
    """Who calls; a stranger where that does not matter. Raises a 401, counted as the stranger it is so far."""
    stranger = STRANGER.with_request(request.request_id, request.address)
    if not known:
        return Caller(stranger, request)
    try:
        actor = _actor(request)
    except Exception:
        throttles.count(stranger, "read")
        raise
    request.actor = actor.with_request(request.request_id, request.address)
    return Caller(request.actor, request)


class _Page:
    """What the cookie's sign-in looks at. JSON from another site asks first, so it needs no CSRF token."""

    method = "GET"

    def __init__(self, request: HttpRequest) -> None:
        self._request = request


def _actor(request: HttpRequest) -> Actor:
    header = request.META.get("HTTP_AUTHORIZATION")
    if header is not None:
        return actor_of_header(header)
    found = CookieAuthentication().authenticate(_Page(request))
    return found[0] if found else STRANGER


def _respond(answer: dict[str, Any], status: int) -> HttpResponse:
    response = HttpResponse(to_json(answer), status=status, content_type="application/json")
    response["Cache-Control"] = "private, no-store"
    return response


def _refused(error: Exception, request_id: str) -> HttpResponse:
    refusal = refusal_of(error)
    status = refusal.status if refusal.status in _KEPT_STATUSES else 400
    response = _respond({"errors": [error_of(error, request_id)]}, status)
    response._has_been_logged = True  # type: ignore[attr-defined]
    if refusal.retry_after is not None:
        response["Retry-After"] = str(refusal.retry_after)
    for name, value in refusal.headers.items():
        response[name] = value
    return response
