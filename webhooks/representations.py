"""What endpoints, deliveries and attempts look like to the endpoint's owner."""

from django.db.models import QuerySet
from rest_framework import serializers

from core.representations import OnRequest, Representation
from core.viewers import Viewer
from webhooks.models import Attempt, Delivery, Endpoint


class WebhookRepresentation(Representation):
    """An endpoint. Its secret is shown once, when it is made or rotated."""

    events = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = Endpoint
        fields = [
            "id", "url", "events", "description", "ordered", "status", "disabled_reason", "failing_since",
            "previous_until", "created_at", "updated_at",
        ]  # fmt: skip


class NewWebhookRepresentation(WebhookRepresentation):
    """An endpoint with its secret, which is shown this once."""

    secret = serializers.CharField(source="url", help_text="whsec_ and 32 bytes in base64.")

    class Meta(WebhookRepresentation.Meta):
        fields = [*WebhookRepresentation.Meta.fields, "secret"]


class AttemptRepresentation(Representation):
    """One request to the endpoint, with the beginning of its answer."""

    class Meta:
        model = Attempt
        fields = ["id", "number", "response_status", "latency_ms", "response_body", "error", "started_at"]

    @classmethod
    def rows(cls, viewer: Viewer) -> QuerySet:
        """In their order."""
        return Attempt.objects.order_by("number")


class DeliveryRepresentation(Representation):
    """One event on its way to one endpoint; a single one with its body and all attempts."""

    body = OnRequest(serializers.CharField(allow_null=True))
    attempts = AttemptRepresentation(many=True)

    class Meta:
        model = Delivery
        fields = [
            "id", "event_id", "event_type", "resource_id", "status", "attempt_count", "next_attempt_at", "finished_at",
            "created_at", "body", "attempts",
        ]  # fmt: skip
