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
            "created_at", "in_app", "mail_due_at",
        ],
    ),
)  # fmt: skip

hold(
    "notifications.Preference",
    Section("notificationPreferences", of=lambda person: Q(person=person), fields=["type", "in_app", "email"]),
    impersonal=["id", "person"],
)

hold(
    "notifications.StreamTicket",
    Section("streamTickets", of=lambda person: Q(person=person), fields=["expires_at"]),
    withheld={"digest": "The hash of a secret."},
    impersonal=["person", "session"],
)
