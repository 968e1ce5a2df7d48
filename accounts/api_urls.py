"""REST routes of people, their keys, their uploads and their reports."""

from django.urls import path

from accounts.api_views.auth import AuthViewSet, SignOutViewSet
from accounts.api_views.images import ImageViewSet
from accounts.api_views.keys import ApiKeyViewSet
from accounts.api_views.people import MyselfViewSet, PersonViewSet, SessionViewSet
from accounts.api_views.reports import ReportViewSet

urlpatterns = [
    path("auth/signup", AuthViewSet.as_view({"post": "signup"}), name="signup"),
    path("auth/signin", AuthViewSet.as_view({"post": "signin"}), name="signin"),
    path("auth/refresh", AuthViewSet.as_view({"post": "refresh"}), name="refresh"),
    path("auth/signout", SignOutViewSet.as_view({"post": "signout"}), name="signout"),
    path("auth/password/reset", AuthViewSet.as_view({"post": "ask_for_reset"}), name="password-reset"),
    path(
        "auth/password/reset/confirm",
        AuthViewSet.as_view({"post": "confirm_reset"}),
        name="password-reset-confirm",
    ),
    path("auth/email/verify", AuthViewSet.as_view({"post": "verify_email"}), name="email-verify"),
    path("auth/email/resend", AuthViewSet.as_view({"post": "resend_email"}), name="email-resend"),
    path(
        "users/me",
        MyselfViewSet.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
        name="myself",
    ),
    path("users/me/export", MyselfViewSet.as_view({"get": "export"}), name="my-export"),
    path("users/me/password", MyselfViewSet.as_view({"post": "change_password"}), name="my-password"),
    path("users/me/sessions", SessionViewSet.as_view({"get": "list", "delete": "destroy_others"}), name="my-sessions"),
    path("users/me/sessions/<uuid:pk>", SessionViewSet.as_view({"delete": "destroy"}), name="my-session"),
    path("users/<uuid:pk>", PersonViewSet.as_view({"get": "retrieve"}), name="person"),
    path("api-keys", ApiKeyViewSet.as_view({"get": "list", "post": "create"}), name="api-keys"),
    path("api-keys/<uuid:pk>", ApiKeyViewSet.as_view({"get": "retrieve", "delete": "destroy"}), name="api-key"),
    path("api-keys/<uuid:pk>/rotate", ApiKeyViewSet.as_view({"post": "rotate"}), name="api-key-rotation"),
    path("reports", ReportViewSet.as_view({"get": "list", "post": "create"}), name="reports"),
    path("reports/<uuid:pk>", ReportViewSet.as_view({"get": "retrieve"}), name="report"),
    path("images", ImageViewSet.as_view({"post": "create"}), name="images"),
    path("images/<uuid:pk>", ImageViewSet.as_view({"get": "retrieve", "delete": "destroy"}), name="image"),
]
