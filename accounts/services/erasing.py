"""Leaving for good: everything personal goes, and what others have with the person stays with "deleted user".

Free texts go with the rest, since people write names and numbers into them; what stays is facts (amounts, states,
dates). docs/personal-data.md says it table by table.
"""

import logging
from datetime import timedelta
from functools import partial
from uuid import UUID

from django.contrib.admin.models import LogEntry
from django.contrib.auth.hashers import make_password
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import keys, lockout
from accounts.actors import SYSTEM, Actor
from accounts.audit import erase_reasons_about
from accounts.models import Image, Person, Session
from accounts.passwords import is_password_of
from accounts.services.images import forget_images_of
from accounts.services.sessions import end_sessions
from core import idempotency, mail
from core.erasing import Gone
from core.errors import FieldErrors, Refusal
from core.failpoints import failpoint
from core.hooks import call_hooks
from core.operations import operation
from events import erasing as log_of_events

log = logging.getLogger(__name__)

DELETED_USER = "deleted user"
DELETED_REASON = "deleted"
TOKENS_DIE_WITHIN = timedelta(seconds=10)
AT_A_TIME = 100


@operation
def erase_myself(*, password: str | None = None, by: Actor) -> None:
    """Erase the caller: all of it or nothing. Whoever sends their password is asked for the right one.

    Raises WorkInProgress (409) while a job of theirs is assigned or running, on either side.
    """
    by.needs("account:write")
    person = Person.objects.select_for_update(no_key=True).get(pk=by.person_id)
    if password is not None and not is_password_of(person, password):
        raise FieldErrors({"password": ["This is not your password."]})
    if person.erased_at is None:
        _erase(person, by)


def finish_erasures() -> int:
    """Erase once more those who left a moment ago; how many.

    Other processes believe in their tokens for some seconds, so that something could still be written for them.
    """
    due = Person.objects.filter(erased_at__lte=timezone.now() - TOKENS_DIE_WITHIN, erasure_finished_at=None)
    return sum(_finish(pk) for pk in due.order_by("erased_at").values_list("pk", flat=True)[:AT_A_TIME])


def _finish(person_id: UUID) -> bool:
    try:
        return _erase_again(person_id)
    except Refusal as refusal:
        log.warning("The erasure of %s waits: %s", person_id, refusal.message)
        return False


@operation
def _erase_again(person_id: UUID) -> bool:
    left = Person.objects.select_for_update(no_key=True, skip_locked=True).filter(erasure_finished_at=None)
    person = left.filter(pk=person_id, erased_at__isnull=False).first()
    if person is None:
        return False
    _erase(person, SYSTEM)
    person.erasure_finished_at = timezone.now()
    person.save(update_fields=["erasure_finished_at"])
    return True


def _erase(person: Person, by: Actor) -> None:
    """First what hangs on the person, by the apps above, then the account, then every trace of both."""
    gone = Gone()
    gone.add([person.pk], name=DELETED_USER, avatar=None, email=None)
    gone.add(Image.objects.filter(owner=person).values_list("pk", flat=True), filename="image")
    call_hooks("PERSON_ERASED_HOOKS", person=person, gone=gone, by=by)
    _forget_ways_in(person)
    _forget_acts_of_staff(person)
    person.reports.update(comment=None)
    person.reports_about.exclude(decision=None).update(decision=DELETED_REASON)
    erase_reasons_about(person.pk)
    _forget_account(person)
    forget_images_of(person.pk)
    mail.forget_mail_to(person.pk)
    log_of_events.forget_person(person.pk, gone)
    idempotency.forget_person(person.pk, gone)
    failpoint("accounts.erasing")


def _forget_ways_in(person: Person) -> None:
    """Sessions, keys, phones, and tries to sign in from where they have been."""
    sessions = Session.objects.filter(person=person)
    for address in set(sessions.exclude(address=None).values_list("address", flat=True)):
        lockout.forget_attempts(person.email, address or "")
    end_sessions(sessions, because="erased")
    sessions.delete()
    for prefixes in person.api_keys.values_list("prefix", "previous_prefix"):
        keys.forget_after_commit(prefixes)
    person.api_keys.all().delete()
    TOTPDevice.objects.filter(user=person.pk).delete()


def _forget_acts_of_staff(person: Person) -> None:
    """The admin keeps the name of whatever it changed."""
    people = ContentType.objects.get_for_model(Person)
    LogEntry.objects.filter(content_type=people, object_id=str(person.pk)).update(object_repr=DELETED_USER)


def _forget_account(person: Person) -> None:
    person.name, person.email = DELETED_USER, f"{person.pk.hex}@deleted.invalid"
    person.password, person.avatar = make_password(None), None
    person.email_verified_at = person.last_login = person.last_seen_at = None
    person.suspended_reason, person.is_superuser = "", False
    person.erased_at = person.erased_at or timezone.now()
    person.groups.clear()
    person.user_permissions.clear()
    person.save()
    transaction.on_commit(partial(failpoint, "accounts.erased"))  # before the files, whose names are kept until then
