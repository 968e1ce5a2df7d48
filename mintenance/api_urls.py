"""Every REST route, without its version.

One flat list, the busiest first: each nested one costs every request its share.
"""

from django.urls import path

from accounts.api_urls import urlpatterns as accounts
from bids.api_urls import urlpatterns as bids
from contractors.api_urls import urlpatterns as contractors
from events.api_urls import urlpatterns as events
from jobs.api_urls import urlpatterns as jobs
from messaging.api_urls import urlpatterns as messaging
from mintenance.analytics.api_views import AnalyticsViewSet
from mintenance.documents.api_views import DocumentViewSet
from mintenance.documents.event_types import EventTypeViewSet
from mintenance.search.api_views import SearchViewSet
from notifications.api_urls import urlpatterns as notifications
from webhooks.api_urls import urlpatterns as webhooks

urlpatterns = [
    *jobs,
    *bids,
    *contractors,
    *messaging,
    *notifications,
    *events,
    path("webhooks/event-types", EventTypeViewSet.as_view({"get": "list"}), name="event-types"),
    *webhooks,
    *accounts,
    path("openapi.json", DocumentViewSet.as_view({"get": "as_json"}), name="openapi-json"),
    path("openapi.yaml", DocumentViewSet.as_view({"get": "as_yaml"}), name="openapi-yaml"),
    path("search", SearchViewSet.as_view({"get": "search"}), name="search"),
    path("analytics", AnalyticsViewSet.as_view({"get": "analytics"}), name="analytics"),
]
