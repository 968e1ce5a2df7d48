"""What this app's tables hold about people."""

from django.db.models import Q

from core.holdings import Section, hold

hold(
    "notifications.Notification",
    Section(
        "notifications",
        of=lambda person: Q(person=person),
        fields=[
            "id", "person", "event_id", "type", "title", "body", "url", "resource_type", "resource_id", "read_at",
            "created_at",
        ],
    ),
)  # fmt: skip
