"""Bids are sealed: which of them are seen."""

from typing import Any, Self

from django.db import models
from django.db.models import Q

from core.viewers import Viewer


class BidQuerySet(models.QuerySet[Any]):
    """Reads of bids."""

    def visible_to(self, viewer: Viewer) -> Self:
        """Owner and staff see all, a bidder their own, others none. A suspended bidder's pending bid is hidden."""
        if viewer.is_staff:
            return self
        if viewer.is_anyone:
            return self.none()
        shown = ~Q(status="pending") | Q(contractor__person__suspended_at__isnull=True)
        return self.filter(Q(contractor=viewer.id) | (Q(job__owner=viewer.id) & shown))

    def of_person(self, viewer: Viewer) -> Self:
        """Those that the viewer sent or received, each kind found by its own index; an OR over two tables has none."""
        if viewer.is_staff or viewer.is_anyone:
            return self.visible_to(viewer)
        every = self.model._base_manager.order_by().values("pk")
        sent, received = every.filter(contractor=viewer.id), every.filter(job__owner=viewer.id)
        return self.visible_to(viewer).filter(pk__in=sent.union(received, all=True))
