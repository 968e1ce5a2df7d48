"""REST routes of jobs."""

from django.urls import path

from jobs.api_views import JobViewSet

urlpatterns = [
    path("jobs", JobViewSet.as_view({"get": "list", "post": "create"}), name="jobs"),
    path(
        "jobs/<uuid:pk>",
        JobViewSet.as_view({"get": "retrieve", "put": "update", "patch": "partial_update", "delete": "destroy"}),
        name="job",
    ),
    path(
        "jobs/<uuid:pk>/completion-request",
        JobViewSet.as_view({"post": "request_completion"}),
        name="job-completion-request",
    ),
]
