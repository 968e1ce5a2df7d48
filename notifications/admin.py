"""Notifications in the admin, to look at."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from notifications.models import Notification


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    """What people were told."""

    list_display = ["title", "type", "person", "read_at", "created_at"]
    list_select_related = ["person"]
    list_filter = ["type", ("read_at", admin.EmptyFieldListFilter)]
    search_fields = ["person__email", "=resource_id"]
    ordering = ["-created_at", "-id"]
