"""What can be reported. Apps above register their rows; whoever sees one may report it, but for whose it is.

# jobs/apps.py, in ready()
register_reportable("job", rows=lambda viewer: Job.objects.visible_to(viewer), author="owner")
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from core.viewers import Viewer


@dataclass(frozen=True)
class Reportable:
    """The rows that a viewer sees, and the lookup path from one to the person who wrote it."""

    rows: Callable[[Viewer], QuerySet[Any]]
    author: str


_reportables: dict[str, Reportable] = {}


def register_reportable(target_type: str, *, rows: Callable[[Viewer], QuerySet[Any]], author: str) -> None:
    """Let rows be reported under this name, one of `Report.TargetType`."""
    _reportables[target_type] = Reportable(rows, author)


def author_of(target_type: str, target_id: UUID, *, viewer: Viewer) -> UUID | None:
    """Who wrote what is to be reported; None where the viewer does not see it, or nothing of the kind is here."""
    kind = _reportables.get(target_type)
    if kind is None:
        return None
    return kind.rows(viewer).filter(pk=target_id).values_list(kind.author, flat=True).first()
