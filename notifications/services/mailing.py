"""Notifications by mail: what happens within a minute is one mail."""

from uuid import UUID

from django.utils import timezone

from accounts.models import Person
from core import mail
from core.failpoints import failpoint
from core.operations import operation
from notifications.models import Notification

AT_A_TIME = 200


def send_digests() -> int:
    """Queue a mail for everybody for whom one is due; how many. Workers side by side share the people."""
    due = Notification.objects.filter(mail_due_at__lte=timezone.now()).order_by("person")
    people = due.values_list("person", flat=True).distinct()[:AT_A_TIME]
    return sum(_digest(person) for person in people)


@operation
def _digest(person_id: UUID) -> bool:
    """One mail with all that waits, and none of it waits any more: both commit together."""
    person = Person.objects.select_for_update(no_key=True, skip_locked=True).filter(pk=person_id).first()
    if person is None:
        return False  # another worker is at it
    waiting = Notification.objects.filter(person=person_id, mail_due_at__isnull=False)
    unread = list(waiting.unread().order_by("created_at", "pk").values_list("pk", flat=True))
    if not waiting.update(mail_due_at=None) or not unread or not person.is_active:
        return False
    mail.queue("notifications.digest", person_id, notifications=[str(pk) for pk in unread])
    failpoint("notifications.mail_queued")
    return True
