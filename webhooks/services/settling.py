"""What came of attempts: written down, tried again later, or given up."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.utils import timezone

from core import mail
from core.hooks import call_hooks
from core.ids import uuid7
from core.operations import operation
from core.renderers import to_json
from core.shapes import run_prepared
from webhooks import schedule
from webhooks.models import Delivery, DeliveryStatus, DisabledReason, Endpoint, EndpointStatus
from webhooks.services.claiming import Parcel

BATCH = 5000

WHY_DISABLED = {
    DisabledReason.GONE: "It answered 410 Gone.",
    DisabledReason.FAILING: "For five days every delivery to it has failed.",
}
"""In words for its owner."""

_SETTLE = """
WITH given AS (
    SELECT * FROM json_to_recordset(%s::json) AS given(
        id uuid, lease uuid, attempt uuid, response integer, latency integer, answer text, error text,
        started timestamptz, status text, pause double precision)
),
held AS (
    SELECT delivery.attempt_count + 1 AS number, delivery.endpoint_id, given.*
    FROM given JOIN webhooks_delivery delivery ON delivery.id = given.id AND delivery.lease = given.lease
    ORDER BY delivery.id
    FOR UPDATE OF delivery
),
written AS (
    INSERT INTO webhooks_attempt
        (id, delivery_id, number, response_status, latency_ms, response_body, error, started_at)
    SELECT attempt, id, number, response, latency, answer, error, started FROM held
),
healed AS (
    UPDATE webhooks_endpoint SET failing_since = NULL
    WHERE failing_since IS NOT NULL AND id IN (SELECT endpoint_id FROM held WHERE status = 'succeeded')
)
UPDATE webhooks_delivery delivery
SET attempt_count = held.number, turn = delivery.turn + 1, lease = NULL, status = held.status,
    next_attempt_at = statement_timestamp() + make_interval(secs => held.pause),
    finished_at = CASE WHEN held.pause IS NULL THEN statement_timestamp() END
FROM held WHERE delivery.id = held.id
RETURNING delivery.id::text
"""
_GIVE_BACK = """
UPDATE webhooks_delivery delivery SET lease = NULL, next_attempt_at = statement_timestamp()
FROM unnest(%s::uuid[], %s::uuid[]) AS given(id, lease)
WHERE delivery.id = given.id AND delivery.lease = given.lease
"""


class Outcome(NamedTuple):
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
        return self.status is not None and 200 <= self.status < 300


@operation
def settle(outcomes: Sequence[Outcome]) -> None:
    """Write them down, together. One whose lease another worker has taken over meanwhile is left to that one.

    An endpoint that answers is well; one that has not for five days, or says 410, is disabled.
    """
    rows = to_json([_row(one) for one in outcomes]).decode()
    mine = {pk for (pk,) in run_prepared(_SETTLE, [rows])}
    _judge([one for one in outcomes if one.parcel.delivery_id in mine], timezone.now())


def _row(outcome: Outcome) -> dict[str, Any]:
    """As the statement takes it; without a pause it is the last attempt."""
    good, parcel = outcome.is_good, outcome.parcel
    pause = None if good else schedule.pause_after(parcel.turn + 1, outcome.retry_after)
    over = DeliveryStatus.SUCCEEDED if good else DeliveryStatus.FAILED
    return {
        "id": parcel.delivery_id,
        "lease": parcel.lease,
        "attempt": uuid7(),
        "response": outcome.status,
        "latency": outcome.latency_ms,
        "answer": outcome.text,
        "error": outcome.error,
        "started": outcome.started_at,
        "status": over.value if pause is None else DeliveryStatus.PENDING.value,
        "pause": None if pause is None else pause.total_seconds(),
    }


@operation
def give_back(parcels: Sequence[Parcel]) -> None:
    """What was claimed and will not be sent from here after all is due again."""
    given = [[one.delivery_id for one in parcels], [one.lease for one in parcels]]
    run_prepared(_GIVE_BACK, given, prepares=False)


def _judge(outcomes: Iterable[Outcome], now: datetime) -> None:
    outcomes = list(outcomes)
    well = {one.parcel.endpoint_id for one in outcomes if one.is_good}
    ill = {one.parcel.endpoint_id for one in outcomes} - well
    gone = {one.parcel.endpoint_id for one in outcomes if one.status == 410}
    if ill or gone:
        _judge_failures(ill, gone, now)


def _judge_failures(ill: set[str], gone: set[str], now: datetime) -> None:
    Endpoint.objects.filter(pk__in=ill, failing_since__isnull=True).update(failing_since=now)
    enabled = Endpoint.objects.select_for_update(no_key=True).filter(status=EndpointStatus.ENABLED).order_by("pk")
    for endpoint in enabled.filter(pk__in=ill | gone):
        since = endpoint.failing_since
        if str(endpoint.pk) in gone:
            _disable(endpoint, DisabledReason.GONE, now)
        elif since is not None and now - since >= schedule.patience():
            _disable(endpoint, DisabledReason.FAILING, now)


def _disable(endpoint: Endpoint, reason: DisabledReason, now: datetime) -> None:
    """The owner is told in the same transaction: by mail, and in the app."""
    endpoint.status, endpoint.disabled_reason, endpoint.updated_at = EndpointStatus.DISABLED, reason, now
    endpoint.save(update_fields=["status", "disabled_reason", "updated_at"])
    mail.queue("webhooks.disabled", endpoint.person_id, endpoint=str(endpoint.pk))
    call_hooks("WEBHOOK_DISABLED_HOOKS", endpoint=endpoint, why=WHY_DISABLED[reason])


def forget_old_deliveries(before: datetime) -> int:
    """Delete deliveries from before that time, with their attempts; how many rows."""
    total = 0
    while True:
        old = Delivery.objects.filter(created_at__lt=before).order_by("created_at").values("pk")[:BATCH]
        pks = [row["pk"] for row in old]
        gone, _ = Delivery.objects.filter(pk__in=pks).delete()
        total += gone
        if len(pks) < BATCH:
            return total
