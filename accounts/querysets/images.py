"""Which images are seen, and by whom."""

from typing import Any, Self

from django.db.models import Q, QuerySet, Sum

from accounts.attachments import in_use, seen_by
from core.viewers import Viewer


class ImageQuerySet(QuerySet[Any]):
    """Reads of images."""

    def visible_to(self, viewer: Viewer) -> Self:
        """One's own, and those of all that the viewer sees.

        Staff also see those that belong to nothing yet.
        """
        condition = seen_by(viewer)
        if viewer.is_staff:
            condition |= ~in_use()
        if not viewer.is_anyone:
            condition |= Q(owner=viewer.id)
        return self.filter(condition)

    def attached(self) -> Self:
        """Those that something refers to."""
        return self.filter(in_use())

    def unused(self) -> Self:
        """Those that nothing refers to."""
        return self.exclude(in_use())

    def bytes_of(self, person_id: Any) -> int:
        """How much room this person's uploads take."""
        taken = self.filter(owner=person_id).aggregate(taken=Sum("size"))["taken"]
        return int(taken or 0)
