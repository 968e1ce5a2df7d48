"""API keys: a contractor's programs."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from core.ids import uuid7


class ApiKey(models.Model):
    """A key `mtn_<prefix>_<secret>`: the prefix finds it, the SHA-256 of the secret proves it. The secret is not kept.

    After a rotation `previous_digest` is good until `previous_until`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_keys", db_index=False
    )
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=8, unique=True, editable=False)
    digest = models.BinaryField(max_length=32, editable=False)
    previous_prefix = models.CharField(max_length=8, null=True, unique=True, editable=False)
    previous_digest = models.BinaryField(max_length=32, null=True, editable=False)
    previous_until = models.DateTimeField(null=True, editable=False)
    scopes = ArrayField(models.CharField(max_length=30))
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        indexes = [models.Index(fields=["person", "-created_at"], name="key_of_person")]

    def __str__(self) -> str:
        return f"{self.name} (mtn_{self.prefix}_…)"
