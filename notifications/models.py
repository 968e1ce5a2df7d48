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
    in_app = models.BooleanField(default=True, help_text="Whether it stands in the feed, or is for mail alone.")
    mail_due_at = models.DateTimeField(null=True, blank=True, help_text="When it is to be told by mail, until it is.")
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
            models.Index(
                fields=["person", "mail_due_at"], condition=Q(mail_due_at__isnull=False), name="notification_for_mail"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} to {self.person_id}"


class Preference(models.Model):
    """How somebody wants to be told of a type of event. Without a row: in the feed and by mail."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notification_preferences", db_index=False
    )
    type = models.CharField(max_length=40)
    in_app = models.BooleanField(default=True)
    email = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "type"], name="preference_once")]

    def __str__(self) -> str:
        return f"{self.type} to {self.person_id}"


class StreamTicket(models.Model):
    """Lets its bearer open one stream, once, within a minute: for EventSource, which sends no headers."""

    digest = models.BinaryField(primary_key=True, max_length=32)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    session = models.ForeignKey("accounts.Session", on_delete=models.CASCADE, null=True, related_name="+")
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"for {self.person_id}"
