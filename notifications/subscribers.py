"""Reactions to what happens elsewhere."""

from collections.abc import Sequence

from events.models import RecordedEvent
from events.reactors import reactor
from notifications.services import notify
from notifications.table import TABLE


@reactor("notifications", types=TABLE)
def tell_people(events: Sequence[RecordedEvent]) -> None:
    """Tell people what the table says they are told."""
    for event in events:
        notify(event=event, rule=TABLE[event.type])
