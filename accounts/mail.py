"""What we write to people about their accounts. Tokens are made here, in the worker, and stored nowhere."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from accounts import links
from accounts.models import Person
from core.mail import Letter, mail_kind
from core.models import OutgoingMail

MOST_IN_AN_HOUR = 5  # mails of one kind, so that nobody can fill somebody else's box


@mail_kind("accounts.verify")
def write_verification(person_id: UUID, context: dict[str, Any]) -> Letter | None:
    """Asks to confirm the address."""
    person = _addressee("accounts.verify", person_id)
    if person is None or person.email_verified:
        return None
    address = links.page("verify", links.verification_token(person))
    return _letter(person, "Confirm your address", "verify", address, button="Confirm my address")


@mail_kind("accounts.reset")
def write_reset(person_id: UUID, context: dict[str, Any]) -> Letter | None:
    """Gives a link for a new password."""
    person = _addressee("accounts.reset", person_id)
    if person is None:
        return None
    address = links.page("reset", links.reset_token(person))
    return _letter(person, "Choose a new password", "reset", address, button="Choose a new password")


@mail_kind("accounts.password_changed")
def write_change(person_id: UUID, context: dict[str, Any]) -> Letter | None:
    """Says that the password has changed, for the case that somebody else did it."""
    person = _active(person_id)
    return None if person is None else _letter(person, "Your password has been changed", "password_changed")


@mail_kind("accounts.address_taken")
def write_address_taken(person_id: UUID, context: dict[str, Any]) -> Letter | None:
    """Says that somebody tried to sign up with an address that has an account."""
    person = _addressee("accounts.address_taken", person_id)
    return None if person is None else _letter(person, "You have an account already", "address_taken")


@mail_kind("accounts.suspended")
def write_suspension(person_id: UUID, context: dict[str, Any]) -> Letter | None:
    """Says that staff have shut the person out, and why; nothing where they are in again by now."""
    person = Person.objects.filter(pk=person_id, suspended_at__isnull=False, erased_at=None).first()
    return None if person is None else _letter(person, "Your account is suspended", "suspended")


@mail_kind("accounts.restored")
def write_return(person_id: UUID, context: dict[str, Any]) -> Letter | None:
    """Says that the person may come back, if that is still so."""
    person = _active(person_id)
    address = f"{settings.PUBLIC_URL}/accounts/sign-in"
    return None if person is None else _letter(person, "Your account is open again", "restored", address)


def _active(person_id: UUID) -> Person | None:
    person = Person.objects.filter(pk=person_id).first()
    return person if person is not None and person.is_active else None


def _addressee(kind: str, person_id: UUID) -> Person | None:
    """The person, unless they have had enough mail of this kind in the last hour."""
    since = timezone.now() - timedelta(hours=1)
    sent = OutgoingMail.objects.filter(person_id=person_id, kind=kind, sent_at__gt=since).count()
    return _active(person_id) if sent < MOST_IN_AN_HOUR else None


def _letter(person: Person, subject: str, name: str, link: str = "", *, button: str = "") -> Letter:
    text = render_to_string(f"accounts/mail/{name}.txt", {"person": person, "link": link})
    return Letter(to=person.email, subject=subject, text=text, button=button)
