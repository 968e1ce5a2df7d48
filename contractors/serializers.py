"""What contractors may send about themselves."""

from rest_framework import serializers

from core.inputs import Input, PointInput


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
