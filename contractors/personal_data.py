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

hold(
    "contractors.PortfolioItem",
    Section(
        "portfolio",
        of=lambda person: Q(contractor=person),
        fields=["id", "title", "description", "completed_on", "created_at", "updated_at"],
    ),
    impersonal=["contractor"],
)

hold(
    "contractors.PortfolioImage",
    Section(
        "portfolioPictures", of=lambda person: Q(item__contractor=person), fields=["id", "item", "image", "position"]
    ),
)

hold(
    "contractors.Document",
    Section(
        "documents",
        of=lambda person: Q(contractor=person),
        fields=[
            "id", "kind", "filename", "mimetype", "size", "expires_on", "status", "reason", "decided_at", "created_at",
        ],
    ),
    withheld={
        "key": "The name of the file in the storage; the file itself is to be had by its link.",
        "sha256": "A check on the file.",
        "decided_by": "Who of the staff looked at it.",
    },
    impersonal=["contractor"],
)  # fmt: skip

hold(
    "contractors.DocumentWarning",
    Section(
        "documentWarnings", of=lambda person: Q(document__contractor=person), fields=["document", "days", "created_at"]
    ),
    impersonal=["id"],
)
