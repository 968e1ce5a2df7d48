"""Claiming what is due: locked, given its body and a lease, many deliveries in one transaction.

Nothing is sent in here, so no transaction waits for HTTP.
"""

import re
import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID, uuid4

from core.operations import operation
from core.shapes import run_prepared
from core.viewers import Viewer
from events import log
from webhooks import schedule, signing

AT_A_TIME = 20  # to one endpoint from one worker
AT_A_TIME_WHILE_FAILING = 2

_DUE = """
WITH held AS (SELECT * FROM unnest(%s::uuid[], %s::integer[], %s::integer[]) AS given(endpoint_id, count, most))
SELECT one.id::text, endpoint.id::text, endpoint.url, endpoint.secret,
       CASE WHEN endpoint.previous_until > statement_timestamp() THEN endpoint.previous_secret END,
       person.id, person.role = 'staff', one.event_id, one.position, one.body, one.turn
FROM (SELECT * FROM webhooks_endpoint WHERE status = 'enabled' ORDER BY random()) endpoint
JOIN accounts_person person
  ON person.id = endpoint.person_id AND person.suspended_at IS NULL AND person.erased_at IS NULL
LEFT JOIN held ON held.endpoint_id = endpoint.id
CROSS JOIN LATERAL (
    SELECT delivery.id, delivery.event_id, delivery.position, delivery.body, delivery.turn
    FROM webhooks_delivery delivery
    WHERE delivery.endpoint_id = endpoint.id AND delivery.status = 'pending'
      AND delivery.next_attempt_at <= statement_timestamp()
      AND NOT (endpoint.ordered AND EXISTS (
          SELECT FROM webhooks_delivery earlier
          WHERE earlier.endpoint_id = endpoint.id AND earlier.status = 'pending'
            AND earlier.resource_id = delivery.resource_id AND earlier.position < delivery.position))
    ORDER BY delivery.next_attempt_at, delivery.position
    LIMIT greatest(0, CASE WHEN endpoint.failing_since IS NULL THEN coalesce(held.most, %s) ELSE %s END
                      - coalesce(held.count, 0))
    FOR UPDATE OF delivery SKIP LOCKED
) one
LIMIT %s
"""
_LEASE = """
UPDATE webhooks_delivery delivery
SET lease = %s, next_attempt_at = statement_timestamp() + make_interval(secs => %s),
    body = coalesce(delivery.body, given.body)
FROM unnest(%b::uuid[], %b::text[]) AS given(id, body) WHERE delivery.id = given.id
"""
_SKIP = """
UPDATE webhooks_delivery
SET status = 'skipped', next_attempt_at = NULL, lease = NULL, finished_at = statement_timestamp()
WHERE id = ANY(%s::uuid[])
"""
_CREATED_AT = re.compile(rb'"createdAt":("[^"]*")')


class Parcel(NamedTuple):
    """All that the sender needs of a delivery that it has claimed. After `good_until` (of this machine's monotonic
    clock) it is not to be sent any more: its lease might end meanwhile. Ids are text: the sender counts by them many
    times a delivery, and a `UUID` is hashed in Python each time."""

    delivery_id: str
    endpoint_id: str
    lease: UUID
    turn: int
    url: str
    webhook_id: str
    body: str
    secrets: tuple[str, ...]
    good_until: float


class _Due(NamedTuple):
    """A row of what is due."""

    delivery_id: str
    endpoint_id: str
    url: str
    secret: bytes
    previous_secret: bytes | None
    person_id: UUID
    is_staff: bool
    webhook_id: str
    position: int | None
    body: str | None
    turn: int


@operation
def claim(
    *, most: int, held: Mapping[str, int], limits: Mapping[str, int] | None = None, at_a_time: int = AT_A_TIME
) -> list[Parcel]:
    """Take at most so many that are due, for the length of a lease; `held` is how many the worker has of each endpoint.

    So many `at_a_time` may be held of one endpoint, unless `limits` names another number for it; of one that fails,
    fewer. The body is fixed here, at the first attempt. Workers share the work: what one has locked the others pass
    over.
    """
    lease, good_until = uuid4(), time.monotonic() + schedule.waiting().total_seconds()
    counts = [held[one] for one in held]
    mosts = [(limits or {}).get(one, at_a_time) for one in held]
    failing = min(at_a_time, AT_A_TIME_WHILE_FAILING)
    rows = run_prepared(_DUE, [list(held), counts, mosts, at_a_time, failing, most], prepares=False)
    due = [_Due(*row) for row in rows]
    bodies = _bodies([one for one in due if one.body is None])
    sent = [one for one in due if one.body is not None or one.delivery_id in bodies]
    _lease(lease, sent, bodies)
    _skip([one for one in due if one.body is None and one.delivery_id not in bodies])
    secrets = _secrets(sent)
    return [
        Parcel(
            one.delivery_id, one.endpoint_id, lease, one.turn, one.url, one.webhook_id,
            one.body or bodies[one.delivery_id], secrets[one.endpoint_id], good_until,
        )
        for one in sent
    ]  # fmt: skip


def _lease(lease: UUID, due: Sequence[_Due], bodies: Mapping[str, str]) -> None:
    if due:
        pks, texts = [one.delivery_id for one in due], [bodies.get(one.delivery_id) for one in due]
        run_prepared(_LEASE, [lease, schedule.lease().total_seconds(), pks, texts], prepares=False)


def _skip(due: Sequence[_Due]) -> None:
    if due:
        run_prepared(_SKIP, [[one.delivery_id for one in due]], prepares=False)


def _bodies(due: Sequence[_Due]) -> dict[str, str]:
    """What each owner may see of the event now, by delivery; without those that they may not see."""
    seen = log.read_each([(Viewer(one.person_id, one.is_staff), one.position or 0) for one in due])
    return {one.delivery_id: _body(found) for one, found in zip(due, seen, strict=True) if found is not None}


def _body(envelope: bytes) -> str:
    """The envelope as the log shows it, with the member `timestamp` that Standard Webhooks wants."""
    found = _CREATED_AT.search(envelope)
    assert found is not None  # every envelope has it, before its data
    return (b'{"timestamp":' + found[1] + b"," + envelope[1:]).decode()


def _secrets(due: Sequence[_Due]) -> dict[str, tuple[str, ...]]:
    """By endpoint: the present one; beside it the one before, for a day."""
    rows = {one.endpoint_id: one for one in due}
    kept = {pk: [one.secret, one.previous_secret] for pk, one in rows.items()}
    return {pk: tuple(signing.decrypt(one) for one in both if one) for pk, both in kept.items()}
