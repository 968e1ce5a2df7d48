"""Claiming what is due, and writing down what came of it. Nothing is sent in here, so no transaction waits for HTTP."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import connection
from django.utils import timezone

from core.operations import operation
from core.viewers import Viewer
from events import log
from webhooks import schedule, signing
from webhooks.models import Delivery, DeliveryStatus, Endpoint

AT_A_TIME = 20  # to one endpoint from one worker
AT_A_TIME_WHILE_FAILING = 2

_CLAIM = """
WITH busy AS (SELECT * FROM unnest(%s::uuid[], %s::integer[]) AS given(endpoint_id, count)),
due AS (
    SELECT one.id
    FROM (SELECT * FROM webhooks_endpoint WHERE status = 'enabled' ORDER BY random()) endpoint
    JOIN accounts_person person
      ON person.id = endpoint.person_id AND person.suspended_at IS NULL AND person.erased_at IS NULL
    LEFT JOIN busy ON busy.endpoint_id = endpoint.id
    CROSS JOIN LATERAL (
        SELECT delivery.id
        FROM webhooks_delivery delivery
        WHERE delivery.endpoint_id = endpoint.id AND delivery.status = 'pending'
          AND delivery.next_attempt_at <= statement_timestamp()
          AND NOT (endpoint.ordered AND EXISTS (
              SELECT FROM webhooks_delivery earlier
              WHERE earlier.endpoint_id = endpoint.id AND earlier.status = 'pending'
                AND earlier.resource_id = delivery.resource_id AND earlier.position < delivery.position))
        ORDER BY delivery.next_attempt_at, delivery.position
        LIMIT greatest(0, CASE WHEN endpoint.failing_since IS NULL THEN %s ELSE %s END - coalesce(busy.count, 0))
        FOR UPDATE OF delivery SKIP LOCKED
    ) one
    LIMIT %s
)
UPDATE webhooks_delivery delivery SET lease = %s, next_attempt_at = statement_timestamp() + make_interval(secs => %s)
FROM due WHERE delivery.id = due.id
RETURNING delivery.id
"""
_CREATED_AT = re.compile(rb'"createdAt":("[^"]*")')


@dataclass(frozen=True)
class Parcel:
    """All that the sender needs of a delivery that it has claimed."""

    delivery_id: UUID
    endpoint_id: UUID
    lease: UUID
    url: str
    webhook_id: str
    body: str
    secrets: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """What came of one attempt."""

    parcel: Parcel
    started_at: datetime
    latency_ms: int
    status: int | None = None
    text: str = ""
    error: str | None = None
    retry_after: timedelta | None = None

    @property
    def is_good(self) -> bool:
        """Whether it was accepted."""
        return self.error is None and self.status is not None and 200 <= self.status < 300


@operation
def claim(*, most: int, busy: Mapping[UUID, int]) -> list[Parcel]:
    """Take what is due, for the length of a lease; `busy` is how many are on their way to each endpoint.

    The body is fixed here, at the first attempt. Workers share the work: what one has locked the others pass over.
    """
    lease = uuid4()
    with connection.cursor() as cursor:
        limits = [AT_A_TIME, AT_A_TIME_WHILE_FAILING, most]
        cursor.execute(_CLAIM, [list(busy), list(busy.values()), *limits, lease, schedule.LEASE.total_seconds()])
        pks = [pk for (pk,) in cursor.fetchall()]
    if not pks:
        return []
    found = list(Delivery.objects.filter(pk__in=pks).select_related("endpoint__person").order_by("position", "pk"))
    _fix_bodies([one for one in found if one.body is None])
    return [_parcel(one) for one in found if one.body is not None]


def _fix_bodies(deliveries: Sequence[Delivery]) -> None:
    """What each owner may see of the event now; what they may not see is not sent."""
    by_owner: dict[Viewer, list[Delivery]] = defaultdict(list)
    for one in deliveries:
        person = one.endpoint.person
        by_owner[Viewer(person.pk, person.is_staff)].append(one)
    for viewer, theirs in by_owner.items():
        seen = log.read_at(viewer, sorted({one.position or 0 for one in theirs}))
        for one in theirs:
            envelope = seen.get(one.position or 0)
            one.body = None if envelope is None else _body(envelope)
    sent = [one for one in deliveries if one.body is not None]
    Delivery.objects.bulk_update(sent, ["body"])
    skipped = [one.pk for one in deliveries if one.body is None]
    Delivery.objects.filter(pk__in=skipped).update(
        status=DeliveryStatus.SKIPPED, next_attempt_at=None, lease=None, finished_at=timezone.now()
    )


def _body(envelope: bytes) -> str:
    """The envelope as the log shows it, with the member `timestamp` that Standard Webhooks wants."""
    found = _CREATED_AT.search(envelope)
    assert found is not None  # every envelope has it, before its data
    return (b'{"timestamp":' + found[1] + b"," + envelope[1:]).decode()


def _parcel(one: Delivery) -> Parcel:
    assert one.lease is not None
    return Parcel(
        one.pk, one.endpoint_id, one.lease, one.endpoint.url, one.event_id, one.body or "", _secrets(one.endpoint)
    )


def _secrets(endpoint: Endpoint) -> tuple[str, ...]:
    """The present one; beside it the one before, for a day."""
    kept = [endpoint.secret]
    if endpoint.previous_secret and endpoint.previous_until and endpoint.previous_until > timezone.now():
        kept.append(endpoint.previous_secret)
    return tuple(signing.decrypt(one) for one in kept)
