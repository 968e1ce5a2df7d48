"""Every REST route, without its version."""

from django.urls import include, path

urlpatterns = [
    path("", include("accounts.api_urls")),
    path("", include("contractors.api_urls")),
    path("", include("jobs.api_urls")),
    path("", include("bids.api_urls")),
    path("", include("events.api_urls")),
]
