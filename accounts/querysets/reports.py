"""Which reports are seen."""

from typing import Any, Self

from django.db.models import QuerySet

from core.viewers import Viewer


class ReportQuerySet(QuerySet[Any]):
    """Reads of reports."""

    def visible_to(self, viewer: Viewer) -> Self:
        """One's own; staff see all."""
        if viewer.is_staff:
            return self
        return self.none() if viewer.is_anyone else self.filter(reporter=viewer.id)
