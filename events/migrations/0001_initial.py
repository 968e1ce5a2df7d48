"""The event log and the sequence that orders it as it is written."""

import core.ids
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.expressions
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.RunSQL("CREATE SEQUENCE events_number", "DROP SEQUENCE events_number"),
        migrations.CreateModel(
            name="RecordedEvent",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "number",
                    models.BigIntegerField(
                        db_default=django.db.models.expressions.RawSQL("nextval('events_number')", ())
                    ),
                ),
                ("position", models.BigIntegerField(null=True)),
                ("type", models.CharField(max_length=40)),
                ("resource_type", models.CharField(max_length=40)),
                ("resource_id", models.UUIDField()),
                ("actor_id", models.UUIDField(null=True)),
                ("request_id", models.CharField(blank=True, max_length=128)),
                ("is_public", models.BooleanField()),
                ("audience", django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField())),
                ("data", models.JSONField()),
                ("seen_by", models.JSONField()),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("position__isnull", True)),
                        fields=["number"],
                        name="event_waiting",
                    ),
                    models.Index(fields=["resource_id", "position"], name="event_of_resource"),
                    models.Index(fields=["created_at"], name="event_by_age"),
                    models.Index(
                        condition=models.Q(("is_public", True)), fields=["position"], name="event_public"
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=False, fields=["audience"], name="event_audience"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("position",), name="event_position_once"),
                    models.CheckConstraint(
                        condition=models.Q(("position__isnull", True), ("position__gt", 0), _connector="OR"),
                        name="event_position_positive",
                    ),
                ],
            },
        ),
    ]
