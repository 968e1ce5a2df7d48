"""REST routes of webhooks."""

from django.urls import path

from webhooks.api_views import DeliveryViewSet, WebhookViewSet

urlpatterns = [
    path("webhooks", WebhookViewSet.as_view({"get": "list", "post": "create"}), name="webhooks"),
    path(
        "webhooks/<uuid:pk>",
        WebhookViewSet.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
        name="webhook",
    ),
    path(
        "webhooks/<uuid:pk>/rotate-secret",
        WebhookViewSet.as_view({"post": "rotate_webhook_secret"}),
        name="webhook-rotation",
    ),
    path("webhooks/<uuid:pk>/replay", WebhookViewSet.as_view({"post": "replay_webhook"}), name="webhook-replay"),
    path("webhooks/<uuid:webhook_id>/test", DeliveryViewSet.as_view({"post": "test_webhook"}), name="webhook-test"),
    path("webhooks/<uuid:webhook_id>/deliveries", DeliveryViewSet.as_view({"get": "list"}), name="deliveries"),
    path(
        "webhooks/<uuid:webhook_id>/deliveries/<uuid:pk>",
        DeliveryViewSet.as_view({"get": "retrieve"}),
        name="delivery",
    ),
    path(
        "webhooks/<uuid:webhook_id>/deliveries/<uuid:pk>/redeliver",
        DeliveryViewSet.as_view({"post": "redeliver_webhook"}),
        name="redelivery",
    ),
]
