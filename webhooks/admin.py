"""Webhooks in the admin, to look at: what was sent and answered is the owner's own."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from webhooks.models import Attempt, Delivery, Endpoint


@admin.register(Endpoint)
class EndpointAdmin(ReadOnlyAdmin):
    """Where events are sent."""

    list_display = ["url", "person", "status", "disabled_reason", "failing_since", "created_at"]
    list_select_related = ["person"]
    list_filter = ["status", "disabled_reason"]
    search_fields = ["person__email", "url"]
    ordering = ["-created_at", "-id"]


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """What is on its way, and what has arrived."""

    list_display = ["event_type", "endpoint", "status", "attempt_count", "next_attempt_at", "created_at"]
    list_select_related = ["endpoint"]
    list_filter = ["status"]
    search_fields = ["=event_id", "=event_type", "=resource_id"]
    ordering = ["-created_at", "-id"]
    exclude = ["body", "lease"]


@admin.register(Attempt)
class AttemptAdmin(ReadOnlyAdmin):
    """What endpoints have answered."""

    list_display = ["delivery", "number", "response_status", "latency_ms", "error", "started_at"]
    list_select_related = ["delivery"]
    list_filter = ["response_status"]
    search_fields = ["=delivery__event_id", "error"]
    ordering = ["-id"]
    exclude = ["response_body"]
