"""Reports to staff; and erasures that are looked at once more when all tokens are dead."""

import core.ids
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_avatar_is_an_upload'),
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('target_type', models.CharField(choices=[('job', 'Job'), ('bid', 'Bid'), ('message', 'Message'), ('review', 'Review'), ('user', 'User')], max_length=10)),
                ('target_id', models.UUIDField()),
                ('reason', models.CharField(choices=[('spam', 'Spam'), ('fraud', 'Fraud'), ('contact_leak', 'Contact Leak'), ('abuse', 'Abuse'), ('other', 'Other')], max_length=20)),
                ('comment', models.CharField(blank=True, max_length=1000, null=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('closed_at', models.DateTimeField(blank=True, editable=False, null=True)),
            ],
        ),
        migrations.AddField(
            model_name='person',
            name='erasure_finished_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(condition=models.Q(('erased_at__isnull', False), ('erasure_finished_at__isnull', True)), fields=['erased_at'], name='person_leaving'),
        ),
        migrations.AddField(
            model_name='report',
            name='reporter',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='report',
            index=models.Index(fields=['-created_at', '-id'], name='report_newest'),
        ),
        migrations.AddIndex(
            model_name='report',
            index=models.Index(fields=['reporter', '-created_at', '-id'], name='report_of_person'),
        ),
        migrations.AddIndex(
            model_name='report',
            index=models.Index(fields=['target_id'], name='report_of_target'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('reporter', 'target_type', 'target_id'), name='report_open_once'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(('target_type__in', ['job', 'bid', 'message', 'review', 'user'])), name='report_target_known'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(('reason__in', ['spam', 'fraud', 'contact_leak', 'abuse', 'other'])), name='report_reason_known'),
        ),
    ]
