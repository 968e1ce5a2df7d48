"""What the doors have to remember: answers to requests that may come twice, and mail that is to be sent."""

from django.db import models
from django.db.models import Q

from core.ids import uuid7


class IdempotencyRecord(models.Model):
    """The answer to a POST that carried an Idempotency-Key, kept for a day."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person_id = models.UUIDField()
    api_key_id = models.UUIDField(null=True)
    route = models.TextField(help_text="Method, version and path.")
    key = models.CharField(max_length=255)
    fingerprint = models.BinaryField(max_length=32, help_text="SHA-256 of what was sent.")
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField()
    body = models.BinaryField()
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person_id", "api_key_id", "route", "key"],
                name="core_idempotency_once",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.route} {self.key}"


class OutgoingMail(models.Model):
    """A letter that is to be written and sent.

    What it says is made when it is sent, so no token is ever stored.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=50)
    person_id = models.UUIDField()
    context = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField(help_text="When to try; while a worker is at it, when its lease ends.")
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True, default="")
    sent_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                name="core_mail_due",
                condition=Q(sent_at=None, given_up_at=None),
            ),
            models.Index(fields=["person_id"], name="core_mail_person"),
            models.Index(fields=["kind", "-id"], name="core_mail_kind"),
            models.Index(fields=["-id"], condition=Q(sent_at=None), name="core_mail_unsent"),
            models.Index(fields=["-id"], condition=Q(given_up_at__isnull=False), name="core_mail_given_up"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.person_id}"
