"""Every REST route, without its version."""

from django.urls import include, path

from mintenance.documents.api_views import DocumentViewSet

urlpatterns = [
    path("", include("accounts.api_urls")),
    path("", include("contractors.api_urls")),
    path("", include("jobs.api_urls")),
    path("", include("bids.api_urls")),
    path("", include("notifications.api_urls")),
    path("", include("events.api_urls")),
    path("openapi.json", DocumentViewSet.as_view({"get": "as_json"}), name="openapi-json"),
    path("openapi.yaml", DocumentViewSet.as_view({"get": "as_yaml"}), name="openapi-yaml"),
]
