"""Reviews of completed jobs, and searches that people have saved."""

import core.ids
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
import jobs.models.saved_searches
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('contractors', '0001_initial'),
        ('jobs', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('rating', models.PositiveSmallIntegerField()),
                ('comment', models.CharField(max_length=2000)),
                ('reply', models.CharField(blank=True, max_length=2000, null=True)),
                ('replied_at', models.DateTimeField(blank=True, null=True)),
                ('hidden_at', models.DateTimeField(blank=True, null=True)),
                ('hidden_reason', models.CharField(blank=True, max_length=500, null=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to=settings.AUTH_USER_MODEL)),
                ('contractor', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='contractors.contractor')),
                ('job', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='jobs.job')),
            ],
            options={
                'indexes': [models.Index(fields=['contractor', '-created_at', '-id'], name='review_newest'), models.Index(fields=['contractor', '-rating', '-id'], name='review_best')],
                'constraints': [models.UniqueConstraint(fields=('job',), name='review_once_a_job'), models.CheckConstraint(condition=models.Q(('rating__gte', 1), ('rating__lte', 5)), name='review_rating_in_range'), models.CheckConstraint(condition=models.Q(('comment', ''), _negated=True), name='review_says_something'), models.CheckConstraint(condition=models.Q(models.Q(('replied_at__isnull', True), ('reply__isnull', True)), models.Q(('replied_at__isnull', False), ('reply__isnull', False), models.Q(('reply', ''), _negated=True)), _connector='OR'), name='review_reply_says_something'), models.CheckConstraint(condition=models.Q(models.Q(('hidden_at__isnull', True), ('hidden_reason__isnull', True)), models.Q(('hidden_at__isnull', False), ('hidden_reason__isnull', False), models.Q(('hidden_reason', ''), _negated=True)), _connector='OR'), name='review_hidden_for_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='SavedSearch',
            fields=[
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=100)),
                ('q', models.CharField(blank=True, max_length=200, null=True)),
                ('categories', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('plumbing', 'Plumbing'), ('electrical', 'Electrical'), ('carpentry', 'Carpentry'), ('painting', 'Painting'), ('landscaping', 'Landscaping'), ('cleaning', 'Cleaning'), ('hvac', 'Hvac'), ('appliance', 'Appliance')], max_length=11), blank=True, default=list)),
                ('lat', models.FloatField(blank=True, null=True)),
                ('lng', models.FloatField(blank=True, null=True)),
                ('radius', models.FloatField(blank=True, null=True)),
                ('min_budget', models.DecimalField(blank=True, decimal_places=2, max_digits=9, null=True)),
                ('max_budget', models.DecimalField(blank=True, decimal_places=2, max_digits=9, null=True)),
                ('looks_in', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=11), default=jobs.models.saved_searches.every_category, editable=False)),
                ('lats', django.contrib.postgres.fields.ranges.DecimalRangeField(default=(None, None), editable=False)),
                ('lngs', django.contrib.postgres.fields.ranges.DecimalRangeField(default=(None, None), editable=False)),
                ('budgets', models.GeneratedField(db_persist=True, expression=models.Func(models.F('min_budget'), models.F('max_budget'), models.Value('[]'), function='numrange'), output_field=django.contrib.postgres.fields.ranges.DecimalRangeField())),
                ('words', models.GeneratedField(db_persist=True, expression=models.Func(models.F('q'), template="websearch_to_tsquery('english'::regconfig, %(expressions)s::text)"), output_field=jobs.models.saved_searches.QueryField())),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='saved_searches', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'saved searches',
                'indexes': [models.Index(fields=['person', '-created_at', '-id'], name='search_of_person'), django.contrib.postgres.indexes.GistIndex(fields=['lats', 'lngs', 'budgets'], name='search_finds'), django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=['looks_in'], name='search_looks_in')],
                'constraints': [models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='search_has_a_name'), models.CheckConstraint(condition=models.Q(models.Q(('lat__isnull', True), ('lng__isnull', True), ('radius__isnull', True)), models.Q(('lat__isnull', False), ('lng__isnull', False), ('radius__isnull', False), ('lat__gte', -90), ('lat__lte', 90), ('lng__gte', -180), ('lng__lte', 180), ('radius__gte', 0.1), ('radius__lte', 500)), _connector='OR'), name='search_circle_whole')],
            },
        ),
    ]
