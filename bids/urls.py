"""The addresses of pages about one job and its bids."""

from django.urls import path

from bids import views

_BID = "jobs/<uuid:job_id>/bids/<uuid:pk>"

urlpatterns = [
    path("jobs/<uuid:pk>", views.JobPage.as_view(), name="job-page"),
    path(f"{_BID}/accept", views.AskToAccept.as_view(), name="accept-bid"),
    path(f"{_BID}/reject", views.Reject.as_view(), name="reject-bid"),
    path(f"{_BID}/withdraw", views.Withdraw.as_view(), name="withdraw-bid"),
    path(f"{_BID}/confirm", views.Confirm.as_view(), name="confirm-bid"),
]
