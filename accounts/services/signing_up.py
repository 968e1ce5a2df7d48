"""Becoming a member, and confirming one's address."""

from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts import links
from accounts.actors import Actor
from accounts.exceptions import EmailTaken, LinkInvalid
from accounts.models import Person
from accounts.passwords import check_new_password
from accounts.services.signing_in import SignedIn, open_session
from core import mail
from core.errors import FieldErrors
from core.hooks import call_hooks
from core.ids import uuid7
from core.operations import operation

ROLES = ("homeowner", "contractor")


def sign_up(
    *,
    email: str,
    password: str,
    name: str,
    role: str,
    business_name: str | None = None,
    user_agent: str = "",
    by: Actor,
) -> SignedIn | None:
    """A new homeowner or contractor, signed in; a mail asks them to confirm their address.

    Where the site demands that first, the answer is None whether or not somebody has the address already, who is then
    told by mail. Elsewhere that is EmailTaken (409).
    """
    person = Person(email=email.strip().lower(), name=name, role=role)
    _check(person, password, business_name)
    person.password = make_password(password)  # before the transaction: it takes long
    if settings.EMAIL_VERIFICATION != "required":
        return _join_and_enter(person, business_name, user_agent, by)
    try:
        _join(person, business_name, by)
    except EmailTaken:
        _tell_owner_of(person.email)
    return None


def _check(person: Person, password: str, business_name: str | None) -> None:
    if person.role not in ROLES:
        raise FieldErrors({"role": ["Choose homeowner or contractor."]})
    if business_name and person.role != "contractor":
        raise FieldErrors({"businessName": ["Only a contractor has one."]})
    check_new_password(password, person)


@operation
def _join_and_enter(person: Person, business_name: str | None, user_agent: str, by: Actor) -> SignedIn:
    _join(person, business_name, by)
    return open_session(person, user_agent=user_agent, by=by)


@operation
def _join(person: Person, business_name: str | None, by: Actor) -> None:
    person.save(force_insert=True)
    call_hooks("PERSON_CREATED_HOOKS", person=person, business_name=business_name, by=by)
    mail.queue("accounts.verify", person.pk)


@operation
def _tell_owner_of(email: str) -> None:
    """Write to the owner of an address that somebody tried to sign up with it."""
    mail.queue("accounts.address_taken", Person.objects.values_list("pk", flat=True).get(email=email))


@operation
def verify_email(*, token: str, by: Actor) -> None:
    """Take the address as the person's own. Doing so again changes nothing. Raises LinkInvalid (400)."""
    person_id, email = links.read_verification(token)
    person = Person.objects.select_for_update(no_key=True).filter(pk=person_id, email=email).first()
    if person is None or not person.is_active:
        raise LinkInvalid
    if person.email_verified_at is None:
        person.email_verified_at = timezone.now()
        person.save(update_fields=["email_verified_at"])


@operation
def resend_verification(*, email: str, by: Actor) -> None:
    """Send the mail again, if the address has an account that is not confirmed yet. Nothing shows whether it has."""
    mail.queue("accounts.verify", id_behind(email))


def id_behind(email: str) -> UUID:
    """The id of the person with this address; where there is none, one that is nobody's, for which the same mail is
    queued and never written. So the answer takes the same work in both cases."""
    found = Person.objects.filter(email=email.strip().lower()).values_list("pk", flat=True).first()
    return found or uuid7()
