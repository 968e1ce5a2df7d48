"""Response headers set without Django's checks, which cost a small answer more than its JSON does."""

from collections.abc import Mapping

from django.http.response import HttpResponseBase


def put(response: HttpResponseBase, name: str, value: str) -> None:
    """Set a header whose text is ours: printable ASCII, so that there is nothing to check or to encode."""
    response.headers._store[name.lower()] = (name, value)


def put_all(response: HttpResponseBase, stored: Mapping[str, tuple[str, str]]) -> None:
    """Set those that the answer does not have yet, from what `prepared` made."""
    store = response.headers._store
    for key, header in stored.items():
        if key not in store:
            store[key] = header


def prepared(headers: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Headers in the form in which Django keeps them."""
    return {name.lower(): (name, value) for name, value in headers.items()}
