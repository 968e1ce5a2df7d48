"""Searches for jobs that people have saved, to hear of what is posted later."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField, DecimalRangeField
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Now

from core.ids import uuid7
from jobs.models.jobs import Category
from jobs.querysets import SavedSearchQuerySet


class QueryField(models.Field):
    """PostgreSQL's `tsquery`: words that a text is matched against."""

    def db_type(self, connection: object) -> str:
        """Its name in the database."""
        return "tsquery"


def every_category() -> list[str]:
    """What a search without categories looks for."""
    return list(Category.values)


class SavedSearch(models.Model):
    """What somebody looks for. A job's list narrowed by the same values holds the same jobs.

    `looks_in`, `lats`, `lngs`, `budgets` and `words` say it once more, in the form in which an index finds the searches
    that a new job answers to. Whoever looks in no category looks in all, who names no circle looks from pole to pole.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_searches", db_index=False
    )
    name = models.CharField(max_length=100)
    q = models.CharField(max_length=200, null=True, blank=True)
    categories = ArrayField(models.CharField(max_length=11, choices=Category), default=list, blank=True)
    lat = models.FloatField(null=True, blank=True)
    lng = models.FloatField(null=True, blank=True)
    radius = models.FloatField(null=True, blank=True)
    min_budget = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    max_budget = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    looks_in = ArrayField(models.CharField(max_length=11), default=every_category, editable=False)
    lats = DecimalRangeField(default=(None, None), editable=False)
    lngs = DecimalRangeField(default=(None, None), editable=False)
    budgets = models.GeneratedField(
        expression=Func(F("min_budget"), F("max_budget"), Value("[]"), function="numrange"),
        output_field=DecimalRangeField(),
        db_persist=True,
    )
    words = models.GeneratedField(
        expression=Func(F("q"), template="websearch_to_tsquery('english'::regconfig, %(expressions)s::text)"),
        output_field=QueryField(),
        db_persist=True,
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = SavedSearchQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "saved searches"
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="search_has_a_name"),
            models.CheckConstraint(
                condition=Q(lat__isnull=True, lng__isnull=True, radius__isnull=True)
                | Q(lat__isnull=False, lng__isnull=False, radius__isnull=False)
                & Q(lat__gte=-90, lat__lte=90, lng__gte=-180, lng__lte=180, radius__gte=0.1, radius__lte=500),
                name="search_circle_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-created_at", "-id"], name="search_of_person"),
            GistIndex(fields=["lats", "lngs", "budgets"], name="search_finds"),
            GinIndex(fields=["looks_in"], name="search_looks_in", fastupdate=False),
        ]

    def __str__(self) -> str:
        return self.name
