"""Webhook endpoints that are disabled by the site, told to their owners (settings.WEBHOOK_DISABLED_HOOKS).

There is no event for it: it concerns nobody else, and a mail of its own says what to do.
"""

from typing import Any

from accounts.actors import SYSTEM
from core.ids import uuid7
from events.recording import record_all
from notifications.events import NotificationCreated
from notifications.models import Notification


def tell_of_webhook(*, endpoint: Any, why: str) -> None:
    """In the transaction that disables it."""
    told = Notification.objects.create(
        person_id=endpoint.person_id,
        event_id=uuid7(),
        type="webhook.disabled",
        title="Your webhook endpoint was disabled",
        body=f"{endpoint.url:.400}: {why}",
        url=f"/developers/webhooks/{endpoint.pk}",
        resource_type="webhook",
        resource_id=endpoint.pk,
    )
    record_all([NotificationCreated(told)], by=SYSTEM)
