"""Webhooks in the admin: what was sent and what was answered, to look at and to send again. Secrets are nowhere."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.admin import ReasonForm, act_on_each, actor_of
from core.admin import ReadOnlyAdmin, ReadOnlyInline
from core.viewers import Viewer
from events.seeing import NOT_SHOWN, sees_resource
from events.types import TYPES
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
    fields = ["number", "started_at", "response_status", "latency_ms", "error", "answer"]
    readonly_fields = ["answer"]
    ordering = ["number"]
    is_seen = False  # what the delivery is about, by the one who asks

    @admin.display(description="Answer")
    def answer(self, attempt: Attempt) -> str:
        """It may repeat what it was sent."""
        return attempt.response_body or "-" if self.is_seen else NOT_SHOWN


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """What is on its way, and what has arrived."""

    list_display = ["event_type", "endpoint", "status", "attempt_count", "next_attempt_at", "created_at"]
    list_select_related = ["endpoint"]
    list_filter = ["status"]
    search_fields = ["endpoint__url", "endpoint__person__email", "=endpoint", "=id"]
    search_help_text = "By a part of the endpoint's address, its owner or an id."
    ordering = ["-created_at", "-id"]
    exclude = ["lease", "body"]
    readonly_fields = ["payload"]
    actions = ["redeliver"]
    action_form = ReasonForm
    inlines = [AttemptInline]

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """With a note of whether the one who asks may see what it is about."""
        delivery = super().get_object(request, object_id, from_field)
        if delivery is not None:
            about, viewer = TYPES.get(delivery.event_type), Viewer(request.user.pk, is_staff=True)
            delivery.is_seen = about is None or sees_resource(viewer, about.resource_type(), delivery.resource_id)
        return delivery

    def get_inline_instances(self, request: HttpRequest, obj: Any = None) -> Any:
        """Attempts, which show what was answered to whoever may see what it is about."""
        inlines = super().get_inline_instances(request, obj)
        for inline in inlines:
            inline.is_seen = getattr(obj, "is_seen", False)  # type: ignore[attr-defined]
        return inlines

    @admin.display(description="Payload")
    def payload(self, delivery: Any) -> str:
        """What is sent, as far as staff may see what it is about."""
        return str(delivery.body or "-") if delivery.is_seen else NOT_SHOWN

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
