"""What may be sent about conversations."""

from rest_framework import serializers

from core.inputs import Input


class ConversationInput(Input):
    """With whom, about which job, and what to say at once. One of `userId` and `jobId` is needed."""

    user_id = serializers.UUIDField(required=False, allow_null=True)
    job_id = serializers.UUIDField(required=False, allow_null=True)
    text = serializers.CharField(max_length=5000, required=False, allow_null=True)


class MessageInput(Input):
    """What to say. `clientId` is the sender's own name for it: sent again, it is the same message."""

    text = serializers.CharField(max_length=5000)
    images = serializers.ListField(child=serializers.CharField(max_length=500), max_length=10, required=False)
    client_id = serializers.CharField(max_length=100, required=False, allow_null=True)


class ReadMarkInput(Input):
    """The message up to which the conversation has been read; without it, to its end."""

    sequence = serializers.IntegerField(min_value=0, max_value=2_147_483_647, required=False, allow_null=True)
