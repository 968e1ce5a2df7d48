"""What people may send about their endpoints."""

from rest_framework import serializers

from core.inputs import Input
from webhooks.models import EndpointStatus
from webhooks.patterns import MOST


class WebhookInput(Input):
    """A new endpoint. `events` are types, or patterns such as `bid.*`; `*` alone is all."""

    url = serializers.CharField(max_length=2000)
    events = serializers.ListField(child=serializers.CharField(max_length=60), min_length=1, max_length=MOST)
    description = serializers.CharField(max_length=200, required=False, allow_null=True)
    ordered = serializers.BooleanField(default=False)


class WebhookChangesInput(WebhookInput):
    """An endpoint as it shall be."""

    status = serializers.ChoiceField(choices=EndpointStatus.choices, required=False)


class ReplayInput(Input):
    """The id of the last event that the endpoint has."""

    after = serializers.CharField(max_length=40)
