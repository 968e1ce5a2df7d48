"""Signing in, going on with a refresh token, signing out."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from accounts import lockout, sessions, tokens
from accounts.actors import Actor
from accounts.exceptions import (
    AccountSuspended,
    EmailNotVerified,
    InvalidCredentials,
    SessionEnded,
    TokenReused,
)
from accounts.models import Person, Session
from accounts.passwords import is_password_of
from accounts.services.sessions import end_sessions
from core.errors import NotSignedIn
from core.operations import operation


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody who has just signed in, or gone on: the person, and both tokens of the session."""

    person: Person
    tokens: tokens.Pair

    @property
    def actor(self) -> Actor:
        """Them, as they see themselves."""
        return Actor(id=self.person.pk, role=self.person.role, is_staff=self.person.is_staff)


def sign_in(*, email: str, password: str, user_agent: str = "", by: Actor) -> SignedIn:
    """Open a session. Raises InvalidCredentials (401), TooManyAttempts (429), or, where the password is right,
    AccountSuspended or EmailNotVerified (403)."""
    email = email.strip().lower()
    lockout.count_attempt(email, by.address)
    person = Person.objects.filter(email=email, erased_at=None).first()
    if not is_password_of(person, password) or person is None:
        raise InvalidCredentials
    if person.suspended_at is not None:
        raise AccountSuspended
    if settings.EMAIL_VERIFICATION == "required" and not person.email_verified:
        raise EmailNotVerified
    return _enter(person, user_agent, by)


@operation
def _enter(person: Person, user_agent: str, by: Actor) -> SignedIn:
    """Open the session, unless the person was suspended or took another password since theirs was looked at."""
    now = Person.objects.select_for_update(no_key=True).filter(pk=person.pk).first()
    if now is None or not now.is_active or now.password != person.password:
        raise InvalidCredentials
    lockout.forget_attempts(person.email, by.address)
    return open_session(person, user_agent=user_agent, by=by)


def open_session(person: Person, *, user_agent: str, by: Actor) -> SignedIn:
    """A new session's tokens; to be called in the operation that has made sure of the person."""
    session = Session.objects.create(
        person=person,
        address=by.address or None,
        user_agent=user_agent[:300],
        expires_at=timezone.now() + tokens.refresh_lifetime(),
    )
    return SignedIn(person, _pair(session))


def refresh(*, refresh_token: str, by: Actor) -> SignedIn:
    """The next tokens of the session. A token that was used before ends it: one of its two bearers is a thief.

    Raises TokenInvalid, TokenExpired, TokenReused or SessionEnded (401).
    """
    claims = tokens.read_refresh(refresh_token)
    signed_in = _move_on(claims, by)
    if signed_in is None:  # after the commit that has ended the session
        raise TokenReused
    return signed_in


@operation
def _move_on(claims: tokens.RefreshClaims, by: Actor) -> SignedIn | None:
    session = _locked(claims.session_id)
    if session is None or session.person_id != claims.person_id or not session.person.is_active:
        raise SessionEnded
    if session.ended_at is not None or session.expires_at <= timezone.now():
        raise SessionEnded
    if session.generation != claims.generation:
        end_sessions(Session.objects.filter(pk=session.pk), because="token_reused")
        return None
    session.generation += 1
    session.last_used_at = timezone.now()
    session.expires_at = session.last_used_at + tokens.refresh_lifetime()
    session.address = by.address or session.address
    session.save(update_fields=["generation", "last_used_at", "expires_at", "address"])
    sessions.forget_after_commit([session.pk])
    return SignedIn(session.person, _pair(session))


@operation
def sign_out(*, refresh_token: str | None = None, by: Actor) -> None:
    """End the caller's session, the refresh token's, or both. One that has ended already stays so."""
    ids = {by.session_id} if by.session_id else set()
    if refresh_token is not None:
        ids.add(tokens.read_refresh(refresh_token).session_id)
    if not ids:
        raise NotSignedIn("There is no session to sign out of: send its access token or its refresh token.")
    end_sessions(Session.objects.filter(pk__in=ids), because="signed_out")


def _locked(session_id: UUID) -> Session | None:
    rows = Session.objects.select_related("person").select_for_update(of=("self",))
    return rows.filter(pk=session_id).first()


def _pair(session: Session) -> tokens.Pair:
    return tokens.make_pair(
        person_id=session.person_id,
        role=session.person.role,
        session_id=session.pk,
        generation=session.generation,
    )
