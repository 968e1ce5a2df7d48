"""The event log in the admin, to look at."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from events.models import ReactorPosition, RecordedEvent


@admin.register(RecordedEvent)
class RecordedEventAdmin(ReadOnlyAdmin):
    """What happened, the newest first."""

    list_display = ["position", "type", "resource_type", "resource_id", "actor_id", "is_public", "created_at"]
    list_filter = ["is_public", "resource_type"]
    search_fields = ["=resource_id", "=type", "=request_id"]
    ordering = ["-position"]


@admin.register(ReactorPosition)
class ReactorPositionAdmin(ReadOnlyAdmin):
    """How far each reactor has come in the log."""

    list_display = ["name", "position", "moved_at"]
    search_fields = ["name"]
    ordering = ["name"]
