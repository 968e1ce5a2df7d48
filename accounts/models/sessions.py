"""Sign-ins: one row for each, and one family of refresh tokens with it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from core.ids import uuid7


class Session(models.Model):
    """One sign-in on one device. Its refresh tokens follow each other; `generation` counts them.

    A refresh token carries the generation that it was made for. Using one moves the row on; using one of an older
    generation shows that somebody else has it, and ends the session.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sessions", db_index=False
    )
    generation = models.PositiveIntegerField(default=0)
    address = models.GenericIPAddressField(null=True, blank=True)
    user_agent = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    last_used_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(generation__gte=0), name="session_generation_counts_up"),
        ]
        indexes = [
            models.Index(fields=["person", "-last_used_at"], name="session_of_person"),
            models.Index(fields=["person", "address"], name="session_addresses"),
            models.Index(fields=["expires_at"], name="session_by_end"),
            models.Index(fields=["address"], name="session_from_address"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} since {self.created_at:%Y-%m-%d %H:%M}"
