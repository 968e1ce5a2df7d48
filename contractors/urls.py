"""Addresses of contractors that are not the API's."""

from django.urls import path

from contractors import views
from contractors.media_views import show_document

urlpatterns = [
    path("media/documents/<str:token>", show_document, name="document"),
    path("contractors", views.Contractors.as_view(), name="contractors-page"),
    path("settings/profile", views.MyProfile.as_view(), name="my-profile"),
]
