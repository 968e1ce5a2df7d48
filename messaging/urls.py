"""The addresses of pages about conversations."""

from django.urls import path

from messaging import views

urlpatterns = [
    path("inbox", views.Inbox.as_view(), name="inbox"),
    path("inbox/start", views.Start.as_view(), name="start-conversation"),
    path("inbox/<uuid:pk>", views.Conversation.as_view(), name="conversation-page"),
]
