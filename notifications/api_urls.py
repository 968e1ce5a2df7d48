"""REST routes of notifications."""

from django.urls import path

from notifications.api_views import NotificationViewSet

urlpatterns = [
    path("notifications", NotificationViewSet.as_view({"get": "list"}), name="notifications"),
    path(
        "notifications/read",
        NotificationViewSet.as_view({"post": "mark_notifications_read"}),
        name="notifications-read",
    ),
]
