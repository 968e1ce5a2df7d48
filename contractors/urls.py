"""Addresses of contractors that are not the API's."""

from django.urls import path

from contractors import views
from contractors.media_views import show_document

urlpatterns = [
    path("media/documents/<str:token>", show_document, name="document"),
    path("contractors", views.Contractors.as_view(), name="contractors-page"),
    path("settings/profile", views.MyProfile.as_view(), name="my-profile"),
    path("settings/portfolio", views.MyPortfolio.as_view(), name="my-portfolio"),
    path("settings/portfolio/<uuid:pk>", views.EditPortfolioItem.as_view(), name="edit-portfolio-item"),
    path("settings/portfolio/<uuid:pk>/remove", views.RemoveFromPortfolio.as_view(), name="remove-portfolio-item"),
    path("settings/documents", views.MyDocuments.as_view(), name="my-documents"),
    path("settings/documents/<uuid:pk>/open", views.OpenDocument.as_view(), name="open-document"),
    path("settings/documents/<uuid:pk>/delete", views.DeleteDocument.as_view(), name="delete-document"),
]
