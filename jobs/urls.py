"""The addresses of pages about jobs."""

from django.urls import path

from jobs import views

urlpatterns = [
    path("jobs", views.Jobs.as_view(), name="jobs-page"),
    path("jobs/new", views.NewJob.as_view(), name="new-job"),
    path("jobs/<uuid:pk>/edit", views.EditJob.as_view(), name="edit-job"),
    path("jobs/<uuid:pk>/move", views.MoveJob.as_view(), name="move-job"),
    path("jobs/<uuid:pk>/delete", views.DeleteJob.as_view(), name="delete-job"),
    path("jobs/<uuid:pk>/done", views.RequestCompletion.as_view(), name="request-completion"),
    path("jobs/<uuid:pk>/review", views.WriteReview.as_view(), name="write-review"),
    path("settings/searches", views.SavedSearches.as_view(), name="saved-searches-page"),
    path("settings/searches/<uuid:pk>/delete", views.DeleteSearch.as_view(), name="delete-search"),
    path("contractors/<uuid:pk>", views.ContractorPage.as_view(), name="contractor-page"),
    path("reviews/<uuid:pk>/reply", views.Reply.as_view(), name="reply-to-review"),
]
