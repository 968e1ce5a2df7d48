"""Every REST route, without its version."""

from django.urls import include, path

from mintenance.analytics.api_views import AnalyticsViewSet
from mintenance.search.api_views import SearchViewSet

urlpatterns = [
    path("", include("accounts.api_urls")),
    path("", include("contractors.api_urls")),
    path("", include("jobs.api_urls")),
    path("", include("bids.api_urls")),
    path("", include("events.api_urls")),
    path("search", SearchViewSet.as_view({"get": "search"}), name="search"),
    path("analytics", AnalyticsViewSet.as_view({"get": "analytics"}), name="analytics"),
]
