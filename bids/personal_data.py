"""What this app's tables hold about people."""

from django.db.models import Q

from core.holdings import Section, hold

hold(
    "bids.Bid",
    Section(
        "bids",
        of=lambda person: Q(contractor=person),
        fields=[
            "id", "job", "contractor", "amount", "message", "estimated_days", "status", "rejection_reason", "stale",
            "decided_at", "created_at", "updated_at",
        ],
    ),
    Section(
        "bidsDecided",
        of=lambda person: Q(job__owner=person, decided_at__isnull=False),
        fields=["id", "job", "status", "rejection_reason", "decided_at"],
    ),
    impersonal=["round"],
)  # fmt: skip
