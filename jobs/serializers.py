"""What may be sent about a job, a review and a saved search."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from core.inputs import DegreesField, Input, MoneyField, PointInput
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


class ReviewInput(Input):
    """What the owner of a job says about the work."""

    rating = serializers.IntegerField(min_value=1, max_value=5)
    comment = serializers.CharField(max_length=2000)


class ReplyInput(Input):
    """What the contractor answers to a review."""

    reply = serializers.CharField(max_length=2000)


class SavedSearchInput(Input):
    """What somebody looks for, as the parameters of the list of jobs say it. lat, lng and radius (km) go together."""

    name = serializers.CharField(max_length=100)
    q = serializers.CharField(max_length=200, required=False, allow_null=True)
    categories = serializers.ListField(
        child=serializers.ChoiceField(choices=Category.choices), max_length=len(Category), required=False
    )
    lat = DegreesField(min_value=-90, max_value=90, required=False, allow_null=True)
    lng = DegreesField(min_value=-180, max_value=180, required=False, allow_null=True)
    radius = serializers.FloatField(min_value=0.1, max_value=500, required=False, allow_null=True)
    min_budget = MoneyField(min_value=0, max_value=1_000_000, required=False, allow_null=True)
    max_budget = MoneyField(min_value=0, max_value=1_000_000, required=False, allow_null=True)

    def validate_categories(self, categories: list[str]) -> list[str]:
        """Each once."""
        return list(dict.fromkeys(categories))
