"""Which notifications are seen."""

from typing import Any, Self

from django.db import models

from core.viewers import Viewer


class NotificationQuerySet(models.QuerySet[Any]):
    """Reads of notifications."""

    def visible_to(self, viewer: Viewer) -> Self:
        """One's own, staff's too, but for those that are for mail alone."""
        return self.none() if viewer.is_anyone else self.filter(person=viewer.id, in_app=True)

    def unread(self, yes: bool = True) -> Self:
        """Those that wait to be read, or those that do not."""
        return self.filter(read_at__isnull=yes)
