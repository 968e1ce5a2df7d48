"""Changing a password, and getting a new one when it is forgotten."""

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts import links
from accounts.actors import Actor
from accounts.exceptions import LinkInvalid
from accounts.models import Person, Session
from accounts.passwords import check_new_password, is_password_of
from accounts.services.sessions import end_sessions
from accounts.services.signing_up import id_behind
from core import mail
from core.errors import FieldErrors
from core.operations import operation


@operation
def change_password(*, current_password: str, new_password: str, by: Actor) -> None:
    """Take another password. All other sessions of the person end."""
    by.needs("account:write")
    person = Person.objects.select_for_update(no_key=True).get(pk=by.person_id)
    if not is_password_of(person, current_password):
        raise FieldErrors({"currentPassword": ["This is not your present password."]})
    check_new_password(new_password, person, "newPassword")
    _take_password(person, new_password)
    others = Session.objects.filter(person=person)
    if by.session_id is not None:
        others = others.exclude(pk=by.session_id)
    end_sessions(others, because="password_changed")


@operation
def ask_for_reset(*, email: str, by: Actor) -> None:
    """Send a link for a new password, if the address has an account. Nothing shows whether it has."""
    mail.queue("accounts.reset", id_behind(email))


@operation
def reset_password(*, token: str, password: str, by: Actor) -> None:
    """Take a new password by a link of ours, once. All sessions end; the address is confirmed by the way.

    Raises LinkInvalid (400) or FieldErrors.
    """
    person_id = links.person_to_reset(token)
    person = Person.objects.select_for_update(no_key=True).filter(pk=person_id).first()
    if person is None or not person.is_active or not links.is_reset_token(person, token):
        raise LinkInvalid
    check_new_password(password, person)
    if person.email_verified_at is None:
        person.email_verified_at = timezone.now()
    _take_password(person, password)
    end_sessions(Session.objects.filter(person=person), because="password_reset")


def _take_password(person: Person, password: str) -> None:
    person.password = make_password(password)
    person.save(update_fields=["password", "email_verified_at"])
    mail.queue("accounts.password_changed", person.pk)
