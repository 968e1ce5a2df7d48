"""What people are told."""

import core.ids
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Notification',
            fields=[
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('event_id', models.UUIDField()),
                ('type', models.CharField(max_length=40)),
                ('title', models.CharField(max_length=200)),
                ('body', models.CharField(max_length=500)),
                ('url', models.CharField(max_length=200)),
                ('resource_type', models.CharField(max_length=40)),
                ('resource_id', models.UUIDField()),
                ('read_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='notifications', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['person', '-created_at', '-id'], name='notification_newest'), models.Index(condition=models.Q(('read_at__isnull', True)), fields=['person', '-created_at', '-id'], name='notification_unread'), models.Index(fields=['resource_id', 'type', 'person'], name='notification_about')],
                'constraints': [models.UniqueConstraint(fields=('event_id', 'person'), name='notification_once')],
            },
        ),
    ]
