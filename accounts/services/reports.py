"""Telling staff about something, and what staff do about it."""

from uuid import UUID

from django.utils import timezone

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
        reporter_id=by.person_id, target_type=target_type, target_id=target_id, reason=reason, comment=comment or None
    )


@operation
def close_report(*, report_id: UUID, by: Actor) -> Report:
    """Staff have looked at it. Its reporter may report the same again. Closing it again changes nothing."""
    by.needs("reports:close")
    if not by.is_system:
        by.must_be("staff")
    found: Report | None = Report.objects.select_for_update().filter(pk=report_id).first()
    if found is None:
        raise NotFound
    if found.closed_at is None:
        found.closed_at = timezone.now()
        found.save(update_fields=["closed_at"])
    return found
