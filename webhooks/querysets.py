"""Which endpoints and deliveries are seen."""

from typing import Any, Self

from django.db import models

from core.viewers import Viewer


class EndpointQuerySet(models.QuerySet[Any]):
    """Reads of endpoints."""

    def visible_to(self, viewer: Viewer) -> Self:
        """One's own; staff's too."""
        return self.none() if viewer.is_anyone else self.filter(person=viewer.id)

    def listening(self) -> Self:
        """Those that are enabled, of people who may sign in."""
        return self.filter(status="enabled", person__suspended_at__isnull=True, person__erased_at__isnull=True)

    def failing(self) -> Self:
        """Those at which no attempt has succeeded since one failed, enabled or no more."""
        return self.filter(failing_since__isnull=False)


class DeliveryQuerySet(models.QuerySet[Any]):
    """Reads of deliveries."""

    def visible_to(self, viewer: Viewer) -> Self:
        """Those to one's own endpoints."""
        return self.none() if viewer.is_anyone else self.filter(endpoint__person=viewer.id)
