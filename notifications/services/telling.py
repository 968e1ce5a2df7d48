"""Telling people, and their having read it."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from accounts.actors import SYSTEM, Actor
from accounts.models import Person
from core.erasing import Gone
from core.operations import operation
from events.models import RecordedEvent
from events.recording import record_all
from notifications.events import NotificationCreated
from notifications.models import Notification
from notifications.services.wishes import Wish, wishes_about
from notifications.table import Audience, Rule

DELETED_TITLE = "deleted"
NEWS = timedelta(days=1)  # nobody is mailed about what is older, as on a site whose worker had stopped


@operation
def notify(*, event: RecordedEvent, rule: Rule) -> int:
    """Tell each person of the rule of this event, once; how many. Those who cannot sign in are told nothing."""
    audience = rule.who(event)
    told = _not_yet_told(event, audience, rule) if audience else []
    wishes = wishes_about(event.type, told)
    by_any = [person for person in told if any(wishes[person])]
    made = Notification.objects.bulk_create(
        _word(event, rule, person, audience[person], wishes[person]) for person in by_any
    )
    record_all([NotificationCreated(one) for one in made if one.in_app], by=SYSTEM)
    return len(made)


def _not_yet_told(event: RecordedEvent, audience: Audience, rule: Rule) -> list[UUID]:
    people = Person.objects.filter(pk__in=list(audience), suspended_at__isnull=True, erased_at__isnull=True)
    same = Q(event_id=event.pk)
    if rule.once:
        same |= Q(resource_id=event.resource_id, type=event.type)
    known = Notification.objects.filter(same).values("person")
    return list(people.exclude(pk__in=known).order_by("pk").values_list("pk", flat=True))


def _word(event: RecordedEvent, rule: Rule, person: UUID, own: Mapping[str, Any], wish: Wish) -> Notification:
    names = {**event.data, **own}
    wait = timedelta(seconds=settings.NOTIFICATION_MAIL_SECONDS)
    is_news = event.created_at > timezone.now() - NEWS
    return Notification(
        person_id=person,
        event_id=event.pk,
        type=event.type,
        title=rule.title.format_map(names)[:200],
        body=rule.body.format_map(names)[:500],
        url=rule.url.format_map(names),
        resource_type=event.resource_type,
        resource_id=event.resource_id,
        in_app=wish.in_app,
        mail_due_at=timezone.now() + wait if wish.email and is_news else None,
        created_at=event.created_at,
    )


@operation
def mark_read(*, ids: Collection[UUID] | None = None, by: Actor) -> int:
    """Mark these of one's own as read, or all; how many were not. Ids that are not one's own are passed over."""
    by.needs("notifications:read")
    rows = Notification.objects.visible_to(by.viewer).unread()
    if ids is not None:
        rows = rows.filter(pk__in=ids)
    return rows.update(read_at=timezone.now())


def erase_notifications_of(*, person: Any, gone: Gone, by: Actor) -> None:
    """Delete what the person was told, and take the words out of what others were told of what goes
    (settings.PERSON_ERASED_HOOKS, after those of the apps below)."""
    Notification.objects.filter(person=person.pk).delete()
    about = Notification.objects.filter(resource_id__one_of=gone.keys)
    gone.add(about.values_list("pk", flat=True), title=DELETED_TITLE, body="")
    about.update(title=DELETED_TITLE, body="")
