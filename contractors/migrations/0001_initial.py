"""Contractors' profiles."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.datetime
import django.db.models.functions.math
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0002_image'),
    ]

    operations = [
        migrations.CreateModel(
            name='Contractor',
            fields=[
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='contractor', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('business_name', models.CharField(max_length=100)),
                ('bio', models.CharField(blank=True, max_length=2000)),
                ('skills', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=50), blank=True, default=list, size=20)),
                ('lat', models.DecimalField(blank=True, decimal_places=6, max_digits=9, null=True)),
                ('lng', models.DecimalField(blank=True, decimal_places=6, max_digits=9, null=True)),
                ('approx_lat', models.GeneratedField(db_persist=True, expression=django.db.models.functions.comparison.Cast(django.db.models.functions.math.Round(models.F('lat'), precision=2), models.FloatField()), output_field=models.FloatField())),
                ('approx_lng', models.GeneratedField(db_persist=True, expression=django.db.models.functions.comparison.Cast(django.db.models.functions.math.Round(models.F('lng'), precision=2), models.FloatField()), output_field=models.FloatField())),
                ('service_radius_km', models.PositiveIntegerField(blank=True, null=True)),
                ('max_concurrent_jobs', models.PositiveSmallIntegerField(default=3)),
                ('verified', models.BooleanField(default=False)),
                ('rating', models.DecimalField(decimal_places=2, default=0, max_digits=3)),
                ('review_count', models.PositiveIntegerField(default=0)),
                ('completed_jobs', models.PositiveIntegerField(default=0)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'indexes': [models.Index(fields=['-rating', '-person'], name='contractor_best'), models.Index(fields=['-completed_jobs', '-person'], name='contractor_busiest'), models.Index(fields=['-created_at', '-person'], name='contractor_newest'), models.Index(fields=['approx_lat', 'approx_lng'], name='contractor_place')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('lat__isnull', True), ('lng__isnull', True)), models.Q(('lat__gte', -90), ('lat__lte', 90), ('lng__gte', -180), ('lng__lte', 180)), _connector='OR'), name='contractor_place_on_earth'), models.CheckConstraint(condition=models.Q(('rating__gte', 0), ('rating__lte', 5)), name='contractor_rating_in_range'), models.CheckConstraint(condition=models.Q(('max_concurrent_jobs__gte', 1)), name='contractor_takes_jobs')],
            },
        ),
    ]
