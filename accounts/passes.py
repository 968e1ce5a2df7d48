"""What a socket is opened with, and for how long that holds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.models import Session as PageSession
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from accounts import tokens
from accounts.actors import Actor
from accounts.authentication import actor_of_claims, actor_of_header, actor_of_session
from accounts.exceptions import SessionEnded
from accounts.models import ApiKey, Person, Session


@dataclass(frozen=True, slots=True)
class Pass:
    """How somebody has signed in, and until when that holds."""

    actor: Actor
    expires_at: datetime | None = None
    page: str = ""  # the key of a page's session


@dataclass(slots=True)
class Credentials:
    """What a socket was opened with: an Authorization header, or the key of a page's session."""

    header: str | None = None
    page: str | None = None

    def check(self) -> Pass:
        """Whose they are. Raises what the doors of REST raise."""
        if self.header is not None:
            return _pass_of_header(self.header)
        return _pass_of_page(self.page or "")


def _pass_of_header(header: str) -> Pass:
    scheme, _, text = header.partition(" ")
    if scheme.lower() != "bearer":
        actor = actor_of_header(header)
        actor.needs("events:read")
        return Pass(actor)
    claims = tokens.read_access(text.strip())
    return Pass(actor_of_claims(claims), claims.expires_at)


def _pass_of_page(key: str) -> Pass:
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    request.user = get_user(request)
    actor = actor_of_session(request)
    if actor is None:
        raise SessionEnded
    return Pass(actor, request.session.get_expiry_date(), key)


def credentials_of(scope: Any) -> Credentials | None:
    """What the request for a socket (an ASGI scope) carries; None where there is nothing."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    if "authorization" in headers:
        return Credentials(header=headers["authorization"])
    for offered in scope.get("subprotocols", ()):
        if offered.startswith("bearer."):
            return Credentials(header=f"Bearer {offered.removeprefix('bearer.')}")
    if _is_own_page(headers) and (key := _page_session(headers.get("cookie", ""))):
        return Credentials(page=key)
    return None


def _is_own_page(headers: dict[str, str]) -> bool:
    """Whether a page of this site, or of one that may call it with credentials, has asked (RFC 6455, section 10.2)."""
    origin = headers.get("origin", "")
    if origin in settings.CORS_ALLOWED_ORIGINS or origin == settings.PUBLIC_URL:
        return True
    return bool(origin) and urlsplit(origin).netloc == headers.get("host")


def _page_session(cookies: str) -> str | None:
    try:
        found = SimpleCookie(cookies).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return None
    return found.value if found is not None else None


def still_good(passes: Iterable[Pass]) -> tuple[set[Pass], set[UUID | None]]:
    """Those that still hold, and the people who are suspended. One query for each way of signing in."""
    now = timezone.now()
    held = list(passes)
    people = [one.actor.id for one in held]
    active = set(
        Person.objects.filter(pk__one_of=people, suspended_at=None, erased_at=None).values_list("pk", flat=True)
    )
    sessions = Session.objects.filter(
        pk__one_of=[one.actor.session_id for one in held if one.actor.session_id], ended_at=None, expires_at__gt=now
    )
    keys = ApiKey.objects.filter(
        Q(expires_at=None) | Q(expires_at__gt=now),
        pk__one_of=[one.actor.key_id for one in held if one.actor.key_id],
        revoked_at=None,
    )
    pages = PageSession.objects.filter(session_key__one_of=[one.page for one in held if one.page], expire_date__gt=now)
    alive: set[Any] = {*sessions.values_list("pk", flat=True), *keys.values_list("pk", flat=True)}
    alive.update(pages.values_list("session_key", flat=True))
    good = {
        one for one in held
        if one.actor.id in active and (one.actor.session_id or one.actor.key_id or one.page) in alive
    }  # fmt: skip
    gone = set(people) - active
    return good, gone
