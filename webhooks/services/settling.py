"""What came of attempts: written down, tried again later, or given up."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from core import mail
from core.operations import operation
from webhooks import schedule
from webhooks.models import Attempt, Delivery, DeliveryStatus, DisabledReason, Endpoint, EndpointStatus
from webhooks.services.claiming import Outcome

BATCH = 5000


@operation
def settle(outcomes: Sequence[Outcome]) -> None:
    """Write them down. One whose lease another worker has taken over meanwhile is left to that one."""
    pks = [outcome.parcel.delivery_id for outcome in outcomes]
    rows = Delivery.objects.select_for_update().filter(pk__in=pks).order_by("pk").only("attempt_count", "turn", "lease")
    held = {row.pk: row for row in rows}
    mine = [one for one in outcomes if _is_mine(one, held)]
    Attempt.objects.bulk_create(_attempt(one, held[one.parcel.delivery_id]) for one in mine)
    now = timezone.now()
    good = [one for one in mine if one.is_good]
    Delivery.objects.filter(pk__in=[one.parcel.delivery_id for one in good]).update(
        status=DeliveryStatus.SUCCEEDED,
        attempt_count=F("attempt_count") + 1,
        turn=F("turn") + 1,
        next_attempt_at=None,
        lease=None,
        finished_at=now,
    )
    for one in mine:
        if not one.is_good:
            _put_off(one, held[one.parcel.delivery_id], now)
    _judge(mine, now)


def _is_mine(outcome: Outcome, held: dict[UUID, Delivery]) -> bool:
    row = held.get(outcome.parcel.delivery_id)
    return row is not None and row.lease == outcome.parcel.lease


def _attempt(outcome: Outcome, row: Delivery) -> Attempt:
    return Attempt(
        delivery=row,
        number=row.attempt_count + 1,
        response_status=outcome.status,
        latency_ms=outcome.latency_ms,
        response_body=outcome.text,
        error=outcome.error,
        started_at=outcome.started_at,
    )


def _put_off(outcome: Outcome, row: Delivery, now: datetime) -> None:
    pause = schedule.pause_after(row.turn + 1, outcome.retry_after)
    row.attempt_count += 1
    row.turn += 1
    row.lease = None
    row.status = DeliveryStatus.PENDING if pause else DeliveryStatus.FAILED
    row.next_attempt_at = now + pause if pause else None
    row.finished_at = None if pause else now
    row.save(update_fields=["attempt_count", "turn", "lease", "status", "next_attempt_at", "finished_at"])


def _judge(outcomes: Sequence[Outcome], now: datetime) -> None:
    """An endpoint that answers is well; one that has not for five days, or says 410, is disabled."""
    well = {one.parcel.endpoint_id for one in outcomes if one.is_good}
    ill = {one.parcel.endpoint_id for one in outcomes} - well
    gone = {one.parcel.endpoint_id for one in outcomes if one.status == 410}
    Endpoint.objects.filter(pk__in=well, failing_since__isnull=False).update(failing_since=None)
    Endpoint.objects.filter(pk__in=ill, failing_since__isnull=True).update(failing_since=now)
    enabled = Endpoint.objects.select_for_update(no_key=True).filter(status=EndpointStatus.ENABLED).order_by("pk")
    for endpoint in enabled.filter(pk__in=ill | gone):
        since = endpoint.failing_since
        if endpoint.pk in gone:
            _disable(endpoint, DisabledReason.GONE, now)
        elif since is not None and now - since >= schedule.patience():
            _disable(endpoint, DisabledReason.FAILING, now)


def _disable(endpoint: Endpoint, reason: DisabledReason, now: datetime) -> None:
    """The owner is told in the same transaction."""
    endpoint.status, endpoint.disabled_reason, endpoint.updated_at = EndpointStatus.DISABLED, reason, now
    endpoint.save(update_fields=["status", "disabled_reason", "updated_at"])
    mail.queue("webhooks.disabled", endpoint.person_id, endpoint=str(endpoint.pk))


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
