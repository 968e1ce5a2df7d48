"""What can be reported. Apps above register their rows; whoever sees one may report it, but for whose it is.

# jobs/apps.py, in ready()
register_reportable("job", rows=lambda viewer: Job.objects.visible_to(viewer), author="owner", context=...)
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from accounts.actors import Actor
from core.viewers import Viewer


@dataclass(frozen=True)
class Line:
    """A line of what was reported, for staff to judge by. `meant`: it was reported, and does not only stand beside."""

    label: str
    text: str
    meant: bool = True


Act = Callable[[UUID, str, Actor], object]
"""Does something to a row, for a reason, by somebody."""


@dataclass(frozen=True)
class Reportable:
    """The rows that a viewer sees, and the lookup path from one to the person who wrote it.

    `context` says what a row says, to staff; `hide` and `show` take it from the public and bring it back, where that
    can be done to rows of the kind.
    """

    rows: Callable[[Viewer], QuerySet[Any]]
    author: str
    context: Callable[[Any], Sequence[Line]]
    hide: Act | None = None
    show: Act | None = None


_reportables: dict[str, Reportable] = {}


def register_reportable(target_type: str, kind: Reportable) -> None:
    """Let rows be reported under this name, one of `Report.TargetType`."""
    _reportables[target_type] = kind


def reportable(target_type: str) -> Reportable:
    """What was registered under this name, which the database has checked."""
    return _reportables[target_type]


def author_of(target_type: str, target_id: UUID, *, viewer: Viewer) -> UUID | None:
    """Who wrote what is to be reported; None where the viewer does not see it, or nothing of the kind is here."""
    kind = _reportables.get(target_type)
    if kind is None:
        return None
    return kind.rows(viewer).filter(pk=target_id).values_list(kind.author, flat=True).first()


def context_of(target_type: str, target_id: UUID, *, viewer: Viewer) -> Sequence[Line]:
    """What the target says, with what stands beside it; empty where it is gone."""
    kind = _reportables[target_type]
    row = kind.rows(viewer).filter(pk=target_id).first()
    return () if row is None else kind.context(row)
