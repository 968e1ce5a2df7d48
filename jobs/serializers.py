"""What may be sent about a job."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from core.inputs import Input, MoneyField, PointInput
from jobs.models import Category, Status


class LocationInput(PointInput):
    """Where the work is. The address, if given, is for the owner, the assigned contractor and staff."""

    address = serializers.CharField(max_length=300, required=False, allow_null=True, default=None)


class JobInput(Input):
    """A job. `status` and `cancelReason` go through its lifecycle."""

    title = serializers.CharField(min_length=5, max_length=100)
    description = serializers.CharField(max_length=5000)
    category = serializers.ChoiceField(choices=Category.choices)
    budget = MoneyField(min_value=50, max_value=100_000)
    location = LocationInput()
    images = serializers.ListField(child=serializers.CharField(max_length=500), max_length=10, required=False)
    scheduled_date = serializers.DateTimeField(required=False, allow_null=True)
    status = serializers.ChoiceField(choices=Status.choices, required=False)
    cancel_reason = serializers.CharField(max_length=500, required=False, allow_null=True)

    @classmethod
    def document(cls, stored: Mapping[str, Any]) -> dict[str, Any]:
        """Pictures are written as their ids."""
        return {**super().document(stored), "images": [image["id"] for image in stored["images"]]}


class NewJobInput(JobInput):
    """A new job has nothing to cancel."""

    cancel_reason = None  # type: ignore[assignment]  # DRF's way of leaving a field out
