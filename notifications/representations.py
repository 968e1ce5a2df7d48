"""What a notification looks like to the one whom it is for."""

from typing import Any

from django.db.models import F, QuerySet
from rest_framework import serializers

from core.expressions import Row
from core.representations import Computed, Representation
from core.viewers import Viewer
from notifications.models import Notification


class NotificationResource(serializers.Serializer):
    """What it is about, as the event names it."""

    type = serializers.CharField()
    id = serializers.UUIDField()


class NotificationData(serializers.Serializer):
    """Where to go on from a notification: the page, and the resource."""

    url = serializers.CharField()
    resource = NotificationResource()


def _data(at: str) -> Any:
    resource = Row({"type": F(f"{at}resource_type"), "id": F(f"{at}resource_id")})
    return Row({"url": F(f"{at}url"), "resource": resource})


class NotificationRepresentation(Representation):
    """Something that a person is told."""

    data = Computed(_data, shows=NotificationData())  # type: ignore[assignment]  # DRF takes it out of the class

    class Meta:
        model = Notification
        fields = ["id", "type", "title", "body", "data", "read_at", "created_at"]

    @classmethod
    def rows(cls, viewer: Viewer) -> QuerySet:
        """One's own."""
        return Notification.objects.visible_to(viewer)
