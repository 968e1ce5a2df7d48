"""Endpoints, what is to be delivered to them, and each attempt to do so."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now, Upper

from core.ids import uuid7
from webhooks.querysets import DeliveryQuerySet, EndpointQuerySet


class EndpointStatus(models.TextChoices):
    """Whether events are delivered."""

    ENABLED = "enabled"
    DISABLED = "disabled"


class DisabledReason(models.TextChoices):
    """Who or what has disabled an endpoint."""

    OWNER = "owner", "Its owner said so."
    GONE = "gone", "It answered 410."
    FAILING = "failing", "Nothing but failures for five days."


class DeliveryStatus(models.TextChoices):
    """How far a delivery has come."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    SKIPPED = "skipped", "Its owner could not see the event any more when it was to be sent."


class Endpoint(models.Model):
    """Where somebody's program hears of events. `events` are patterns, such as `bid.*`.

    `secret` and `previous_secret` are encrypted; the second signs too until `previous_until`. `failing_since` is when
    the first attempt failed of those after which none has succeeded. Events up to `after_position` came before it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="webhook_endpoints", db_index=False
    )
    url = models.CharField(max_length=2000)
    events = ArrayField(models.CharField(max_length=60))
    description = models.CharField(max_length=200, null=True, blank=True)
    ordered = models.BooleanField(default=False)
    status = models.CharField(max_length=8, choices=EndpointStatus, default=EndpointStatus.ENABLED)
    disabled_reason = models.CharField(max_length=7, choices=DisabledReason, null=True, blank=True)
    secret = models.BinaryField(editable=False)
    previous_secret = models.BinaryField(null=True, editable=False)
    previous_until = models.DateTimeField(null=True, editable=False)
    failing_since = models.DateTimeField(null=True, editable=False)
    after_position = models.BigIntegerField(editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = EndpointQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status="enabled", disabled_reason__isnull=True)
                | Q(status="disabled", disabled_reason__isnull=False),
                name="endpoint_disabled_for_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-created_at", "-id"], name="endpoint_of_person"),
            models.Index(fields=["-created_at", "-id"], name="endpoint_newest"),
            GinIndex(OpClass(Upper("url"), "gin_trgm_ops"), name="endpoint_part_of_url", fastupdate=False),
            models.Index(fields=["failing_since"], condition=Q(failing_since__isnull=False), name="endpoint_failing"),
            models.Index(fields=["status", "-created_at", "-id"], name="endpoint_of_status"),
            models.Index(
                fields=["disabled_reason", "-created_at", "-id"],
                condition=Q(disabled_reason__isnull=False),
                name="endpoint_disabled",
            ),
        ]

    def __str__(self) -> str:
        return self.url


class Delivery(models.Model):
    """One event for one endpoint. `event_id` is the webhook-id, the same over all attempts.

    `body` is fixed at the first attempt: what the owner might see then. While it is pending, `next_attempt_at` says
    when it is due; whoever claims it moves that to the end of a lease, and only the holder of `lease` may settle it.
    `turn` counts attempts since it was last asked for, and chooses the pause; `attempt_count` counts all.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    event_id = models.CharField(max_length=60)
    event_type = models.CharField(max_length=40)
    position = models.BigIntegerField(null=True)
    resource_id = models.UUIDField()
    status = models.CharField(max_length=9, choices=DeliveryStatus, default=DeliveryStatus.PENDING)
    body = models.TextField(null=True)
    attempt_count = models.IntegerField(default=0)
    turn = models.IntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, db_default=Now())
    lease = models.UUIDField(null=True)
    finished_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "event_id"], name="delivery_once"),
            models.CheckConstraint(
                condition=Q(status="pending", next_attempt_at__isnull=False)
                | ~Q(status="pending") & Q(next_attempt_at__isnull=True),
                name="delivery_due_while_pending",
            ),
        ]
        indexes = [
            models.Index(fields=["endpoint", "next_attempt_at"], condition=Q(status="pending"), name="delivery_due"),
            models.Index(
                fields=["endpoint", "resource_id", "position"], condition=Q(status="pending"), name="delivery_in_order"
            ),
            models.Index(fields=["endpoint", "-created_at", "-id"], name="delivery_newest"),
            models.Index(fields=["created_at"], name="delivery_by_age"),
            models.Index(fields=["position"], name="delivery_of_event"),
            models.Index(
                fields=["status", "-created_at", "-id"],
                condition=Q(status__in=["failed", "skipped"]),
                name="delivery_not_made",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_type} {self.event_id}"


class Attempt(models.Model):
    """One request, and what came of it: a status with the beginning of the answer, or an error."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="attempts", db_index=False)
    number = models.IntegerField()
    response_status = models.IntegerField(null=True)
    latency_ms = models.IntegerField()
    response_body = models.TextField(blank=True)
    error = models.CharField(max_length=200, null=True, blank=True)
    started_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["delivery", "number"], name="attempt_once")]

    def __str__(self) -> str:
        return f"{self.number} of {self.delivery_id}"
