"""Addresses of notifications that are not the API's."""

from django.urls import path

from notifications.views import unsubscribe

urlpatterns = [path("notifications/unsubscribe/<str:token>", unsubscribe, name="unsubscribe")]
