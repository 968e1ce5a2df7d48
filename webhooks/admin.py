"""Webhooks in the admin: what was sent and what was answered, to look at and to send again. Secrets are nowhere."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.admin import ReasonForm, act_on_each, actor_of
from core.admin import ReadOnlyAdmin, ReadOnlyInline
from webhooks.models import Attempt, Delivery, Endpoint
from webhooks.services import redeliver_for_owner


@admin.register(Endpoint)
class EndpointAdmin(ReadOnlyAdmin):
    """Where events are sent."""

    list_display = ["url", "person", "status", "disabled_reason", "failing_since", "created_at"]
    list_select_related = ["person"]
    list_filter = ["status", "disabled_reason"]
    search_fields = ["url", "person__email", "person__name", "=person", "=id"]
    search_help_text = "By a part of the address, a person or an id."
    ordering = ["-created_at", "-id"]


class AttemptInline(ReadOnlyInline):
    """Each request, and what was answered."""

    model = Attempt
    fields = ["number", "started_at", "response_status", "latency_ms", "error", "response_body"]
    ordering = ["number"]


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """What is on its way, and what has arrived."""

    list_display = ["event_type", "endpoint", "status", "attempt_count", "next_attempt_at", "created_at"]
    list_select_related = ["endpoint"]
    list_filter = ["status"]
    search_fields = ["endpoint__url", "endpoint__person__email", "=endpoint", "=id"]
    search_help_text = "By a part of the endpoint's address, its owner or an id."
    ordering = ["-created_at", "-id"]
    exclude = ["lease"]
    actions = ["redeliver"]
    action_form = ReasonForm
    inlines = [AttemptInline]

    def has_redeliver_permission(self, request: HttpRequest) -> bool:
        """Who may change deliveries has them sent again."""
        return bool(request.user.has_perm("webhooks.change_delivery"))

    @admin.action(description="Send again, for the reason beside", permissions=["redeliver"])
    def redeliver(self, request: HttpRequest, deliveries: QuerySet[Delivery]) -> None:
        """Each by the operation; a refusal is shown."""
        given: dict[str, Any] = {"reason": request.POST.get("reason", ""), "by": actor_of(request)}
        act_on_each(
            request, deliveries, "To be sent again", lambda one: redeliver_for_owner(delivery_id=one.pk, **given)
        )


@admin.register(Attempt)
class AttemptAdmin(ReadOnlyAdmin):
    """What endpoints have answered."""

    list_display = ["delivery", "number", "response_status", "latency_ms", "error", "started_at"]
    list_select_related = ["delivery"]
    search_fields = ["=delivery"]
    search_help_text = "By the id of a delivery."
    ordering = ["-id"]
    exclude = ["response_body"]
