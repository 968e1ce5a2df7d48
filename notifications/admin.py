"""Notifications in the admin, to look at."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from notifications.models import Notification, Preference, StreamTicket


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    """What people were told."""

    list_display = ["title", "type", "person", "read_at", "created_at"]
    list_select_related = ["person"]
    list_filter = [("read_at", admin.EmptyFieldListFilter)]
    search_fields = ["person__email", "person__name", "=person", "=resource_id", "=event_id"]
    search_help_text = "By a person, or the id of an event or of what it happened to."
    ordering = ["-id"]
    exclude = ["body"]
    readonly_fields = ["says"]

    @admin.display(description="Body")
    def says(self, notification: Notification) -> str:
        """What people write to each other is not for staff to read here."""
        return "A message, not shown here." if notification.type == "message.created" else notification.body


@admin.register(Preference)
class PreferenceAdmin(ReadOnlyAdmin):
    """How people want to be told."""

    list_display = ["person", "type", "in_app", "email"]
    list_select_related = ["person"]
    search_fields = ["person__email", "person__name", "=person"]
    search_help_text = "By a person."
    ordering = ["person", "type"]


@admin.register(StreamTicket)
class StreamTicketAdmin(ReadOnlyAdmin):
    """Who is about to open a stream."""

    list_display = ["person", "expires_at"]
    list_display_links = None
    list_select_related = ["person"]
    search_fields = ["person__email", "person__name", "=person"]
    search_help_text = "By a person."
    ordering = ["-expires_at"]
    exclude = ["digest"]
