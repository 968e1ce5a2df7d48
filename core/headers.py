"""Responses and their headers made without Django's checks, which cost a small answer more than its JSON does."""

from collections.abc import Mapping
from http.cookies import SimpleCookie

from django.http import HttpResponse
from django.http.response import HttpResponseBase, ResponseHeaders


def put(response: HttpResponseBase, name: str, value: str) -> None:
    """Set a header whose text is ours: printable ASCII, so that there is nothing to check or to encode."""
    response.headers._store[name.lower()] = (name, value)


def put_all(response: HttpResponseBase, stored: Mapping[str, tuple[str, str]]) -> None:
    """Set those that the answer does not have yet, from what `prepared` made."""
    store = response.headers._store
    for key, header in stored.items():
        if key not in store:
            store[key] = header


def response_of(body: bytes, status: int, headers: Mapping[str, tuple[str, str]]) -> HttpResponse:
    """What `HttpResponse(body, status=status, headers=…)` makes, of headers in the form of `prepared`."""
    response = HttpResponse.__new__(HttpResponse)
    state = response.__dict__
    state.update(_EMPTY.__dict__)
    state["headers"] = kept = ResponseHeaders.__new__(ResponseHeaders)
    kept._store = dict(headers)
    state["cookies"], state["_resource_closers"] = SimpleCookie(), []
    state["_container"], state["status_code"] = [body], status
    return response


def prepared(headers: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Headers in the form in which Django keeps them."""
    return {name.lower(): (name, value) for name, value in headers.items()}


_EMPTY = HttpResponse()
