"""Access and refresh tokens: JWTs (RFC 7519) of one session each, signed with HMAC-SHA256.

An access token says who calls (`sub`), as what (`role`) and in which session (`sid`). A refresh token says the session
and the generation (`gen`) that it was made for. `token_type` keeps the two apart.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from typing import Any, TypeVar, cast
from uuid import UUID

from django.conf import settings
from rest_framework_simplejwt import tokens
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import ExpiredTokenError, TokenError

from accounts.exceptions import TokenExpired, TokenInvalid

ISSUER = "mintenance"
_PURPOSE = b"mintenance/accounts/tokens/1"
_LONGEST = 1024  # ours have about 400 characters; longer ones are not even decoded

T = TypeVar("T", bound=tokens.Token)
V = TypeVar("V")


@cache
def _backend(secret: str) -> TokenBackend:
    """Signs with a key derived for tokens alone, so that nothing else signed with SECRET_KEY passes as one."""
    key: Any = hmac.digest(secret.encode(), _PURPOSE, "sha256")
    return TokenBackend("HS256", key, issuer=ISSUER)


class _Ours:
    """Signed with our key, whatever SIMPLE_JWT says."""

    @property
    def token_backend(self) -> TokenBackend:
        """The signer."""
        return _backend(settings.SECRET_KEY)


class _Access(_Ours, tokens.AccessToken):
    """Simple JWT's, with our key."""


class _Refresh(_Ours, tokens.RefreshToken):  # type: ignore[misc]  # its own bases disagree
    """Simple JWT's, with our key."""


@dataclass(frozen=True, slots=True)
class AccessClaims:
    """What an access token says."""

    person_id: UUID
    session_id: UUID
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class RefreshClaims:
    """What a refresh token says."""

    person_id: UUID
    session_id: UUID
    generation: int


@dataclass(frozen=True, slots=True)
class Pair:
    """Both tokens of a session, and when the access token expires."""

    access: str
    refresh: str
    expires_at: datetime


def make_pair(*, person_id: UUID, role: str, session_id: UUID, generation: int) -> Pair:
    """New tokens for a session in this generation."""
    access, refresh = _Access(), _Refresh()
    for token in (access, refresh):
        token["sub"], token["sid"] = str(person_id), str(session_id)
    access["role"], refresh["gen"] = role, generation
    access.set_exp(lifetime=timedelta(seconds=settings.ACCESS_SECONDS))
    refresh.set_exp(lifetime=refresh_lifetime())
    return Pair(str(access), str(refresh), datetime.fromtimestamp(access["exp"], UTC))


def refresh_lifetime() -> timedelta:
    """How long a refresh token, and a session that nobody uses, lives."""
    lifetime: Any = settings.SIMPLE_JWT["REFRESH_TOKEN_LIFETIME"]
    return cast(timedelta, lifetime)


def read_access(text: str) -> AccessClaims:
    """What the access token says. Raises TokenInvalid or TokenExpired."""
    claims = _read_access(text, settings.SECRET_KEY)
    if claims.expires_at <= datetime.now(UTC):
        raise TokenExpired
    return claims


@lru_cache(maxsize=10_000)
def _read_access(text: str, _secret: str) -> AccessClaims:
    """The signature of a token is checked once a process: it does not change, as its expiry and its session do."""
    return _read(
        _Access,
        text,
        lambda claims: AccessClaims(
            UUID(claims["sub"]), UUID(claims["sid"]), datetime.fromtimestamp(claims["exp"], UTC)
        ),
    )


def read_refresh(text: str) -> RefreshClaims:
    """What the refresh token says. Raises TokenInvalid or TokenExpired."""
    return _read(
        _Refresh,
        text,
        lambda claims: RefreshClaims(UUID(claims["sub"]), UUID(claims["sid"]), int(claims["gen"])),
    )


def _read[T: tokens.Token, V](kind: type[T], text: str, claims_of: Callable[[T], V]) -> V:
    if len(text) > _LONGEST:
        raise TokenInvalid
    try:
        return claims_of(kind(text))  # type: ignore[arg-type]
    except ExpiredTokenError:
        raise TokenExpired from None
    except (TokenError, KeyError, ValueError, TypeError, AttributeError, OverflowError):
        raise TokenInvalid from None
