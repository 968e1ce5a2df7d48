"""Bids, with the constraints that keep them exactly once."""

import core.ids
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('contractors', '0001_initial'),
        ('jobs', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Bid',
            fields=[
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=9)),
                ('message', models.CharField(max_length=2000)),
                ('estimated_days', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('status', models.CharField(choices=[('pending', 'Pending'), ('accepted', 'Accepted'), ('rejected', 'Rejected'), ('withdrawn', 'Withdrawn')], default='pending', max_length=9)),
                ('rejection_reason', models.CharField(blank=True, max_length=500, null=True)),
                ('stale', models.BooleanField(default=False)),
                ('round', models.PositiveIntegerField(default=0)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('contractor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bids', to='contractors.contractor')),
                ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='bids', to='jobs.job')),
            ],
            options={
                'indexes': [models.Index(fields=['job', 'created_at', 'id'], name='bid_of_job'), models.Index(fields=['contractor', '-created_at', '-id'], name='bid_of_contractor'), models.Index(fields=['-created_at', '-id'], name='bid_newest')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('status', 'accepted')), fields=('job',), name='bid_accepted_once'), models.UniqueConstraint(condition=models.Q(('status__in', ['pending', 'accepted'])), fields=('job', 'contractor'), name='bid_live_once'), models.CheckConstraint(condition=models.Q(('amount__gte', 1), ('amount__lte', 1000000)), name='bid_amount_in_range'), models.CheckConstraint(condition=models.Q(('estimated_days__isnull', True), models.Q(('estimated_days__gte', 1), ('estimated_days__lte', 365)), _connector='OR'), name='bid_days_in_range'), models.CheckConstraint(condition=models.Q(('status__in', ['pending', 'accepted', 'rejected', 'withdrawn'])), name='bid_status_known'), models.CheckConstraint(condition=models.Q(('message', ''), _negated=True), name='bid_says_something')],
            },
        ),
    ]
