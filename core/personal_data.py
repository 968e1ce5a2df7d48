"""What this app's tables hold about people."""

from django.db.models import Q

from core.holdings import Section, hold

hold(
    "core.IdempotencyRecord",
    Section(
        "keptAnswers",
        of=lambda person: Q(person_id=person),
        fields=["person_id", "api_key_id", "route", "key", "status", "created_at"],
    ),
    withheld={
        "body": "A copy of what other sections have.",
        "headers": "Those of that copy.",
        "fingerprint": "A hash of what was sent.",
    },
    impersonal=["id"],
)
hold(
    "core.OutgoingMail",
    Section(
        "mail",
        of=lambda person: Q(person_id=person),
        fields=["person_id", "kind", "context", "created_at", "sent_at", "given_up_at", "last_error"],
    ),
    impersonal=["id", "next_attempt_at", "attempts"],
)
