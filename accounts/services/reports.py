"""Telling staff about something."""

from uuid import UUID

from accounts.actors import Actor
from accounts.exceptions import AlreadyReported
from accounts.models import Report
from accounts.reportables import author_of
from core.errors import FieldErrors, NotFound
from core.operations import operation


@operation
def report(*, target_type: str, target_id: UUID, reason: str, comment: str | None = None, by: Actor) -> Report:
    """Report what one sees. Raises NotFound, FieldErrors for what is one's own, AlreadyReported (409)."""
    by.needs("reports:write")
    author = author_of(target_type, target_id, viewer=by.viewer)
    if author is None:
        raise NotFound
    if author == by.id:
        raise FieldErrors({"targetId": ["This is your own."]})
    open_ones = Report.objects.filter(reporter_id=by.person_id, closed_at=None)
    if open_ones.filter(target_type=target_type, target_id=target_id).exists():
        raise AlreadyReported
    return Report.objects.create(
        reporter_id=by.person_id,
        target_type=target_type,
        target_id=target_id,
        reported_id=author,
        reason=reason,
        comment=comment or None,
    )
