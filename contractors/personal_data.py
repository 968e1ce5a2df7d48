"""What this app's tables hold about people."""

from django.db.models import Q

from core.holdings import Section, hold

hold(
    "contractors.Contractor",
    Section(
        "profile",
        of=lambda person: Q(pk=person),
        fields=[
            "person", "business_name", "bio", "skills", "lat", "lng", "service_radius_km", "max_concurrent_jobs",
            "verified", "rating", "review_count", "completed_jobs", "created_at", "updated_at",
        ],
        single=True,
    ),
    impersonal=["approx_lat", "approx_lng", "search"],
)  # fmt: skip
