"""Contractors' public profiles."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from contractors.querysets import ContractorQuerySet
from core.geo import rounded


class Contractor(models.Model):
    """What a contractor shows of themselves. Its id is the person's id.

    `rating`, `review_count` and `completed_jobs` are kept by the operations that change them; staff set `verified`.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="contractor"
    )
    business_name = models.CharField(max_length=100)
    bio = models.CharField(max_length=2000, blank=True)
    skills = ArrayField(models.CharField(max_length=50), default=list, blank=True, size=20)
    lat = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    lng = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    approx_lat = rounded("lat")
    approx_lng = rounded("lng")
    service_radius_km = models.PositiveIntegerField(null=True, blank=True)
    max_concurrent_jobs = models.PositiveSmallIntegerField(default=3)
    verified = models.BooleanField(default=False)
    rating = models.DecimalField(max_digits=3, decimal_places=2, default=0)
    review_count = models.PositiveIntegerField(default=0)
    completed_jobs = models.PositiveIntegerField(default=0)
    search = models.GeneratedField(
        expression=SearchVector("business_name", weight="A", config="english")
        + SearchVector("bio", weight="B", config="english"),
        output_field=SearchVectorField(),
        db_persist=True,
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = ContractorQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(lat__isnull=True, lng__isnull=True)
                | Q(lat__gte=-90, lat__lte=90, lng__gte=-180, lng__lte=180),
                name="contractor_place_on_earth",
            ),
            models.CheckConstraint(condition=Q(rating__gte=0, rating__lte=5), name="contractor_rating_in_range"),
            models.CheckConstraint(condition=Q(max_concurrent_jobs__gte=1), name="contractor_takes_jobs"),
        ]
        indexes = [
            models.Index(fields=["-rating", "-person"], name="contractor_best"),
            models.Index(fields=["-completed_jobs", "-person"], name="contractor_busiest"),
            models.Index(fields=["-created_at", "-person"], name="contractor_newest"),
            models.Index(fields=["verified", "-created_at", "-person"], name="contractor_verified"),
            models.Index(fields=["approx_lat", "approx_lng"], name="contractor_place"),
            GinIndex("search", name="contractor_search", fastupdate=False),
            GinIndex("skills", name="contractor_skills", fastupdate=False),
        ]

    def __str__(self) -> str:
        return self.business_name
