"""Addresses of notifications that are not the API's."""

from django.urls import path

from notifications import views

urlpatterns = [
    path("notifications/unsubscribe/<str:token>", views.unsubscribe, name="unsubscribe"),
    path("notifications", views.Notices.as_view(), name="notices"),
    path("notifications/bell", views.Bell.as_view(), name="bell"),
    path("settings/notifications", views.Preferences.as_view(), name="preferences"),
]
