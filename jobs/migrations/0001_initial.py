"""Jobs and their pictures."""

import core.ids
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
import django.db.models.functions.datetime
import django.db.models.functions.math
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0002_image'),
        ('contractors', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('title', models.CharField(max_length=100)),
                ('description', models.CharField(max_length=5000)),
                ('category', models.CharField(choices=[('plumbing', 'Plumbing'), ('electrical', 'Electrical'), ('carpentry', 'Carpentry'), ('painting', 'Painting'), ('landscaping', 'Landscaping'), ('cleaning', 'Cleaning'), ('hvac', 'Hvac'), ('appliance', 'Appliance')], max_length=11)),
                ('budget', models.DecimalField(decimal_places=2, max_digits=8)),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('posted', 'Posted'), ('assigned', 'Assigned'), ('in_progress', 'In Progress'), ('completed', 'Completed'), ('cancelled', 'Cancelled')], default='draft', max_length=11)),
                ('lat', models.DecimalField(decimal_places=6, max_digits=9)),
                ('lng', models.DecimalField(decimal_places=6, max_digits=9)),
                ('address', models.CharField(blank=True, max_length=300, null=True)),
                ('approx_lat', models.GeneratedField(db_persist=True, expression=django.db.models.functions.comparison.Cast(django.db.models.functions.math.Round(models.F('lat'), precision=2), models.FloatField()), output_field=models.FloatField())),
                ('approx_lng', models.GeneratedField(db_persist=True, expression=django.db.models.functions.comparison.Cast(django.db.models.functions.math.Round(models.F('lng'), precision=2), models.FloatField()), output_field=models.FloatField())),
                ('scheduled_date', models.DateTimeField(blank=True, null=True)),
                ('posted_at', models.DateTimeField(blank=True, null=True)),
                ('expires_at', models.DateTimeField(blank=True, null=True)),
                ('started_at', models.DateTimeField(blank=True, null=True)),
                ('completion_requested_at', models.DateTimeField(blank=True, null=True)),
                ('completed_at', models.DateTimeField(blank=True, null=True)),
                ('cancelled_at', models.DateTimeField(blank=True, null=True)),
                ('cancel_reason', models.CharField(blank=True, max_length=500, null=True)),
                ('bidding_round', models.PositiveIntegerField(default=0)),
                ('hidden', models.BooleanField(default=False)),
                ('search', models.GeneratedField(db_persist=True, expression=django.contrib.postgres.search.CombinedSearchVector(django.contrib.postgres.search.SearchVector('title', config='english', weight='A'), '||', django.contrib.postgres.search.SearchVector('description', config='english', weight='B'), django.contrib.postgres.search.SearchConfig('english')), output_field=django.contrib.postgres.search.SearchVectorField())),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('contractor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='jobs', to='contractors.contractor')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='jobs', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='JobImage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('image', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='in_jobs', to='accounts.image')),
                ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pictures', to='jobs.job')),
            ],
            options={
                'ordering': ['position'],
            },
        ),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(fields=['-created_at', '-id'], name='job_newest'),
        ),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(fields=['-updated_at', '-id'], name='job_changed'),
        ),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(fields=['-budget', '-id'], name='job_budget'),
        ),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(fields=['status', 'category', '-created_at', '-id'], name='job_status_category'),
        ),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(fields=['category', '-created_at', '-id'], name='job_category'),
        ),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(fields=['owner', '-created_at', '-id'], name='job_of_owner'),
        ),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(fields=['contractor', 'status'], name='job_of_contractor'),
        ),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(fields=['approx_lat', 'approx_lng'], name='job_place'),
        ),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(django.db.models.functions.comparison.Coalesce('scheduled_date', django.db.models.expressions.RawSQL("TIMESTAMPTZ '9999-01-01 00:00:00+00'", (), output_field=models.DateTimeField())), models.F('id'), name='job_first_scheduled'),
        ),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(models.OrderBy(django.db.models.functions.comparison.Coalesce('scheduled_date', django.db.models.expressions.RawSQL("TIMESTAMPTZ '0001-01-02 00:00:00+00'", (), output_field=models.DateTimeField())), descending=True), models.OrderBy(models.F('id'), descending=True), name='job_last_scheduled'),
        ),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(condition=models.Q(('status', 'posted')), fields=['expires_at'], name='job_expiring'),
        ),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(condition=models.Q(('status', 'in_progress')), fields=['completion_requested_at'], name='job_unanswered'),
        ),
        migrations.AddIndex(
            model_name='job',
            index=django.contrib.postgres.indexes.GinIndex(models.F('search'), fastupdate=False, name='job_search'),
        ),
        migrations.AddConstraint(
            model_name='job',
            constraint=models.CheckConstraint(condition=models.Q(('title__length__gte', 5)), name='job_title_long_enough'),
        ),
        migrations.AddConstraint(
            model_name='job',
            constraint=models.CheckConstraint(condition=models.Q(('category__in', ['plumbing', 'electrical', 'carpentry', 'painting', 'landscaping', 'cleaning', 'hvac', 'appliance'])), name='job_category_known'),
        ),
        migrations.AddConstraint(
            model_name='job',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'posted', 'assigned', 'in_progress', 'completed', 'cancelled'])), name='job_status_known'),
        ),
        migrations.AddConstraint(
            model_name='job',
            constraint=models.CheckConstraint(condition=models.Q(('budget__gte', 50), ('budget__lte', 100000)), name='job_budget_in_range'),
        ),
        migrations.AddConstraint(
            model_name='job',
            constraint=models.CheckConstraint(condition=models.Q(('lat__gte', -90), ('lat__lte', 90), ('lng__gte', -180), ('lng__lte', 180)), name='job_place_on_earth'),
        ),
        migrations.AddConstraint(
            model_name='job',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['assigned', 'in_progress', 'completed']), ('contractor__isnull', False)), models.Q(('status__in', ['draft', 'posted']), ('contractor__isnull', True)), ('status', 'cancelled'), _connector='OR'), name='job_contractor_fits_status'),
        ),
        migrations.AddConstraint(
            model_name='jobimage',
            constraint=models.UniqueConstraint(fields=('job', 'image'), name='job_image_once'),
        ),
        migrations.AddConstraint(
            model_name='jobimage',
            constraint=models.CheckConstraint(condition=models.Q(('position__lt', 10)), name='job_images_at_most_ten'),
        ),
    ]
