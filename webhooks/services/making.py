"""Deliveries, made from the events of the log: one for each event and endpoint."""

from collections.abc import Iterator, Sequence

from django.db.models import Q

from events import cursors
from events.models import RecordedEvent
from webhooks.models import Delivery, Endpoint
from webhooks.patterns import matches

BATCH = 1000


def make_deliveries(events: Sequence[RecordedEvent]) -> None:
    """For every endpoint that wants them. Whether its owner sees a public one is asked when it is sent."""
    people = {person for event in events for person in event.audience}
    concerned = Q() if any(event.is_public for event in events) else Q(person__in=people)
    endpoints = list(Endpoint.objects.listening().filter(concerned).order_by("pk"))
    batch: list[Delivery] = []
    for event in events:
        batch.extend(_of_event(event, endpoints))
        if len(batch) >= BATCH:
            Delivery.objects.bulk_create(batch, ignore_conflicts=True)
            batch = []
    Delivery.objects.bulk_create(batch, ignore_conflicts=True)


def _of_event(event: RecordedEvent, endpoints: Sequence[Endpoint]) -> Iterator[Delivery]:
    position = event.position or 0
    for endpoint in endpoints:
        is_theirs = event.is_public or endpoint.person_id in event.audience
        if is_theirs and position > endpoint.after_position and matches(endpoint.events, event.type):
            yield Delivery(
                endpoint=endpoint,
                event_id=cursors.encode(position),
                event_type=event.type,
                position=position,
                resource_id=event.resource_id,
            )
