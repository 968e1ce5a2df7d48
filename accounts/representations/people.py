"""What a person looks like to the outside."""

from django.db.models import Q
from rest_framework import serializers

from accounts.models import Person
from core.representations import Computed, Representation, SeenBy
from core.shapes import VIEWER


class PersonSummary(Representation):
    """A person beside what is theirs."""

    class Meta:
        model = Person
        fields = ["id", "name", "avatar", "role", "created_at"]


class PersonRepresentation(Representation):
    """A person. Their address is for themselves and staff."""

    email = SeenBy("self", "staff", shows=serializers.EmailField())

    class Meta:
        model = Person
        roles = {"self": Q(pk=VIEWER)}
        fields = ["id", "name", "avatar", "role", "created_at", "email"]


class MyselfRepresentation(PersonRepresentation):
    """The caller, as they see themselves."""

    email_verified = Computed(lambda at: _is_set(f"{at}email_verified_at"), shows=serializers.BooleanField())

    class Meta(PersonRepresentation.Meta):
        fields = [*PersonRepresentation.Meta.fields, "email_verified"]


def _is_set(column: str) -> Q:
    return Q((f"{column}__isnull", False))
