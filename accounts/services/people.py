"""What people change about themselves, and what staff do to them."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.db.models.functions import Now
from django.utils import timezone

from accounts import keys
from accounts.actors import Actor
from accounts.audit import audit
from accounts.models import Image, Person, Session
from accounts.passwords import check_new_password
from accounts.services.images import find_images
from accounts.services.sessions import end_sessions
from core import mail
from core.errors import FieldErrors, Forbidden, NotFound
from core.hooks import call_hooks
from core.operations import operation

_RIGHTS = {"role", "is_superuser"}


@operation
def edit_myself(*, changes: Mapping[str, Any], by: Actor) -> Person:
    """Change one's own name, or one's avatar: the id or a url of an upload of one's own, or None."""
    by.needs("profile:write")
    person = Person.objects.select_for_update(no_key=True).get(pk=by.person_id)
    fields = dict(changes)
    if "avatar" in fields:
        fields["avatar"] = _picture(fields["avatar"], by)
    changed = [name for name, value in fields.items() if getattr(person, name) != value]
    for name in changed:
        setattr(person, name, fields[name])
    if changed:
        person.save(update_fields=changed)
    return person


def _picture(ref: str | None, by: Actor) -> Image | None:
    if ref is None:
        return None
    try:
        return find_images([ref], by=by)[0]
    except FieldErrors as refusal:
        raise FieldErrors({"avatar": (refusal.details or {})["images"]}) from None


@operation
def suspend_person(*, person_id: UUID, reason: str, by: Actor) -> None:
    """Shut somebody out: sessions and keys end, and what they have posted is hidden. They are told why, by mail."""
    _must_be_staff(by)
    if not reason.strip():
        raise FieldErrors({"reason": ["Say why."]})
    person = _locked(person_id)
    if person.is_staff:
        _must_be_superuser(by)
    if person.suspended_at is not None:
        return
    person.suspended_at, person.suspended_reason = timezone.now(), reason.strip()[:500]
    person.save(update_fields=["suspended_at", "suspended_reason"])
    end_sessions(Session.objects.filter(person=person), because="suspended")
    _look_at_keys_again(person)
    call_hooks("PERSON_SUSPENDED_HOOKS", person=person, by=by)
    mail.queue("accounts.suspended", person.pk)
    audit(
        "person.suspended", target_type="user", target_id=person.pk, about=person.pk, why=person.suspended_reason, by=by
    )


@operation
def restore_person(*, person_id: UUID, reason: str = "", by: Actor) -> None:
    """Let them in again, show what they had posted, and tell them by mail. The reason is for staff alone."""
    _must_be_staff(by)
    person = _locked(person_id)
    if person.suspended_at is None:
        return
    person.suspended_at, person.suspended_reason = None, ""
    person.save(update_fields=["suspended_at", "suspended_reason"])
    _look_at_keys_again(person)
    call_hooks("PERSON_RESTORED_HOOKS", person=person, by=by)
    mail.queue("accounts.restored", person.pk)
    audit("person.restored", target_type="user", target_id=person.pk, about=person.pk, why=reason, by=by)


@operation
def add_staff(*, email: str, name: str, password: str, by: Actor) -> Person:
    """A new member of staff, who may do nothing until they are given rights. Raises EmailTaken or FieldErrors."""
    _must_be_superuser(by)
    person = Person(email=email.strip().lower(), name=name, role=Person.Role.STAFF, email_verified_at=timezone.now())
    if password:
        check_new_password(password, person)
    person.password = make_password(password or None)
    person.save(force_insert=True)
    audit("staff.added", target_type="user", target_id=person.pk, by=by)
    return person


@operation
def edit_person(*, person_id: UUID, changes: Mapping[str, Any], by: Actor) -> Person:
    """Staff change somebody's name or address; superusers also who is staff, with which rights.

    Another address has to be confirmed again. Whoever has another role signs in anew: sessions and keys act in the old.
    """
    _must_be_staff(by)
    person = _locked(person_id)
    changed = {name: value for name, value in changes.items() if getattr(person, name) != value}
    if changed.keys() & _RIGHTS:
        _must_be_superuser(by)
    if "email" in changed:
        changed = {**changed, "email": changed["email"].strip().lower(), "email_verified_at": None}
    for name, value in changed.items():
        setattr(person, name, value)
    person.save(update_fields=list(changed))
    if "role" in changed:
        end_sessions(Session.objects.filter(person=person), because="role_changed")
        _look_at_keys_again(person)
    if changed:
        said = ", ".join(f"{name}: {changed[name]}" if name in _RIGHTS else name for name in sorted(changed))
        audit("person.edited", target_type="user", target_id=person.pk, why=said, by=by)
    return person


@operation
def end_sessions_of(*, person_id: UUID, by: Actor) -> None:
    """Staff end all of somebody's sessions."""
    _must_be_staff(by)
    end_sessions(Session.objects.filter(person_id=person_id), because="ended_by_staff")
    audit("person.signed_out", target_type="user", target_id=person_id, by=by)


@operation
def give_groups(*, person_id: UUID, names: Collection[str], by: Actor) -> None:
    """Superusers say which groups of rights a member of staff is in."""
    _must_be_superuser(by)
    person = _locked(person_id)
    before = set(person.groups.values_list("name", flat=True))
    if before == set(names):
        return
    person.groups.set(Group.objects.filter(name__in=names))
    said = ", ".join(sorted(names)) or "none"
    audit("person.rights_given", target_type="user", target_id=person.pk, why=f"groups: {said}", by=by)


def _must_be_superuser(by: Actor) -> None:
    _must_be_staff(by)
    if not by.is_system and not Person.objects.filter(pk=by.person_id, is_superuser=True).exists():
        raise Forbidden("Only a superuser may do this.")


def _must_be_staff(by: Actor) -> None:
    by.needs("people:moderate")
    if not by.is_system:
        by.must_be("staff")


def _locked(person_id: UUID) -> Person:
    person = Person.objects.select_for_update(no_key=True).filter(pk=person_id, erased_at=None).first()
    if person is None:
        raise NotFound
    return person


def _look_at_keys_again(person: Person) -> None:
    for prefixes in person.api_keys.values_list("prefix", "previous_prefix"):
        keys.forget_after_commit(prefixes)


@operation
def note_seen(*, people: Collection[UUID]) -> None:
    """These have just gone."""
    Person.objects.filter(pk__one_of=people, erased_at=None).update(last_seen_at=Now())
