"""REST routes of bids."""

from django.urls import path

from bids.api_views import BidViewSet, MyBidViewSet

BID = "jobs/<uuid:job_id>/bids/<uuid:pk>"

urlpatterns = [
    path("bids", MyBidViewSet.as_view({"get": "list"}), name="bids"),
    path("jobs/<uuid:job_id>/bids", BidViewSet.as_view({"get": "list", "post": "create"}), name="job-bids"),
    path(BID, BidViewSet.as_view({"get": "retrieve", "patch": "partial_update"}), name="job-bid"),
    path(f"{BID}/accept", BidViewSet.as_view({"post": "accept_bid"}), name="job-bid-accept"),
    path(f"{BID}/reject", BidViewSet.as_view({"post": "reject_bid"}), name="job-bid-reject"),
    path(f"{BID}/withdraw", BidViewSet.as_view({"post": "withdraw_bid"}), name="job-bid-withdraw"),
    path(f"{BID}/confirm", BidViewSet.as_view({"post": "confirm_bid"}), name="job-bid-confirm"),
]
