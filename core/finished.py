"""Finished answers to strangers, kept for as long as the database has not changed.

A stranger's answer to an address depends on nothing but committed rows. PostgreSQL's snapshot names exactly the
transactions whose work a query sees: while its text stays the same, no answer can differ. So a page that is asked again
goes through neither the view nor most of the database. The snapshot itself is looked at every FINISHED_SECONDS, and
again after each write of this process: so long, and no longer, may what another process wrote be missed.
"""

import time
from collections import OrderedDict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

import psycopg
from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse

from core import etags, throttles
from core.errors import Refusal
from core.headers import put_all
from core.problems import answer_for

LARGEST, MOST_BYTES, MOST_KEPT = 256 * 1024, 64 * 1024 * 1024, 20_000
_OWN = ("ratelimit", "ratelimit-policy")  # headers that are each answer's own
_CHANGES = ("HTTP_AUTHORIZATION", "HTTP_ORIGIN", "HTTP_X_NO_COMPRESSION")  # what makes an answer another one
_SAFE = ("GET", "HEAD", "OPTIONS")


def snapshot() -> str | None:
    """What is committed now, as a text to compare; None inside a transaction, which may see more than is committed."""
    if connection.in_atomic_block:
        return None
    connection.ensure_connection()
    with connection._prepare_cursor(psycopg.Cursor(connection.connection)) as cursor:  # type: ignore[attr-defined]
        cursor.execute("SELECT pg_current_snapshot()::text")
        return str(cursor.fetchone()[0])


@dataclass(frozen=True, slots=True)
class Answer:
    """A finished answer, under the snapshot that it was made under."""

    snapshot: str
    headers: Mapping[str, tuple[str, str]]
    content: bytes
    match: Any  # the route, for the metrics


class Finished:
    """Answers by address, the longest unasked forgotten first."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._answers: OrderedDict[Hashable, Answer] = OrderedDict()
        self._bytes = 0
        self._looked_at, self._snapshot = 0.0, ""

    def now(self) -> str | None:
        """The snapshot, or that of at most FINISHED_SECONDS ago."""
        if connection.in_atomic_block:
            return None
        looked_at = time.monotonic()
        if looked_at - self._looked_at >= settings.FINISHED_SECONDS:
            self._snapshot, self._looked_at = snapshot() or "", looked_at
        return self._snapshot

    def look_again(self) -> None:
        """This process has written something."""
        self._looked_at = 0.0

    def find(self, key: Hashable) -> tuple[Answer | None, str | None]:
        """The answer if it still holds, and the snapshot under which to keep a new one (None: do not)."""
        now = self.now()
        with self._lock:
            answer = self._answers.get(key)
            if answer is not None:
                self._answers.move_to_end(key)
        return (answer if answer is not None and answer.snapshot == now else None), now

    def keep(self, key: Hashable, answer: Answer) -> None:
        """Keep what was read after its snapshot was taken: after any commit since, the next one differs."""
        with self._lock:
            before = self._answers.pop(key, None)
            self._bytes += len(answer.content) - (len(before.content) if before else 0)
            self._answers[key] = answer
            while self._bytes > MOST_BYTES or len(self._answers) > MOST_KEPT:
                _, gone = self._answers.popitem(last=False)
                self._bytes -= len(gone.content)


class FinishedMiddleware:
    """Answers strangers' reads from what is kept. Served by threads alone: ASGI's loop may not wait for a database."""

    sync_capable = async_capable = True

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any:
        """The kept answer, or what comes from further in."""
        if request.method not in _SAFE:
            return self._write_later(request) if self.is_async else self._write(request)
        may_be_kept = settings.FINISHED_ANSWERS and not self.is_async and request.method == "GET"
        if not may_be_kept or any(name in request.META for name in _CHANGES):
            return self.get_response(request)
        return self._read(request)

    def _write(self, request: HttpRequest) -> Any:
        response = self.get_response(request)
        FINISHED.look_again()
        return response

    async def _write_later(self, request: HttpRequest) -> Any:
        response = await self.get_response(request)
        FINISHED.look_again()
        return response

    def _read(self, request: HttpRequest) -> Any:
        meta = request.META
        asked = tuple(meta.get(name) for name in ("QUERY_STRING", "HTTP_ACCEPT_ENCODING", "HTTP_API_VERSION"))
        key = (request.path_info, *asked)
        try:
            answer, now = FINISHED.find(key)
        except DatabaseError:  # then the view says what there is to say
            return self.get_response(request)
        if answer is not None:
            return _again(request, answer)
        response = self.get_response(request)
        if now and _may_be_kept(response):
            headers = {name: header for name, header in response.headers._store.items() if name not in _OWN}
            FINISHED.keep(key, Answer(now, headers, response.content, request.resolver_match))
        return response


def _may_be_kept(response: Any) -> bool:
    return (
        response.status_code == 200
        and response.get("Cache-Control", "").startswith("public")
        and not response.streaming
        and len(response.content) <= LARGEST
    )


def _again(request: Any, answer: Answer) -> HttpResponse:
    """Counted like any other request, and a 304 where the client has it."""
    request.resolver_match = answer.match
    try:
        allowance = throttles.count_stranger(getattr(request, "address", ""))
    except Refusal as refusal:
        return answer_for(refusal, request)
    wanted = request.META.get("HTTP_IF_NONE_MATCH")
    is_there = wanted is not None and etags.names(wanted, answer.headers["etag"][1])
    response = HttpResponse(b"" if is_there else answer.content, status=304 if is_there else 200)
    response.headers._store = dict(answer.headers)
    if is_there:
        for name in ("content-type", "content-encoding", "content-length"):
            response.headers._store.pop(name, None)
    if allowance is not None:
        put_all(response, allowance.headers())
    return response


FINISHED = Finished()
