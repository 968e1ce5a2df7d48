"""The event log in the admin, to look at."""

import json
from typing import Any

from django.contrib import admin
from django.db.models import Max, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html

from core.admin import ReadOnlyAdmin, one_of
from core.viewers import Viewer
from events.models import ReactorPosition, RecordedEvent
from events.seeing import NOT_SHOWN, sees_resource
from events.types import TYPES, resource_types

NEWEST = 50_000  # events that a filter looks through: an index for each would cost every change of the site a little


class OfLate(admin.SimpleListFilter):
    """Narrows the newest events of the log alone."""

    def queryset(self, request: Any, queryset: QuerySet[Any]) -> QuerySet[Any] | None:
        """All, where nothing was chosen."""
        if self.value() is None:
            return queryset
        newest = RecordedEvent.objects.aggregate(newest=Max("position"))["newest"] or 0
        return super().queryset(request, queryset.filter(position__gt=newest - NEWEST))


class TypeFilter(OfLate, one_of("type", lambda: TYPES)):  # type: ignore[misc]
    """What happened."""

    title = f"type, among the newest {NEWEST:,}"


class ResourceFilter(OfLate, one_of("resource_type", resource_types)):  # type: ignore[misc]
    """What it happened to."""

    title = f"resource, among the newest {NEWEST:,}"


@admin.register(RecordedEvent)
class RecordedEventAdmin(ReadOnlyAdmin):
    """What happened, the newest first. What an event says is for staff who may see what it is about."""

    list_display = ["position", "type", "resource_type", "resource_id", "actor_id", "is_public", "created_at"]
    list_filter = [TypeFilter, ResourceFilter, "is_public"]
    search_fields = ["=resource_id", "=id"]
    search_help_text = "By the id of what it happened to."
    ordering = ["-position"]
    exclude = ["data", "seen_by"]
    readonly_fields = ["says", "differs"]

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """With a note of whether the one who asks may see what it is about."""
        event = super().get_object(request, object_id, from_field)
        if event is not None:
            viewer = Viewer(request.user.pk, is_staff=True)
            event.is_seen = sees_resource(viewer, event.resource_type, event.resource_id)
        return event

    @admin.display(description="What everybody sees of it")
    def says(self, event: RecordedEvent) -> str:
        """The resource as it was."""
        return _shown(event, event.data)

    @admin.display(description="What some see otherwise")
    def differs(self, event: RecordedEvent) -> str:
        """Members by role."""
        return _shown(event, event.seen_by)


def _shown(event: Any, value: Any) -> str:
    if not event.is_seen:
        return NOT_SHOWN
    return format_html("<pre>{}</pre>", json.dumps(value, indent=2, ensure_ascii=False))


@admin.register(ReactorPosition)
class ReactorPositionAdmin(ReadOnlyAdmin):
    """How far each reactor has come in the log."""

    list_display = ["name", "position", "moved_at"]
    search_fields = ["=name"]
    ordering = ["name"]
