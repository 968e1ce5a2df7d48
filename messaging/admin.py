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
    search_fields = ["=first__id", "=second__id", "first__email", "second__email", "=job__id"]
    ordering = ["-updated_at", "-id"]
    inlines = [ParticipantInline]


@admin.register(Participant)
class ParticipantAdmin(ReadOnlyAdmin):
    """How far each has read."""

    list_display = ["person", "conversation", "read_sequence"]
    list_select_related = ["person", "conversation"]
    search_fields = ["=person__id", "person__email", "=conversation__id"]
    ordering = ["-id"]


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    """Messages of conversations in which one was reported."""

    list_display = ["conversation", "sequence", "sender", "text", "created_at"]
    list_select_related = ["conversation", "sender"]
    search_fields = ["=conversation__id", "=sender__id", "sender__email"]
    ordering = ["-id"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        """What the staff member may read through the API too."""
        rows: QuerySet[Message] = super().get_queryset(request)
        return rows.filter(pk__in=Message.objects.visible_to(actor_of(request).viewer).values("pk"))


@admin.register(MessageImage)
class MessageImageAdmin(ReadOnlyAdmin):
    """Pictures of messages that staff may read."""

    list_display = ["message", "image", "position"]
    list_select_related = ["message", "image"]
    search_fields = ["=message__id", "=image__id"]
    ordering = ["-id"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[MessageImage]:
        """As for their messages."""
        rows: QuerySet[MessageImage] = super().get_queryset(request)
        return rows.filter(message__in=Message.objects.visible_to(actor_of(request).viewer).values("pk"))
