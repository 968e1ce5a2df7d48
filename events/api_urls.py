"""REST routes of the event log."""

from django.urls import path

from events.api_views import EventViewSet

urlpatterns = [path("events", EventViewSet.as_view({"get": "list"}), name="events")]
