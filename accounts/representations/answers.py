"""What is answered beside rows: sign-ins and new keys, whose secrets are never read from any, and one's own data."""

from typing import Any

from rest_framework import serializers

from accounts.representations.people import MyselfRepresentation
from accounts.representations.sessions import ApiKeyRepresentation


class SignedIn(serializers.Serializer):
    """Somebody who has just signed in, with both tokens of the session."""

    user = MyselfRepresentation()
    accessToken = serializers.CharField(help_text="For the Authorization header, for 15 minutes.")  # noqa: N815
    refreshToken = serializers.CharField(help_text="For the next pair of tokens, once.")  # noqa: N815
    expiresAt = serializers.DateTimeField(help_text="When the access token expires.")  # noqa: N815


class NewApiKeyRepresentation(ApiKeyRepresentation):
    """An API key with its text, which is shown this once."""

    key = serializers.CharField(source="prefix", help_text="The text of the key, to be kept by its owner alone.")

    class Meta(ApiKeyRepresentation.Meta):
        fields = [*ApiKeyRepresentation.Meta.fields, "key"]


EXPORT: dict[str, Any] = {
    "type": "object",
    "required": ["data"],
    "properties": {
        "data": {
            "type": "object",
            "description": "A member for each kind of thing that is held: one object, or a list of all rows.",
            "required": ["exportedAt", "account"],
            "properties": {
                "exportedAt": {"type": "string", "format": "date-time"},
                "account": {"type": "object", "additionalProperties": True},
            },
            "additionalProperties": True,
        }
    },
}
