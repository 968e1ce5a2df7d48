"""What sessions and API keys look like to their owner."""

from django.db.models import BooleanField, Case, Q, UUIDField, Value, When
from django.db.models.functions import Concat
from rest_framework import serializers

from accounts.actors import GRANTABLE_SCOPES
from accounts.models import ApiKey, Session
from core.representations import Computed, Representation
from core.shapes import Slot

THIS_SESSION = Slot("session_id", UUIDField())


class SessionRepresentation(Representation):
    """A sign-in on one device."""

    current = Computed(
        lambda at: Case(
            When(Q((f"{at}pk", THIS_SESSION)), then=Value(True)),
            default=Value(False),
            output_field=BooleanField(),
        ),
        shows=serializers.BooleanField(help_text="Whether the request was made in it."),
    )

    class Meta:
        model = Session
        fields = ["id", "address", "user_agent", "current", "created_at", "last_used_at", "expires_at"]


class ApiKeyRepresentation(Representation):
    """An API key. Its text is shown once, when it is made or rotated."""

    prefix = Computed(
        lambda at: Concat(Value("mtn_"), f"{at}prefix"),
        shows=serializers.CharField(help_text="How the key begins."),
    )
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=[(s, s) for s in GRANTABLE_SCOPES]))

    class Meta:
        model = ApiKey
        fields = [
            "id", "name", "prefix", "scopes", "expires_at", "last_used_at", "previous_until", "created_at",
        ]  # fmt: skip
