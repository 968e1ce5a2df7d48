"""REST routes of conversations."""

from django.urls import path

from messaging.api_views import ConversationViewSet, MessageViewSet

urlpatterns = [
    path("conversations", ConversationViewSet.as_view({"get": "list", "post": "create"}), name="conversations"),
    path("conversations/<uuid:pk>", ConversationViewSet.as_view({"get": "retrieve"}), name="conversation"),
    path(
        "conversations/<uuid:pk>/read",
        ConversationViewSet.as_view({"post": "mark_conversation_read"}),
        name="conversation-read",
    ),
    path(
        "conversations/<uuid:conversation_id>/messages",
        MessageViewSet.as_view({"get": "list", "post": "create"}),
        name="messages",
    ),
]
