"""REST: the caller's notifications."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from core.api import ApiViewSet
from core.reads import HotReads
from core.viewers import Viewer
from notifications.filters import NotificationFilters
from notifications.models import Notification
from notifications.representations import NotificationRepresentation
from notifications.serializers import PreferencesInput, ReadInput
from notifications.services import mark_read, set_preferences
from notifications.services.wishes import wishes_of
from notifications.table import TABLE

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

_WAYS = {
    "type": "object",
    "required": ["inApp", "email"],
    "properties": {"inApp": {"type": "boolean"}, "email": {"type": "boolean"}},
}
PREFERENCES = {
    "type": "object",
    "required": ["data"],
    "properties": {
        "data": {"type": "object", "required": sorted(TABLE), "properties": dict.fromkeys(sorted(TABLE), _WAYS)}
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


class PreferenceViewSet(ApiViewSet):
    """How the caller is told of what happens."""

    noun, plural = "notification preferences", "notification preferences"
    sign_in = True
    scopes = {"retrieve": "notifications:read"}
    inputs = {"partial_update": PreferencesInput}
    answers = {"retrieve": (200, PREFERENCES), "partial_update": (200, PREFERENCES)}

    def retrieve(self, request: HttpRequest) -> HttpResponse:
        """By type of event: in the feed, by mail, both or neither."""
        return self.answer(self._preferences())

    def partial_update(self, request: HttpRequest) -> HttpResponse:
        """Change some of them."""
        changed = self.changes(PreferencesInput, self._preferences())
        set_preferences(changes={name.replace("__", "."): ways for name, ways in changed.items()}, by=self.actor)
        return self.answer(self._preferences())

    def _preferences(self) -> dict[str, dict[str, bool]]:
        wishes = wishes_of(self.actor.person_id)
        return {name: {"inApp": wish.in_app, "email": wish.email} for name, wish in wishes.items()}
