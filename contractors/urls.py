"""Addresses of contractors that are not the API's."""

from django.urls import path

from contractors.media_views import show_document

urlpatterns = [path("media/documents/<str:token>", show_document, name="document")]
