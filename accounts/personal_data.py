"""What this app's tables, and those that Django brings along, hold about people."""

from django.db.models import Q

from core.holdings import Section, hold

hold(
    "accounts.Person",
    Section(
        "account",
        of=lambda person: Q(pk=person),
        fields=[
            "id", "email", "name", "role", "avatar", "email_verified_at", "suspended_at", "suspended_reason",
            "last_login", "last_seen_at", "created_at",
        ],
        single=True,
    ),
    withheld={"password": "The hash of a secret."},
    impersonal=["is_superuser", "erased_at", "erasure_finished_at", "groups", "user_permissions"],
)  # fmt: skip
hold(
    "accounts.Session",
    Section(
        "sessions",
        of=lambda person: Q(person=person),
        fields=[
            "id", "person", "address", "user_agent", "created_at", "last_used_at", "expires_at", "ended_at",
            "ended_because",
        ],
    ),
    impersonal=["generation"],
)  # fmt: skip
hold(
    "accounts.ApiKey",
    Section(
        "apiKeys",
        of=lambda person: Q(person=person),
        fields=[
            "id", "person", "name", "prefix", "scopes", "expires_at", "last_used_at", "revoked_at", "previous_until",
            "created_at",
        ],
    ),
    withheld={
        "digest": "The hash of a secret.",
        "previous_digest": "The hash of a secret.",
        "previous_prefix": "Half of what finds a key that is over.",
    },
)  # fmt: skip
hold(
    "accounts.Image",
    Section(
        "images",
        of=lambda person: Q(owner=person),
        fields=["id", "owner", "filename", "mimetype", "width", "height", "size", "created_at"],
    ),
    withheld={
        "key": "Where the file is; its bytes are at /media/images/{id}.webp.",
        "thumbnail_key": "Where the file is; its bytes are at /media/images/{id}/thumbnail.webp.",
        "sha256": "A hash of those bytes.",
    },
)
hold(
    "accounts.Report",
    Section(
        "reports",
        of=lambda person: Q(reporter=person),
        fields=[
            "id",
            "reporter",
            "target_type",
            "target_id",
            "reason",
            "comment",
            "created_at",
            "closed_at",
            "outcome",
        ],
    ),
    withheld={
        "reported": "Somebody else; and who is reported is not told by whom.",
        "decision": "What was said to somebody else.",
        "decided_by": "A member of staff.",
    },
)
hold(
    "accounts.AuditRecord",
    Section(
        "actsOfStaff",
        of=lambda person: Q(who=person),
        fields=["who", "act", "target_type", "created_at", "request_id"],
    ),
    withheld={"target_id": "Somebody else, or what is theirs."},
    impersonal=["number", "reason_digest", "previous", "digest"],
)
hold(
    "accounts.AuditReason",
    withheld={"about": "Whom staff looked at.", "words": "What staff note for themselves; the person is told."},
    impersonal=["record", "salt"],
)
hold(
    "accounts.SignInAttempts",
    withheld={"key": "A hash of an address and a network, kept for half an hour; nobody can tell whose."},
    impersonal=["count", "began_at", "locked_until"],
)

# --- Django's own ------------------------------------------------------------------------------------------

hold(
    "admin.LogEntry",
    Section(
        "actsInTheAdmin",
        of=lambda person: Q(user=person),
        fields=["user", "action_time", "action_flag", "content_type", "object_id", "change_message"],
    ),
    withheld={"object_repr": "The name of somebody else."},
    impersonal=["id"],
)
hold(
    "sessions.Session",
    withheld={"session_key": "A secret.", "session_data": "Signed, and not to be searched by person."},
    impersonal=["expire_date"],
)
hold("auth.Group", impersonal=["id", "name", "permissions"])
hold("auth.Permission", impersonal=["id", "name", "content_type", "codename"])
hold("contenttypes.ContentType", impersonal=["id", "app_label", "model"])
