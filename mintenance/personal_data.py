"""What the wiring's own tables hold about people."""

from django.db.models import Q

from core.holdings import Section, hold

hold(
    "otp_totp.TOTPDevice",
    Section("phones", of=lambda person: Q(user=person), fields=["name", "confirmed", "created_at", "last_used_at"]),
    withheld={"key": "A secret."},
    impersonal=[
        "id", "user", "step", "t0", "digits", "tolerance", "drift", "last_t", "throttling_failure_count",
        "throttling_failure_timestamp",
    ],
)  # fmt: skip

# Words without whose they are. They go when nothing public holds them any more, at the latest with an erasure.
hold("mintenance.SearchWord", impersonal=["word", "stem"])
