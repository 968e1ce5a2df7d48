"""What the worker does for the log."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Max
from django.utils import timezone

from events import publishing
from events.models import RecordedEvent

BATCH = 10_000


def publish_events() -> int:
    """Publish what a process that died left waiting; how many. A look first: nothing to do takes no lock."""
    if not RecordedEvent.objects.filter(position__isnull=True).exists():
        return 0
    return publishing.publish()


def forget_old_events() -> int:
    """Delete events past their time; how many. The newest stays, since the next position goes on from it."""
    newest = RecordedEvent.objects.aggregate(newest=Max("position"))["newest"]
    if newest is None:
        return 0
    before = timezone.now() - timedelta(days=settings.EVENT_RETENTION_DAYS)
    total = 0
    while True:
        old = RecordedEvent.objects.filter(created_at__lt=before, position__lt=newest).order_by("position")[:BATCH]
        gone, _ = RecordedEvent.objects.filter(pk__in=old.values("pk")).delete()
        total += gone
        if gone < BATCH:
            return total
