"""Which jobs are seen, by whom, and where they are."""

from typing import Any, Self

from django.contrib.postgres.search import SearchQuery
from django.db import models
from django.db.models import Q

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
