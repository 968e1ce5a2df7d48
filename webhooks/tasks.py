"""What the worker does for webhooks."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from webhooks import schedule, subscribers
from webhooks.sending import Sender
from webhooks.services.settling import forget_old_deliveries

send_webhooks = Sender()
"""Send what is due; how many were sent, or are on their way."""


def queue_webhooks() -> int:
    """Make deliveries from the events since the last time; how many events there were."""
    return subscribers.queue_webhooks.run_once()


def forget_old_webhooks() -> int:
    """Delete deliveries past their time. None outlives its event, by which an erasure finds it."""
    kept = min(schedule.KEPT, timedelta(days=settings.EVENT_RETENTION_DAYS))
    forget_old_deliveries(timezone.now() - kept)
    return 0
