"""Notifications in the admin, to look at."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from notifications.models import Notification, Preference, StreamTicket


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    """What people were told."""

    list_display = ["title", "type", "person", "read_at", "created_at"]
    list_select_related = ["person"]
    list_filter = ["type", ("read_at", admin.EmptyFieldListFilter)]
    search_fields = ["person__email", "=resource_id"]
    ordering = ["-created_at", "-id"]


@admin.register(Preference)
class PreferenceAdmin(ReadOnlyAdmin):
    """How people want to be told."""

    list_display = ["person", "type", "in_app", "email"]
    list_select_related = ["person"]
    list_filter = ["in_app", "email"]
    search_fields = ["person__email", "=type"]
    ordering = ["person", "type"]


@admin.register(StreamTicket)
class StreamTicketAdmin(ReadOnlyAdmin):
    """Who is about to open a stream."""

    list_display = ["person", "expires_at"]
    list_display_links = None
    list_select_related = ["person"]
    search_fields = ["person__email"]
    ordering = ["-expires_at"]
    exclude = ["digest"]
