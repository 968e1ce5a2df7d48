"""REST routes of contractors."""

from django.urls import path

from contractors.api_views import ContractorViewSet, MyProfileViewSet

urlpatterns = [
    path("contractors", ContractorViewSet.as_view({"get": "list"}), name="contractors"),
    path(
        "contractors/me",
        MyProfileViewSet.as_view({"get": "retrieve", "patch": "partial_update"}),
        name="contractor-me",
    ),
    path("contractors/<uuid:pk>", ContractorViewSet.as_view({"get": "retrieve"}), name="contractor"),
]
