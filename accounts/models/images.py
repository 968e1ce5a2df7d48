"""Uploaded pictures."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.querysets.images import ImageQuerySet
from core.ids import uuid7


class Image(models.Model):
    """A picture that somebody uploaded, drawn anew, and its thumbnail. What it belongs to refers down to it.

    `key` and `thumbnail_key` name its files in the storage. They are random, and never shown.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="images")
    filename = models.CharField(max_length=200, help_text="What the uploader called it, made safe.")
    mimetype = models.CharField(max_length=40)
    width = models.PositiveIntegerField(help_text="Pixels.")
    height = models.PositiveIntegerField(help_text="Pixels.")
    size = models.PositiveIntegerField(help_text="Bytes of both files together.")
    key = models.CharField(max_length=100, unique=True, editable=False)
    thumbnail_key = models.CharField(max_length=100, unique=True, editable=False)
    sha256 = models.CharField(max_length=64, editable=False, help_text="Of the picture's bytes.")
    created_at = models.DateTimeField(db_default=models.functions.Now(), editable=False)

    objects = ImageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(width__gt=0, height__gt=0, size__gt=0), name="image_has_a_size"),
        ]
        indexes = [models.Index(fields=["created_at"], name="image_by_age")]

    def __str__(self) -> str:
        return self.filename

    @property
    def files(self) -> tuple[str, str]:
        """The names of its files in the storage."""
        return self.key, self.thumbnail_key
