"""REST: webhook endpoints, and what was delivered to them."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from orjson import Fragment

from core.errors import NotFound
from core.reads import HotReads
from core.renderers import to_json
from core.shapes import Slot
from core.viewers import Viewer
from webhooks import services
from webhooks.filters import DeliveryFilters
from webhooks.models import Delivery, Endpoint
from webhooks.representations import DeliveryRepresentation, NewWebhookRepresentation, WebhookRepresentation
from webhooks.serializers import ReplayInput, WebhookChangesInput, WebhookInput

_SCOPE = "webhooks:manage"
REPLAYED: dict[str, Any] = {
    "type": "object",
    "required": ["data", "meta"],
    "properties": {
        "data": {
            "type": "object",
            "required": ["queued"],
            "properties": {"queued": {"type": "integer", "description": "How many deliveries are to be sent."}},
        },
        "meta": {
            "type": "object",
            "required": ["nextCursor", "hasMore"],
            "properties": {"nextCursor": {"type": "string"}, "hasMore": {"type": "boolean"}},
        },
    },
}


class WebhookViewSet(HotReads):
    """The caller's endpoints."""

    noun = "webhook"
    representation = WebhookRepresentation
    sign_in = True
    scopes = {"list": _SCOPE, "retrieve": _SCOPE}
    refuses_idempotency = {"create", "rotate_webhook_secret"}
    inputs = {"create": WebhookInput, "partial_update": WebhookChangesInput, "replay_webhook": ReplayInput}
    answers = {
        "create": (201, NewWebhookRepresentation),
        "rotate_webhook_secret": (200, NewWebhookRepresentation),
        "replay_webhook": (202, REPLAYED),
    }
    refusals = {"replay_webhook": [410]}

    def rows(self, viewer: Viewer) -> QuerySet:
        """One's own."""
        return Endpoint.objects.visible_to(viewer)

    def links(self, base: str, pk: UUID, *linked: Any) -> dict[str, str]:
        """Itself, and what was delivered to it."""
        own = f"{base}/webhooks/{pk}"
        return {"self": own, "deliveries": f"{own}/deliveries", "all": f"{base}/webhooks"}

    def create(self, request: HttpRequest) -> HttpResponse:
        """Have events sent to a URL. `secret` is shown in this answer alone."""
        endpoint, secret = services.create_endpoint(**self.clean(WebhookInput), by=self.actor)
        return self._with_secret(endpoint.pk, secret, 201)

    def partial_update(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Change an endpoint; `status` disables and enables it."""
        with self.precondition(pk):
            seen, _ = self.read_one(pk)
            services.edit_endpoint(endpoint_id=pk, changes=self.changes(WebhookChangesInput, seen), by=self.actor)
        return self.answered(pk)

    def destroy(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Send nothing there any more."""
        with self.precondition(pk):
            services.delete_endpoint(endpoint_id=pk, by=self.actor)
        return self.no_content()

    def rotate_webhook_secret(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Give the endpoint another secret. Both sign for 24 hours."""
        endpoint, secret = services.rotate_secret(endpoint_id=pk, by=self.actor)
        return self._with_secret(endpoint.pk, secret, 200)

    def replay_webhook(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Send what the endpoint missed of the events after a cursor, a thousand of them at a time."""
        done = services.replay(endpoint_id=pk, **self.clean(ReplayInput), by=self.actor)
        meta = {"nextCursor": done.next_cursor, "hasMore": done.has_more}
        return self.answer({"queued": done.queued}, status=202, meta=meta)

    def _with_secret(self, pk: UUID, secret: str, status: int) -> HttpResponse:
        data, _ = self.read_one(pk)
        whole = Fragment(data[:-1] + b',"secret":' + to_json(secret) + b"}")
        return self.answer(whole, status=status, links=self.links(self.base, pk))


class DeliveryViewSet(HotReads):
    """What was sent to an endpoint, or is to be. Kept for 30 days."""

    noun, plural = "delivery", "deliveries"
    representation = DeliveryRepresentation
    sign_in = True
    scopes = {"list": _SCOPE, "retrieve": _SCOPE}
    filterset_class = DeliveryFilters
    detail_fields = frozenset({"body"})
    answers = {"test_webhook": (202, DeliveryRepresentation), "redeliver_webhook": (202, DeliveryRepresentation)}

    def rows(self, viewer: Viewer) -> QuerySet:
        """Those of one of one's own endpoints."""
        return Delivery.objects.visible_to(viewer).filter(endpoint=Slot("webhook_id"))

    def links(self, base: str, pk: UUID, *linked: Any) -> dict[str, str]:
        """Itself, and its endpoint."""
        endpoint = f"{base}/webhooks/{self.kwargs['webhook_id']}"
        return {"self": f"{endpoint}/deliveries/{pk}", "webhook": endpoint}

    def list(self, request: HttpRequest, **path: Any) -> HttpResponse:
        """List deliveries, the newest first."""
        if not Endpoint.objects.visible_to(self.actor.viewer).filter(pk=path["webhook_id"]).exists():
            raise NotFound
        return super().list(request, **path)

    def test_webhook(self, request: HttpRequest, webhook_id: UUID) -> HttpResponse:
        """Send a `webhook.ping`; its delivery says what came of it."""
        return self._queued(services.send_ping(endpoint_id=webhook_id, by=self.actor).pk)

    def redeliver_webhook(self, request: HttpRequest, webhook_id: UUID, pk: UUID) -> HttpResponse:
        """Send a delivery once more, the same bytes under the same id."""
        return self._queued(services.redeliver(endpoint_id=webhook_id, delivery_id=pk, by=self.actor).pk)

    def _queued(self, pk: UUID) -> HttpResponse:
        data, _ = self.read_one(pk)
        return self.answer(Fragment(data), status=202, links=self.links(self.base, pk))
