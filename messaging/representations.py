"""What conversations, read marks and messages look like to those who take part."""

from typing import Any

from django.db.models import F, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Greatest
from rest_framework import serializers

from accounts.representations import ImageRepresentation, PersonSummary
from core.representations import Computed, Representation, Sight
from core.shapes import VIEWER
from core.viewers import Viewer
from jobs.representations import JobSummary
from messaging.models import Conversation, Message, Participant


class MessageRepresentation(Representation):
    """What somebody has said."""

    conversation_id = serializers.UUIDField()
    sender = PersonSummary()
    images = ImageRepresentation(many=True, source="pictures.image")

    class Meta:
        model = Message
        fields = ["id", "conversation_id", "sequence", "sender", "text", "images", "created_at"]

    @classmethod
    def rows(cls, viewer: Viewer) -> QuerySet:
        """Those of conversations that the viewer sees."""
        return Message.objects.visible_to(viewer)


class ReadMarkRepresentation(Representation):
    """Up to which message somebody has read a conversation."""

    conversation_id = serializers.UUIDField()
    user_id = serializers.UUIDField(source="person_id")
    sequence = serializers.IntegerField(source="read_sequence")

    class Meta:
        model = Participant
        fields = ["conversation_id", "user_id", "sequence"]

    @classmethod
    def rows(cls, viewer: Viewer) -> QuerySet:
        """Those of conversations that the viewer sees."""
        return Participant.objects.visible_to(viewer)


class ConversationSummary(Representation):
    """A conversation, the same for both."""

    participants = PersonSummary(many=True, source="participants.person")
    job_id = serializers.UUIDField(allow_null=True)
    job = JobSummary(allow_null=True)

    class Meta:
        model = Conversation
        fields = ["id", "participants", "job_id", "job", "last_sequence", "created_at", "updated_at"]

    @classmethod
    def rows(cls, viewer: Viewer) -> QuerySet:
        """Those that the viewer sees."""
        return Conversation.objects.visible_to(viewer)


def _last_message(at: str) -> Any:
    newest = Message.objects.filter(conversation=OuterRef(f"{at}pk"), sequence=OuterRef(f"{at}last_sequence"))
    return Subquery(newest.values_list(MessageRepresentation().row(Sight(Viewer()))))


def _unread(at: str) -> Any:
    own = Participant.objects.filter(conversation=OuterRef(f"{at}pk"), person=VIEWER).values("read_sequence")
    return Greatest(F(f"{at}last_sequence") - Subquery(own), Value(0), output_field=IntegerField())


class ConversationRepresentation(ConversationSummary):
    """A conversation as one of the two sees it: with what was said last, and how much of it they have not read."""

    last_message = Computed(_last_message, shows=MessageRepresentation(allow_null=True))
    unread_count = Computed(_unread, shows=serializers.IntegerField(min_value=0))

    class Meta(ConversationSummary.Meta):
        fields = [*ConversationSummary.Meta.fields, "last_message", "unread_count"]
