"""What contractors may send about themselves."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from contractors.models import Document
from core.inputs import Input, PointInput, UploadInput


class ProfileInput(Input):
    """A contractor's own profile."""

    business_name = serializers.CharField(min_length=2, max_length=100)
    bio = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    skills = serializers.ListField(child=serializers.CharField(max_length=50), max_length=20, required=False)
    location = PointInput(required=False, allow_null=True)
    service_radius_km = serializers.IntegerField(min_value=1, max_value=500, required=False, allow_null=True)
    max_concurrent_jobs = serializers.IntegerField(min_value=1, max_value=100, required=False)

    def validate_skills(self, skills: list[str]) -> list[str]:
        """Each once."""
        return list(dict.fromkeys(skills))


class PortfolioItemInput(Input):
    """A piece of work that a contractor shows."""

    title = serializers.CharField(min_length=2, max_length=100)
    description = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    images = serializers.ListField(child=serializers.CharField(max_length=500), max_length=10, required=False)
    completed_on = serializers.DateField(required=False, allow_null=True)

    @classmethod
    def document(cls, stored: Mapping[str, Any]) -> dict[str, Any]:
        """Pictures are written as their ids."""
        return {**super().document(stored), "images": [image["id"] for image in stored["images"]]}


class DocumentInput(UploadInput):
    """A document in a multipart form."""

    kind = serializers.ChoiceField(choices=Document.Kind.choices)
    expires_on = serializers.DateField(required=False, allow_null=True)
