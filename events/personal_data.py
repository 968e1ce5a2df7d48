"""What this app's tables hold about people."""

from django.db.models import Q

from core.holdings import Section, hold

hold(
    "events.RecordedEvent",
    Section(
        "events",
        of=lambda person: Q(audience__contains=[person]),
        fields=["type", "resource_type", "resource_id", "actor_id", "created_at", "data"],
    ),
    Section(
        "requests",
        of=lambda person: Q(actor_id=person),
        fields=["request_id", "type", "created_at"],
    ),
    withheld={
        "audience": "The ids of others whom it concerned.",
        "seen_by": "The same as others see it; GET events answers how oneself does.",
    },
    impersonal=["id", "number", "position", "is_public"],
)
hold("events.ReactorPosition", impersonal=["name", "position", "moved_at"])
