"""REST routes of contractors."""

from django.urls import path

from contractors.api_views.documents import DocumentViewSet
from contractors.api_views.portfolio import PortfolioViewSet
from contractors.api_views.profiles import ContractorViewSet, MyProfileViewSet

urlpatterns = [
    path("contractors", ContractorViewSet.as_view({"get": "list"}), name="contractors"),
    path(
        "contractors/me",
        MyProfileViewSet.as_view({"get": "retrieve", "patch": "partial_update"}),
        name="contractor-me",
    ),
    path(
        "contractors/me/portfolio",
        PortfolioViewSet.as_view({"get": "list", "post": "create"}),
        name="contractor-portfolio",
    ),
    path(
        "contractors/me/portfolio/<uuid:pk>",
        PortfolioViewSet.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
        name="contractor-portfolio-item",
    ),
    path(
        "contractors/me/documents",
        DocumentViewSet.as_view({"get": "list", "post": "create"}),
        name="contractor-documents",
    ),
    path(
        "contractors/me/documents/<uuid:pk>",
        DocumentViewSet.as_view({"get": "retrieve", "delete": "destroy"}),
        name="contractor-document",
    ),
    path(
        "contractors/me/documents/<uuid:pk>/link",
        DocumentViewSet.as_view({"post": "link_to_document"}),
        name="contractor-document-link",
    ),
    path("contractors/<uuid:pk>", ContractorViewSet.as_view({"get": "retrieve"}), name="contractor"),
]
