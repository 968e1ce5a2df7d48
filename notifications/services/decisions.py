"""What staff decided on a report, told to who reported and to whom it was about (settings.REPORT_DECIDED_HOOKS).

There is no event for it: nobody but the two is told, and each something else.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from accounts.actors import SYSTEM, Actor
from accounts.models import Person
from core.ids import uuid7
from events.recording import record_all
from notifications.events import NotificationCreated
from notifications.models import Notification

TO_REPORTER = {
    "hidden": "What you reported is not shown any more.",
    "restored": "We have looked again, and show what you reported.",
    "warned": "We have warned who wrote it.",
    "suspended": "Who wrote it is shut out.",
    "dismissed": "We found nothing that breaks our rules.",
}
TO_REPORTED = {
    "hidden": "Your {target} is not shown any more",
    "restored": "Your {target} is shown again",
    "warned": "A warning about your {target}",
}
CALLED = {"user": "behaviour"}  # what is not called by the name of its kind


def tell_of_decision(*, report: Any, author_id: UUID | None, by: Actor) -> None:
    """In the transaction of the decision. The reason is for whom it is about; who reported stays unsaid."""
    told = [
        _word(
            report, report.reporter_id, "report.decided", "We have looked at your report", TO_REPORTER[report.outcome]
        )
    ]
    if author_id is not None and report.outcome in TO_REPORTED:
        title = TO_REPORTED[report.outcome].format(target=CALLED.get(report.target_type, report.target_type))
        told.append(_word(report, author_id, f"moderation.{report.outcome}", title, report.decision))
    people = [one.person_id for one in told]
    able = set(Person.objects.filter(pk__in=people, suspended_at=None, erased_at=None).values_list("pk", flat=True))
    made = Notification.objects.bulk_create(one for one in told if one.person_id in able)
    record_all([NotificationCreated(one) for one in made], by=SYSTEM)


def _word(report: Any, person: UUID, type_: str, title: str, body: str) -> Notification:
    return Notification(
        person_id=person,
        event_id=uuid7(),
        type=type_,
        title=title,
        body=body,
        url=f"/jobs/{report.target_id}" if report.target_type == "job" else "/dashboard",
        resource_type=report.target_type,
        resource_id=report.target_id,
        mail_due_at=timezone.now() + timedelta(seconds=settings.NOTIFICATION_MAIL_SECONDS),
    )
