"""What may be sent about notifications."""

from rest_framework import serializers

from core.inputs import Input
from notifications.table import TABLE


class ReadInput(Input):
    """Which notifications were read; all of one's own without `ids`."""

    ids = serializers.ListField(child=serializers.UUIDField(), max_length=500, required=False)


class WaysInput(Input):
    """In which ways to be told: in the feed, by mail, both or neither."""

    in_app = serializers.BooleanField(required=False)
    email = serializers.BooleanField(required=False)


class PreferencesBase(Input):
    """Types of event have dots, which names in Python cannot have."""

    @classmethod
    def outside_name(cls, name: str) -> str:
        """`bid__created` → `bid.created`."""
        return name.replace("__", ".")


PreferencesInput = type(
    "PreferencesInput",
    (PreferencesBase,),
    {
        "__doc__": "How to be told, by type of event.",
        "__module__": __name__,
        **{name.replace(".", "__"): WaysInput(required=False) for name in sorted(TABLE)},
    },
)
