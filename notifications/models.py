"""What people are told."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from core.ids import uuid7
from notifications.querysets import NotificationQuerySet


class Notification(models.Model):
    """One event, told to one person. `type` is the event's, `url` the page that shows what it is about.

    The event is named and not referred to: the log forgets old events, and people keep what they were told.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications", db_index=False
    )
    event_id = models.UUIDField()
    type = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    body = models.CharField(max_length=500)
    url = models.CharField(max_length=200)
    resource_type = models.CharField(max_length=40)
    resource_id = models.UUIDField()
    read_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event_id", "person"], name="notification_once"),
        ]
        indexes = [
            models.Index(fields=["person", "-created_at", "-id"], name="notification_newest"),
            models.Index(
                fields=["person", "-created_at", "-id"], condition=Q(read_at__isnull=True), name="notification_unread"
            ),
            models.Index(fields=["resource_id", "type", "person"], name="notification_about"),
        ]

    def __str__(self) -> str:
        return f"{self.title} to {self.person_id}"
