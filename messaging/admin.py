"""Conversations in the admin: who writes to whom. What is said is for staff once a message was reported."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.admin import actor_of
from core.admin import ReadOnlyAdmin, ReadOnlyInline
from messaging.models import Conversation, Message, MessageImage, Participant


class ParticipantInline(ReadOnlyInline):
    """The two."""

    model = Participant


@admin.register(Conversation)
class ConversationAdmin(ReadOnlyAdmin):
    """Who writes to whom about what, without a word of it."""

    list_display = ["first", "second", "job", "last_sequence", "updated_at"]
    list_select_related = ["first", "second", "job"]
    search_fields = ["=first", "=second", "first__email", "second__email", "=job", "=id"]
    search_help_text = "By a person, or the id of a job or a conversation."
    ordering = ["-updated_at", "-id"]
    inlines = [ParticipantInline]


@admin.register(Participant)
class ParticipantAdmin(ReadOnlyAdmin):
    """How far each has read."""

    list_display = ["person", "conversation", "read_sequence"]
    list_select_related = ["person", "conversation"]
    search_fields = ["=person", "person__email", "person__name", "=conversation"]
    search_help_text = "By a person, or the id of a conversation."
    ordering = ["-id"]


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    """Messages of conversations in which one was reported."""

    list_display = ["conversation", "sequence", "sender", "text", "created_at"]
    list_select_related = ["conversation", "sender"]
    search_fields = ["=conversation", "=sender", "sender__email", "sender__name", "=id"]
    search_help_text = "By a person, or the id of a conversation or a message."
    ordering = ["-id"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        """What the staff member may read through the API too."""
        rows: QuerySet[Message] = super().get_queryset(request)
        return rows & Message.objects.visible_to(actor_of(request).viewer)


@admin.register(MessageImage)
class MessageImageAdmin(ReadOnlyAdmin):
    """Pictures of messages that staff may read."""

    list_display = ["message", "image", "position"]
    list_select_related = ["message", "image"]
    search_fields = ["=message", "=image"]
    search_help_text = "By the id of a message or a picture."
    ordering = ["-id"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[MessageImage]:
        """As for their messages."""
        rows: QuerySet[MessageImage] = super().get_queryset(request)
        return rows.filter(message__in=Message.objects.visible_to(actor_of(request).viewer).values("pk"))
