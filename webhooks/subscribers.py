"""Reactions to what happens elsewhere."""

from collections.abc import Sequence

from events.models import RecordedEvent
from events.reactors import reactor
from webhooks.services import make_deliveries


@reactor("webhooks")
def queue_webhooks(events: Sequence[RecordedEvent]) -> None:
    """Queue each event for the endpoints that want it."""
    make_deliveries(events)
