"""Which contractors are seen, and whether they can take another job."""

from datetime import timedelta
from typing import Any, Self

from django.apps import apps
from django.contrib.postgres.search import SearchQuery
from django.db import models
from django.db.models import (
    Count,
    DateTimeField,
    DurationField,
    ExpressionWrapper,
    F,
    JSONField,
    Min,
    OuterRef,
    Q,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce, JSONObject
from django.utils import timezone

from core.viewers import Viewer

ACTIVE = ("assigned", "in_progress")
"""The states of a job that take up one of a contractor's places."""

SOON = 30  # days in which a document that lapses is said to do so soon

STARS = ("1", "2", "3", "4", "5")


class ContractorQuerySet(models.QuerySet[Any]):
    """Reads of profiles."""

    def visible_to(self, viewer: Viewer) -> Self:
        """Everybody's, but for the suspended and the erased, whom staff alone see."""
        if viewer.is_staff:
            return self
        return self.filter(person__suspended_at__isnull=True, person__erased_at__isnull=True)

    def available(self, yes: bool) -> Self:
        """Those with (or without) a place for another job now."""
        rows = self.alias(taken=active_jobs(""))
        places = F("max_concurrent_jobs")
        return rows.filter(taken__lt=places) if yes else rows.filter(taken__gte=places)

    def search(self, text: Any) -> Self:
        """Those whose name or text about themselves answers to the words."""
        return self.filter(search=SearchQuery(text, config="english", search_type="websearch"))


def _active_jobs_of(at: str) -> models.QuerySet[Any]:
    """Jobs stand above contractors, so they are asked for by name."""
    jobs = apps.get_model("jobs", "Job")._base_manager
    return jobs.filter(contractor=OuterRef(f"{at}pk"), status__in=ACTIVE).order_by().values("contractor")


def active_jobs(at: str) -> Any:
    """How many jobs the contractor at that lookup path has assigned or running."""
    return Coalesce(Subquery(_active_jobs_of(at).annotate(n=Count("*")).values("n")), 0)


def next_end(at: str) -> Any:
    """When the first of those jobs is due to end: its date or its start, and the days that the winning bid named."""
    days = ExpressionWrapper(F("bids__estimated_days") * Value(timedelta(days=1)), output_field=DurationField())
    begins = Coalesce(F("scheduled_date"), F("started_at"))
    end = ExpressionWrapper(begins + days, output_field=DateTimeField())
    jobs = _active_jobs_of(at).filter(bids__status="accepted")
    return Subquery(jobs.annotate(end=Min(end)).values("end"))


def rating_distribution(at: str) -> Any:
    """How many published reviews gave each number of stars. They stand above, so they are asked for by name."""
    reviews = apps.get_model("jobs", "Review")._default_manager.published().filter(contractor=OuterRef(f"{at}pk"))
    counts = JSONObject(**{stars: Count("pk", filter=Q(rating=int(stars))) for stars in STARS})
    counted = reviews.order_by().values("contractor").annotate(counts=counts).values("counts")
    none = Value(dict.fromkeys(STARS, 0), output_field=JSONField())
    return Coalesce(Subquery(counted), none, output_field=JSONField())


class PortfolioQuerySet(models.QuerySet[Any]):
    """Reads of pieces of work."""

    def visible_to(self, viewer: Viewer) -> Self:
        """Those of contractors whom the viewer sees."""
        if viewer.is_staff:
            return self
        return self.filter(contractor__person__suspended_at__isnull=True, contractor__person__erased_at__isnull=True)


class DocumentQuerySet(models.QuerySet[Any]):
    """Reads of papers."""

    def visible_to(self, viewer: Viewer) -> Self:
        """One's own; all for staff."""
        if viewer.is_staff:
            return self
        return self.none() if viewer.is_anyone else self.filter(contractor=viewer.id)

    def good_on(self, day: Any) -> Self:
        """Those that staff have approved and that have not lapsed."""
        return self.filter(Q(expires_on__isnull=True) | Q(expires_on__gte=day), status="approved")

    def lapsing_soon(self) -> Self:
        """Those that are good now and in a month are not."""
        return self.filter(status="approved", expires_on__lte=timezone.now().date() + timedelta(days=SOON))
