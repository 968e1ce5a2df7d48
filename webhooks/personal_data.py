"""What this app's tables hold about people."""

from django.db.models import Q

from core.holdings import Section, hold

hold(
    "webhooks.Endpoint",
    Section(
        "webhooks",
        of=lambda person: Q(person=person),
        fields=[
            "id", "person", "url", "events", "description", "ordered", "status", "disabled_reason", "previous_until",
            "failing_since", "created_at", "updated_at",
        ],
    ),
    withheld={"secret": "A secret.", "previous_secret": "A secret."},
    impersonal=["after_position"],
)  # fmt: skip
hold(
    "webhooks.Delivery",
    Section(
        "webhookDeliveries",
        of=lambda person: Q(endpoint__person=person),
        fields=[
            "id", "endpoint", "event_id", "event_type", "resource_id", "status", "body", "attempt_count",
            "next_attempt_at", "finished_at", "created_at",
        ],
    ),
    impersonal=["position", "turn", "lease"],
)  # fmt: skip
hold(
    "webhooks.Attempt",
    Section(
        "webhookAttempts",
        of=lambda person: Q(delivery__endpoint__person=person),
        fields=[
            "id", "delivery", "number", "response_status", "latency_ms", "response_body", "error", "started_at",
        ],
    ),
)  # fmt: skip
