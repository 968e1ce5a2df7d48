"""REST routes of people, their keys and their uploads."""

from django.urls import path

from accounts.api_views.images import ImageViewSet

urlpatterns = [
    path("images", ImageViewSet.as_view({"post": "create"}), name="images"),
    path("images/<uuid:pk>", ImageViewSet.as_view({"get": "retrieve", "delete": "destroy"}), name="image"),
]
