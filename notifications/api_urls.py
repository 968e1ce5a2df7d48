"""REST routes of notifications."""

from django.urls import path

from notifications.api_views import NotificationViewSet, PreferenceViewSet
from notifications.stream_views import StreamViewSet

urlpatterns = [
    path("notifications", NotificationViewSet.as_view({"get": "list"}), name="notifications"),
    path(
        "notifications/stream",
        StreamViewSet.as_view({"get": "stream_notifications"}),
        name="notification-stream",
    ),
    path(
        "notifications/ticket",
        StreamViewSet.as_view({"post": "create_stream_ticket"}),
        name="notification-ticket",
    ),
    path(
        "notifications/preferences",
        PreferenceViewSet.as_view({"get": "retrieve", "patch": "partial_update"}),
        name="notification-preferences",
    ),
    path(
        "notifications/read",
        NotificationViewSet.as_view({"post": "mark_notifications_read"}),
        name="notifications-read",
    ),
]
