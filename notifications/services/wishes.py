"""How people want to be told: in the feed, by mail, by both or not at all."""

from collections.abc import Collection, Mapping
from typing import NamedTuple
from uuid import UUID

from accounts.actors import Actor
from core.errors import NotFound
from core.operations import operation
from notifications.models import Notification, Preference
from notifications.table import TABLE


class Wish(NamedTuple):
    """In which ways somebody wants to be told of something."""

    in_app: bool = True
    email: bool = True


def wishes_about(type_of_event: str, people: Collection[UUID]) -> Mapping[UUID, Wish]:
    """Each person's wish about this type of event."""
    said = Preference.objects.filter(type=type_of_event, person__in=people).values_list("person", "in_app", "email")
    return dict.fromkeys(people, Wish()) | {person: Wish(in_app, email) for person, in_app, email in said}


def wishes_of(person_id: UUID) -> dict[str, Wish]:
    """A person's wishes about every type of event that people are told of."""
    said = Preference.objects.filter(person=person_id).values_list("type", "in_app", "email")
    known = {type_: Wish(in_app, email) for type_, in_app, email in said}
    return {type_: known.get(type_, Wish()) for type_ in sorted(TABLE)}


@operation
def set_preferences(*, changes: Mapping[str, Mapping[str, bool]], by: Actor) -> None:
    """Want to be told otherwise: type of event → `in_app` and `email`, of which one may be left out."""
    by.needs("account:write")
    before = wishes_of(by.person_id)
    for type_of_event, ways in changes.items():
        _set(by.person_id, type_of_event, before[type_of_event]._replace(**ways))


@operation
def stop_mail(*, person_id: UUID) -> None:
    """No mail about anything any more, for whoever opens the link at the end of one."""
    if not Notification.objects.filter(person=person_id).exists():
        raise NotFound
    for type_of_event, wish in wishes_of(person_id).items():
        _set(person_id, type_of_event, wish._replace(email=False))
    Notification.objects.filter(person=person_id).update(mail_due_at=None)


def _set(person_id: UUID, type_of_event: str, wish: Wish) -> None:
    Preference.objects.update_or_create(person_id=person_id, type=type_of_event, defaults=wish._asdict())
