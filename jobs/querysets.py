"""Which jobs and reviews are seen, by whom, and which saved searches a job answers to."""

from decimal import Decimal
from typing import Any, Self

from django.contrib.postgres.search import SearchQuery
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.expressions import Func

from core.geo import haversine_km
from core.viewers import Viewer


class JobQuerySet(models.QuerySet[Any]):
    """Reads of jobs."""

    def visible_to(self, viewer: Viewer) -> Self:
        """Posted and later ones; drafts, those cancelled before they were ever posted, and hidden ones are for their
        owner and staff."""
        if viewer.is_staff:
            return self
        public = ~Q(status="draft") & Q(posted_at__isnull=False) & Q(hidden=False)
        if viewer.is_anyone:
            return self.filter(public)
        mine = Q(owner=viewer.id) | Q(contractor=viewer.id, status__in=["assigned", "in_progress", "completed"])
        return self.filter(public | mine)

    def search(self, text: Any) -> Self:
        """Those whose title or description answers to the words, as a web search reads them."""
        return self.filter(search=SearchQuery(text, config="english", search_type="websearch"))


class ReviewQuerySet(models.QuerySet[Any]):
    """Reads of reviews."""

    def published(self) -> Self:
        """Those that count."""
        return self.filter(hidden_at__isnull=True)

    def visible_to(self, viewer: Viewer) -> Self:
        """The published ones; what staff have hidden is for its author and staff."""
        if viewer.is_staff:
            return self
        if viewer.is_anyone:
            return self.published()
        return self.filter(Q(hidden_at__isnull=True) | Q(author=viewer.id))


class _Answers(Func):
    """Whether a text answers to the words of a query."""

    template = "(%(expressions)s)"
    arg_joiner = " @@ "
    output_field = models.BooleanField()


class SavedSearchQuerySet(models.QuerySet[Any]):
    """Reads of saved searches."""

    def visible_to(self, viewer: Viewer) -> Self:
        """One's own."""
        return self.none() if viewer.is_anyone else self.filter(person=viewer.id)

    def matching(self, job: Any) -> Self:
        """Those of other people that this job answers to, by its rounded place; the first saved first.

        Category, box and budget are found by indexes; the circle in the box and the words are looked at afterwards.
        """
        lat, lng = job.approx_lat, job.approx_lng
        rows = self.filter(
            looks_in__contains=[job.category],
            lats__contains=Decimal(str(lat)),
            lngs__contains=Decimal(str(lng)),
            budgets__contains=job.budget,
        ).exclude(person=job.owner_id)
        away = haversine_km(F("lat"), F("lng"), _place(lat), _place(lng))
        text = type(job)._base_manager.filter(pk=job.pk).values("search")
        rows = rows.alias(away=away).filter(Q(radius__isnull=True) | Q(away__lte=F("radius")))
        answers = _Answers(models.Subquery(text), F("words"))
        return rows.filter(Q(words__isnull=True) | Q(answers)).order_by("created_at", "pk")


def _place(degrees: float) -> Value:
    return Value(degrees, models.FloatField())
