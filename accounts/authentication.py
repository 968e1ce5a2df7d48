"""Who calls the REST door: a person by token or page, or a person's program by key.

Credentials that are not good are refused with 401. They never make their bearer a stranger, who would be answered
something else without a word.
"""

from copy import copy
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from rest_framework.authentication import BaseAuthentication, CSRFCheck

from accounts import keys, sessions, tokens
from accounts.actors import Actor
from accounts.exceptions import AuthorizationInvalid, CsrfFailed, SessionEnded, TokenInvalid

SESSION = "session"  # where a page's session keeps the id of the one that signing in has opened
_SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")  # RFC 9110, section 9.2.1


def actor_of_access_token(text: str) -> Actor:
    """The person whose access token this is. Raises TokenInvalid, TokenExpired or SessionEnded (401)."""
    return actor_of_claims(tokens.read_access(text))


def actor_of_claims(claims: tokens.AccessClaims) -> Actor:
    """The person of these claims, if their session is alive. For doors that stay open and look again."""
    standing = sessions.standing_of(claims.session_id)
    if standing.actor is None or not standing.is_alive:
        raise SessionEnded
    if standing.actor.id != claims.person_id:
        raise TokenInvalid
    return standing.actor


def actor_of_header(header: str) -> Actor:
    """Whom an Authorization header stands for, at any door. Raises a 401, or 403 for a suspended key's owner."""
    scheme, _, credentials = header.partition(" ")
    if scheme.lower() == "bearer":
        return actor_of_access_token(credentials.strip())
    if scheme.lower() == "api-key":
        return keys.actor_of(credentials.strip())
    raise AuthorizationInvalid


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer <access token>` (RFC 6750)."""

    def authenticate(self, request: Any) -> tuple[Actor, str] | None:
        """The actor and the token; None without the header, or with a key in it."""
        header = request.META.get("HTTP_AUTHORIZATION")
        if header is None or header[:8].lower() == "api-key ":
            return None
        return actor_of_header(header), header

    def authenticate_header(self, request: Any) -> str:
        """The challenge of a 401."""
        return "Bearer"


class ApiKeyAuthentication(BaseAuthentication):
    """`Authorization: Api-Key mtn_<prefix>_<secret>`."""

    def authenticate(self, request: Any) -> tuple[Actor, str] | None:
        """The actor and the key; None without the header."""
        header = request.META.get("HTTP_AUTHORIZATION")
        return None if header is None else (actor_of_header(header), header)


class CookieAuthentication(BaseAuthentication):
    """Django's session of a page, with its CSRF token in a header where something may change."""

    def authenticate(self, request: Any) -> tuple[Actor, None] | None:
        """The actor; None without a session. Raises CsrfFailed (403)."""
        actor = actor_of_session(request._request)
        if actor is None:
            return None
        if request.method not in _SAFE:
            demand_csrf_token(request._request)
        return actor, None


def actor_of_session(request: Any) -> Actor | None:
    """Who has signed in on a page; None for nobody. Raises SessionEnded where that was ended meanwhile.

    Staff who came in by the admin have no session of ours beside Django's.
    """
    person = getattr(request, "user", None)
    if person is None or not person.is_active:
        return None
    session_id = request.session.get(SESSION)
    if session_id is None:
        return Actor(id=person.pk, role=person.role, is_staff=person.is_staff)
    standing = sessions.standing_of(UUID(session_id))
    if standing.actor is None or not standing.is_alive or standing.actor.id != person.pk:
        raise SessionEnded
    return standing.actor


def demand_csrf_token(request: Any) -> None:
    """Raises CsrfFailed (403) unless the request carries Django's CSRF token in a header."""
    check: Any = CSRFCheck(lambda _: HttpResponse())
    looked_at = copy(request)
    looked_at.method = "PUT"  # of a POST Django reads the form for a token, and leaves nothing for the view
    check.process_request(looked_at)
    if check.process_view(looked_at, None, (), {}):
        raise CsrfFailed
