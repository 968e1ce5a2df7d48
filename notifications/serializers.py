"""What may be sent about notifications."""

from rest_framework import serializers

from core.inputs import Input


class ReadInput(Input):
    """Which notifications were read; all of one's own without `ids`."""

    ids = serializers.ListField(child=serializers.UUIDField(), max_length=500, required=False)
