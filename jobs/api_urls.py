"""REST routes of jobs, reviews and saved searches."""

from django.urls import path

from jobs.api_views.jobs import JobViewSet
from jobs.api_views.reviews import ContractorReviewViewSet, ReviewViewSet
from jobs.api_views.saved_searches import SavedSearchViewSet

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
    path("jobs/<uuid:job_id>/review", ReviewViewSet.as_view({"post": "create"}), name="job-review"),
    path("reviews/<uuid:pk>", ReviewViewSet.as_view({"get": "retrieve"}), name="review"),
    path("reviews/<uuid:pk>/reply", ReviewViewSet.as_view({"post": "reply_to_review"}), name="review-reply"),
    path(
        "contractors/<uuid:contractor_id>/reviews",
        ContractorReviewViewSet.as_view({"get": "list"}),
        name="contractor-reviews",
    ),
    path("saved-searches", SavedSearchViewSet.as_view({"get": "list", "post": "create"}), name="saved-searches"),
    path(
        "saved-searches/<uuid:pk>",
        SavedSearchViewSet.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
        name="saved-search",
    ),
]
