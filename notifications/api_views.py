"""REST: the caller's notifications."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from core.reads import HotReads
from core.viewers import Viewer
from notifications.filters import NotificationFilters
from notifications.models import Notification
from notifications.representations import NotificationRepresentation
from notifications.serializers import ReadInput
from notifications.services import mark_read

READ = {
    "type": "object",
    "required": ["data"],
    "properties": {
        "data": {
            "type": "object",
            "required": ["read", "unreadCount"],
            "properties": {
                "read": {"type": "integer", "description": "How many this request has marked."},
                "unreadCount": {"type": "integer", "description": "How many are left."},
            },
        }
    },
}


class NotificationViewSet(HotReads):
    """What the caller is told of."""

    noun = "notification"
    representation = NotificationRepresentation
    filterset_class = NotificationFilters
    sign_in = True
    scopes = {"list": "notifications:read"}
    inputs = {"mark_notifications_read": ReadInput}
    answers = {"mark_notifications_read": (200, READ)}

    def rows(self, viewer: Viewer) -> QuerySet:
        """One's own."""
        return Notification.objects.visible_to(viewer)

    def mark_notifications_read(self, request: HttpRequest, **path: Any) -> HttpResponse:
        """Mark these as read, or all without `ids`."""
        read = mark_read(**self.clean(ReadInput), by=self.actor)
        left = Notification.objects.visible_to(self.actor.viewer).unread().count()
        return self.answer({"read": read, "unreadCount": left})
