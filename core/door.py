"""The WSGI handler: Django's, with a straight way in for the API.

Outside its view, a request costs Django more than most of our views cost: signals, the middleware of pages, the walk
through all patterns of addresses. Behind this door a request to the API passes the same middleware and reaches the same
view as by Django's own handler (`core/fork.py` says which), and of the rest only what it needs is done. Everything
else, and whatever is not plain, goes Django's way.
"""

from collections.abc import Callable
from time import monotonic
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.handlers.exception import convert_exception_to_response
from django.core.handlers.wsgi import WSGIHandler
from django.db import DEFAULT_DB_ALIAS, connections
from django.urls import ResolverMatch, get_resolver
from django.utils.log import log_response

from core.fork import short_way, takes_short_way
from core.ids import WRITTEN
from core.middleware import RequestMiddleware

FRESH_SECONDS = 1.0  # for so long a connection that has answered is not asked whether it still lives
_UUID_LENGTH = 36


class Door(WSGIHandler):
    """Serves one process. Threads share it; each has its own database connection."""

    def __init__(self) -> None:
        super().__init__()
        _ = get_resolver().url_patterns  # what they import is there before the first request, and before a fork
        self._routes = Routes()
        self._api = convert_exception_to_response(RequestMiddleware(short_way(self._view)))

    def __call__(self, environ: Any, start_response: Callable[..., Any]) -> Any:
        """See PEP 3333."""
        is_plain = not environ.get("SCRIPT_NAME") and not settings.DEBUG
        if not is_plain or not environ.get("PATH_INFO", "").startswith("/api/"):
            return super().__call__(environ, start_response)
        request = self.request_class(environ)
        if not takes_short_way(request):
            return super().__call__(environ, start_response)
        _begin()
        try:
            response: Any = self._api(request)
            if response.status_code >= 400:
                log_response("%s: %s", response.reason_phrase, request.path, response=response, request=request)
            cookies = [("Set-Cookie", cookie.OutputString()) for cookie in response.cookies.values()]
            headers = [*response.headers._store.values(), *cookies]  # as they are kept: names and values
            start_response(f"{response.status_code} {response.reason_phrase}", headers)
            if response.streaming:
                response._resource_closers.append(request.close)
                return response  # it tells Django when it has been sent
            request.close()
            return [response.content]
        finally:
            _end()

    def _view(self, request: Any) -> Any:
        match = self._routes.find(request.path_info)
        if match is None:
            response: Any = convert_exception_to_response(self._get_response)(request)  # type: ignore[attr-defined]
            self._routes.learn(request.path_info, request.resolver_match)
            return response
        request.resolver_match = match
        response = match.func(request, *match.args, **match.kwargs)
        return response.render() if callable(getattr(response, "render", None)) else response


class Routes:
    """What addresses resolved to, by their shape: the address without the UUIDs in it."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, ...], ResolverMatch] = {}

    def find(self, path: str) -> ResolverMatch | None:
        """The match of an address whose shape has been seen, with its own UUIDs."""
        parts = path.split("/")
        known = self._known.get(_shape(parts))
        if known is None:
            return None
        texts = [part for part in parts if len(part) == _UUID_LENGTH]
        if not texts:
            return known
        if not all(map(WRITTEN.fullmatch, texts)):  # Django takes lower case with hyphens, and nothing else
            return None
        match = ResolverMatch.__new__(ResolverMatch)  # it cannot be copied, and making one works all names out again
        match.__dict__.update(known.__dict__)
        names = [name for name, value in known.kwargs.items() if isinstance(value, UUID)]
        match.kwargs = {**known.kwargs, **dict(zip(names, map(UUID, texts), strict=True))}
        return match

    def learn(self, path: str, match: ResolverMatch | None) -> None:
        """Remember where this address led, if nothing but UUIDs varies in it. There are as many as routes."""
        if match is None or match.args:
            return
        parts = path.split("/")
        ids = [value for value in match.kwargs.values() if isinstance(value, UUID)]
        others = [name for name, value in match.kwargs.items() if not isinstance(value, UUID)]
        if [str(pk) for pk in ids] == [part for part in parts if len(part) == _UUID_LENGTH] and others in (
            [],
            ["version"],
        ):
            self._known[_shape(parts)] = match


def _shape(parts: list[str]) -> tuple[str, ...]:
    return tuple("" if len(part) == _UUID_LENGTH else part for part in parts)


def _begin() -> None:
    """A connection that has answered a moment ago need not be asked first."""
    database: Any = connections[DEFAULT_DB_ALIAS]
    if monotonic() - getattr(database, "answered_at", 0.0) < FRESH_SECONDS:
        database.health_check_done = True


def _end() -> None:
    """What Django does at the end of a request: a connection that failed, or is past its time, is closed."""
    database: Any = connections[DEFAULT_DB_ALIAS]
    if database.connection is not None:
        if not database.errors_occurred:
            database.answered_at = monotonic()
        database.close_if_unusable_or_obsolete()
