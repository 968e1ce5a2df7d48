"""What staff do about a report: one act with its reason, told to those whom it concerns."""

from collections.abc import Callable, Mapping
from uuid import UUID

from django.utils import timezone

from accounts.actors import Actor
from accounts.audit import audit
from accounts.exceptions import NotHideable, ReportDecided, TargetGone
from accounts.models import Report
from accounts.reportables import author_of, reportable
from accounts.services.people import restore_person, suspend_person
from core.errors import FieldErrors, Forbidden, NotFound
from core.hooks import call_hooks
from core.operations import operation

Outcome = Report.Outcome


@operation
def decide_report(*, report_id: UUID, outcome: str, reason: str, by: Actor) -> Report:
    """Hide, restore, warn, suspend or dismiss, for a reason. The same decision again changes nothing.

    What was decided can only be undone, by `restored`; anything else raises ReportDecided (409). Raises TargetGone
    where nothing is left to act on, NotHideable for what can only be answered for by its author.
    """
    by.needs("reports:close")
    by.must_be("staff")
    reason = reason.strip()[:500]
    if not reason:
        raise FieldErrors({"reason": ["Say why."]})
    report: Report | None = Report.objects.filter(pk=report_id).first()
    if report is None:
        raise NotFound
    if report.outcome == outcome:
        return report
    author = _author(report, outcome, by)
    _ACTS[outcome](report, author, reason, by)
    _close(report, outcome, reason, author, by)
    call_hooks("REPORT_DECIDED_HOOKS", report=report, author_id=author, by=by)
    audit(f"report.{outcome}", target_type="report", target_id=report.pk, about=author, why=reason, by=by)
    return report


def _author(report: Report, outcome: str, by: Actor) -> UUID | None:
    author = author_of(report.target_type, report.target_id, viewer=by.viewer)
    if author is None and outcome != Outcome.DISMISSED:
        raise TargetGone
    if author is not None and author == by.id:
        raise Forbidden("Somebody else decides on what is your own.")
    return author


def _close(report: Report, outcome: str, reason: str, author: UUID | None, by: Actor) -> None:
    """Of two at the same moment the second finds it closed, and what it did is taken back with its transaction."""
    rows = Report.objects.filter(pk=report.pk)
    if outcome != Outcome.RESTORED:
        rows = rows.filter(closed_at__isnull=True)
    report.reported_id = report.reported_id or author
    report.closed_at, report.outcome, report.decision, report.decided_by_id = timezone.now(), outcome, reason, by.id
    fields = ("closed_at", "outcome", "decision", "decided_by_id", "reported_id")
    if not rows.update(**{name: getattr(report, name) for name in fields}):
        raise ReportDecided


def _hide(report: Report, author: UUID | None, reason: str, by: Actor) -> None:
    hide = reportable(report.target_type).hide
    if hide is None:
        raise NotHideable
    hide(report.target_id, reason, by)


def _restore(report: Report, author: UUID | None, reason: str, by: Actor) -> None:
    show = reportable(report.target_type).show
    if author is not None and (report.outcome == Outcome.SUSPENDED or show is None):
        restore_person(person_id=author, reason=reason, by=by)
    elif show is not None:
        show(report.target_id, reason, by)


def _suspend(report: Report, author: UUID | None, reason: str, by: Actor) -> None:
    if author is not None:
        suspend_person(person_id=author, reason=reason, by=by)


def _only_say(report: Report, author: UUID | None, reason: str, by: Actor) -> None:
    """A warning and a dismissal change nothing but the report; who is told what is the hooks' business."""


_ACTS: Mapping[str, Callable[[Report, UUID | None, str, Actor], None]] = {
    Outcome.HIDDEN: _hide,
    Outcome.RESTORED: _restore,
    Outcome.WARNED: _only_say,
    Outcome.SUSPENDED: _suspend,
    Outcome.DISMISSED: _only_say,
}
