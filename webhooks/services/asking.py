"""What an endpoint's owner may have sent: a test, one delivery once more, or what was missed."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from django.utils import timezone

from accounts.actors import Actor
from accounts.audit import audit
from core.errors import FieldErrors, NotFound
from core.ids import uuid7
from core.operations import operation
from core.renderers import to_json
from events import cursors, log
from events.models import RecordedEvent
from webhooks.exceptions import EndpointDisabled
from webhooks.models import Delivery, DeliveryStatus, Endpoint, EndpointStatus
from webhooks.patterns import types_of
from webhooks.services.endpoints import SCOPE, lock_endpoint

PING = "webhook.ping"
STRETCH = 1000


class Replayed(NamedTuple):
    """How many are to be sent again; where to go on from; whether there are events left."""

    queued: int
    next_cursor: str
    has_more: bool


@operation
def send_ping(*, endpoint_id: UUID, by: Actor) -> Delivery:
    """Send a `webhook.ping`, by the way that every event goes. Raises EndpointDisabled (409)."""
    endpoint = _enabled(endpoint_id, by)
    ping_id, now = f"ping_{uuid7().hex}", timezone.now().isoformat()
    body = {
        "timestamp": now,
        "id": ping_id,
        "type": PING,
        "createdAt": now,
        "apiVersion": log.API_VERSION,
        "resource": {"type": "webhook", "id": str(endpoint.pk)},
        "actorId": str(by.person_id),
        "data": {"id": str(endpoint.pk), "url": endpoint.url, "events": endpoint.events},
    }
    return Delivery.objects.create(
        endpoint=endpoint, event_id=ping_id, event_type=PING, resource_id=endpoint.pk, body=to_json(body).decode()
    )


@operation
def redeliver(*, endpoint_id: UUID, delivery_id: UUID, by: Actor) -> Delivery:
    """Send it again now, the same bytes under the same id, and by the whole schedule. Raises EndpointDisabled (409)."""
    return _redeliver(_enabled(endpoint_id, by), delivery_id)


@operation
def redeliver_for_owner(*, delivery_id: UUID, reason: str, by: Actor) -> Delivery:
    """The same by staff, for whoever's endpoint it is, and for a reason that is written down."""
    by.needs(SCOPE)
    by.must_be("staff")
    if not reason.strip():
        raise FieldErrors({"reason": ["Say why."]})
    rows = Endpoint.objects.filter(pk__in=Delivery.objects.filter(pk=delivery_id).values("endpoint"))
    endpoint = rows.select_for_update(no_key=True).first()
    if endpoint is None:
        raise NotFound
    _must_be_enabled(endpoint)
    found = _redeliver(endpoint, delivery_id)
    owner = endpoint.person_id
    audit(
        "webhook.redelivered",
        target_type="webhook_delivery",
        target_id=found.pk,
        why=reason.strip(),
        about=owner,
        by=by,
    )
    return found


def _redeliver(endpoint: Endpoint, delivery_id: UUID) -> Delivery:
    found = Delivery.objects.select_for_update().filter(pk=delivery_id, endpoint=endpoint).first()
    if found is None:
        raise NotFound
    if found.lease is None:  # else it is being sent at this moment
        _queue([found.pk])
        found.refresh_from_db()
    return found


@operation
def replay(*, endpoint_id: UUID, after: str, by: Actor) -> Replayed:
    """Send what the endpoint missed of the events after a cursor: what has failed, or was never to be sent.

    A thousand events are looked at; `next_cursor` is for the next call. Raises EndpointDisabled (409), and what a bad
    cursor raises.
    """
    endpoint = _enabled(endpoint_id, by)
    place = log.place(after)
    types = types_of(endpoint.events)
    found = log.read(by.viewer, after=place, limit=STRETCH + 1, types=types) if types else []
    more, found = len(found) > STRETCH, found[:STRETCH]
    queued = _make_missing(endpoint, [entry.position for entry in found]) + _queue_failed(endpoint, found)
    return Replayed(queued, cursors.encode(found[-1].position if found else place), more)


def _make_missing(endpoint: Endpoint, positions: Sequence[int]) -> int:
    known = set(Delivery.objects.filter(endpoint=endpoint, position__in=positions).values_list("position", flat=True))
    missing = RecordedEvent.objects.filter(position__in=[one for one in positions if one not in known])
    made = Delivery.objects.bulk_create(
        Delivery(
            endpoint=endpoint,
            event_id=cursors.encode(position or 0),
            event_type=type_,
            position=position,
            resource_id=resource_id,
        )
        for position, type_, resource_id in missing.order_by("position").values_list("position", "type", "resource_id")
    )
    return len(made)


def _queue_failed(endpoint: Endpoint, found: Sequence[log.Entry]) -> int:
    over = [DeliveryStatus.FAILED, DeliveryStatus.SKIPPED]
    rows = Delivery.objects.select_for_update().filter(endpoint=endpoint, status__in=over)
    failed = rows.filter(position__in=[entry.position for entry in found]).order_by("pk")
    return _queue(list(failed.values_list("pk", flat=True)))


def _queue(pks: Sequence[UUID]) -> int:
    return Delivery.objects.filter(pk__in=pks).update(
        status=DeliveryStatus.PENDING, turn=0, next_attempt_at=timezone.now(), lease=None, finished_at=None
    )


def _enabled(endpoint_id: UUID, by: Actor) -> Endpoint:
    endpoint = lock_endpoint(endpoint_id, by=by)
    _must_be_enabled(endpoint)
    return endpoint


def _must_be_enabled(endpoint: Endpoint) -> None:
    if endpoint.status != EndpointStatus.ENABLED:
        raise EndpointDisabled
