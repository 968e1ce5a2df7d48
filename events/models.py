"""The log: one row for each thing that happened, written with the change itself; and how far its reactors have come."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now

from core.ids import uuid7


class RecordedEvent(models.Model):
    """Something that happened to a resource, as the outside may see it.

    `number` is drawn when the row is written and orders events of one cause. `position` is given after commit, one
    after another without a gap: the cursor is made from it, and a reader that goes on from one never skips an event
    that committed late. `data` is what everybody may see; `seen_by` maps a role to the members that it sees otherwise.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.BigIntegerField(db_default=RawSQL("nextval('events_number')", ()))
    position = models.BigIntegerField(null=True)
    type = models.CharField(max_length=40)
    resource_type = models.CharField(max_length=40)
    resource_id = models.UUIDField()
    actor_id = models.UUIDField(null=True)
    request_id = models.CharField(max_length=128, blank=True)
    is_public = models.BooleanField()
    audience = ArrayField(models.UUIDField())
    data = models.JSONField()
    seen_by = models.JSONField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["position"], name="event_position_once"),
            models.CheckConstraint(
                condition=Q(position__isnull=True) | Q(position__gt=0), name="event_position_positive"
            ),
        ]
        indexes = [
            models.Index(fields=["number"], condition=Q(position__isnull=True), name="event_waiting"),
            models.Index(fields=["resource_id", "position"], name="event_of_resource"),
            models.Index(fields=["created_at"], name="event_by_age"),
            models.Index(fields=["position"], condition=Q(is_public=True), name="event_public"),
            GinIndex(fields=["audience"], name="event_audience", fastupdate=False),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.resource_id}"


class ReactorPosition(models.Model):
    """How far a reactor has come: it has made its rows for every event up to this position, and for none beyond."""

    name = models.CharField(primary_key=True, max_length=40)
    position = models.BigIntegerField(default=0)
    moved_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name} at {self.position}"
