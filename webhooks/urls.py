"""Pages about webhooks."""

from django.urls import path

from webhooks import views

ENDPOINT = "developers/webhooks/<uuid:pk>"
DELIVERY = "developers/webhooks/<uuid:webhook_id>/deliveries/<uuid:pk>"

urlpatterns = [
    path("developers/webhooks", views.Endpoints.as_view(), name="endpoints"),
    path(ENDPOINT, views.EndpointPage.as_view(), name="endpoint"),
    path(f"{ENDPOINT}/edit", views.EditEndpoint.as_view(), name="edit-endpoint"),
    path(f"{ENDPOINT}/status", views.SwitchEndpoint.as_view(), name="switch-endpoint"),
    path(f"{ENDPOINT}/secret", views.RotateSecret.as_view(), name="rotate-endpoint-secret"),
    path(f"{ENDPOINT}/test", views.SendTest.as_view(), name="test-endpoint"),
    path(f"{ENDPOINT}/replay", views.Replay.as_view(), name="replay-endpoint"),
    path(f"{ENDPOINT}/delete", views.DeleteEndpoint.as_view(), name="delete-endpoint"),
    path(DELIVERY, views.DeliveryPage.as_view(), name="delivery-page"),
    path(f"{DELIVERY}/redeliver", views.Redeliver.as_view(), name="redeliver-page"),
]
