"""What this app's tables hold about people."""

from django.db.models import Q

from core.holdings import Section, hold

hold(
    "jobs.Job",
    Section(
        "jobs",
        of=lambda person: Q(owner=person),
        fields=[
            "id", "owner", "contractor", "title", "description", "category", "budget", "status", "lat", "lng",
            "address", "scheduled_date", "posted_at", "expires_at", "started_at", "completion_requested_at",
            "completed_at", "cancelled_at", "cancel_reason", "created_at", "updated_at",
        ],
    ),
    Section(
        "jobsWon",
        of=lambda person: Q(contractor=person),
        fields=["id", "title", "category", "budget", "status", "started_at", "completed_at"],
    ),
    impersonal=["approx_lat", "approx_lng", "bidding_round", "hidden", "hidden_by_staff", "search"],
)  # fmt: skip
hold(
    "jobs.JobImage",
    Section("jobImages", of=lambda person: Q(job__owner=person), fields=["job", "image", "position"]),
    impersonal=["id"],
)
hold(
    "jobs.Review",
    Section(
        "reviewsWritten",
        of=lambda person: Q(author=person),
        fields=[
            "id", "job", "author", "contractor", "rating", "comment", "reply", "replied_at", "hidden_at",
            "hidden_reason", "created_at",
        ],
    ),
    Section(
        "reviewsReceived",
        of=lambda person: Q(contractor=person, hidden_at__isnull=True),
        fields=["id", "job", "rating", "comment", "reply", "replied_at", "created_at"],
    ),
)  # fmt: skip
hold(
    "jobs.SavedSearch",
    Section(
        "savedSearches",
        of=lambda person: Q(person=person),
        fields=[
            "id", "person", "name", "q", "categories", "lat", "lng", "radius", "min_budget", "max_budget",
            "created_at", "updated_at",
        ],
    ),
    impersonal=["looks_in", "lats", "lngs", "budgets", "words"],
)  # fmt: skip
