"""The addresses of images' bytes."""

from django.urls import path

from accounts.media_views import show_image

urlpatterns = [
    path("media/images/<uuid:pk>.webp", show_image, name="image"),
    path("media/images/<uuid:pk>/thumbnail.webp", show_image, {"thumbnail": True}, name="image-thumbnail"),
]
