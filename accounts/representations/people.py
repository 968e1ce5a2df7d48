"""What a person looks like to the outside."""

from typing import Any

from django.db.models import Case, Q, TextField, Value, When
from rest_framework import serializers

from accounts.models import Person
from accounts.representations.images import THUMBNAIL, address_of
from core.representations import Computed, Representation, SeenBy
from core.shapes import VIEWER


def _avatar(at: str) -> Any:
    there = When(Q((f"{at}avatar__isnull", False)), then=address_of(THUMBNAIL, "avatar_id")(at))
    return Case(there, default=Value(None, output_field=TextField()), output_field=TextField())


AVATAR = serializers.CharField(allow_null=True, help_text="The address of a small picture of them on this site.")


class PersonSummary(Representation):
    """A person beside what is theirs."""

    avatar = Computed(_avatar, shows=AVATAR)

    class Meta:
        model = Person
        fields = ["id", "name", "avatar", "role", "created_at"]


class PersonRepresentation(Representation):
    """A person. Their address is for themselves and staff."""

    avatar = Computed(_avatar, shows=AVATAR)
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
