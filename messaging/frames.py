"""What clients may send by `/ws`."""

from rest_framework import serializers

from core.inputs import Input
from messaging.presence import STATUSES
from messaging.serializers import MessageInput


class ConversationFrame(Input):
    """A conversation; with `after`, the messages after that sequence are sent again."""

    conversation_id = serializers.UUIDField()
    after = serializers.IntegerField(min_value=0, max_value=2_147_483_647, required=False, allow_null=True)


class TypingFrame(Input):
    """The conversation in which one types."""

    conversation_id = serializers.UUIDField()


class SaidFrame(Input):
    """What is said."""

    text = serializers.CharField(max_length=5000)
    images = MessageInput().fields["images"]


class SendFrame(Input):
    """What to say. `clientId` is the sender's own name for it: sent again, it is the same message."""

    conversation_id = serializers.UUIDField()
    message = SaidFrame()
    client_id = serializers.CharField(max_length=100, required=False, allow_null=True)


class ReadFrame(Input):
    """The message up to which the conversation has been read; without it, to its end."""

    conversation_id = serializers.UUIDField()
    sequence = serializers.IntegerField(min_value=0, max_value=2_147_483_647, required=False, allow_null=True)


class StatusFrame(Input):
    """What to tell others of oneself."""

    status = serializers.ChoiceField(choices=STATUSES)


class PeopleFrame(Input):
    """Whom to ask about."""

    user_ids = serializers.ListField(child=serializers.UUIDField(), max_length=100)


class JobFrame(Input):
    """A job."""

    job_id = serializers.UUIDField()


class ResumeFrame(Input):
    """The last event that the client has."""

    after = serializers.CharField(max_length=100)
