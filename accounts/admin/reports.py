"""The queue of reports: what was said, in its context, what both sides have a history of, and what to do about it."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from accounts.admin.acting import ReasonForm, act_on_each, actor_of, words_of
from accounts.models import Person, Report
from accounts.reportables import author_of, context_of
from accounts.services.moderating import decide_report
from core.admin import ReadOnlyAdmin
from core.errors import Refusal

VERBS = {
    Report.Outcome.HIDDEN: "Hide it",
    Report.Outcome.WARNED: "Warn its author",
    Report.Outcome.SUSPENDED: "Suspend its author, who is told why",
    Report.Outcome.DISMISSED: "Dismiss the report",
    Report.Outcome.RESTORED: "Restore: undo what was done",
}


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin):
    """What people told us."""

    list_display = ["created_at", "target_type", "reason", "comment", "about", "by", "outcome"]
    list_select_related = ["reporter", "reported"]
    list_filter = [("closed_at", admin.EmptyFieldListFilter), "target_type", "reason", "outcome"]
    search_fields = ["=target_id", "reporter__email", "reporter__name", "reported__email", "reported__name", "=id"]
    search_help_text = "By a person on either side, or the id of the report or of what was reported."
    ordering = ["-created_at", "-id"]
    readonly_fields = ["created_at", "outcome", "decision", "decided_by", "closed_at"]
    actions = ["hide", "warn", "suspend", "dismiss", "restore"]
    action_form = ReasonForm
    change_form_template = "accounts/admin/report.html"

    @admin.display(description="Reported")
    def about(self, report: Report) -> str:
        """Whom it is about, as far as they are known."""
        return report.reported.name if report.reported else ""

    @admin.display(description="By")
    def by(self, report: Report) -> str:
        """Who reported it."""
        return report.reporter.name

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """Who may change reports decides on them."""
        return bool(request.user.has_perm("accounts.change_report"))

    def get_urls(self) -> list[Any]:
        """And where the decision on one is sent to."""
        decide = require_POST(self.admin_site.admin_view(self.decide_one))
        return [path("<uuid:pk>/decide", decide, name="accounts_report_decide"), *super().get_urls()]

    def decide_one(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """From the page of the report."""
        outcome = request.POST.get("outcome", "")
        if not self.has_decide_permission(request):
            return HttpResponse(status=403)
        if outcome not in VERBS:
            return HttpResponse(status=400)
        try:
            decide_report(report_id=pk, outcome=outcome, reason=request.POST.get("reason", ""), by=actor_of(request))
            messages.success(request, f"Done: {VERBS[Report.Outcome(outcome)].lower()}.")
        except Refusal as refusal:
            messages.error(request, words_of(refusal))
        return HttpResponseRedirect(reverse("admin:accounts_report_change", args=[pk]))

    def changeform_view(
        self, request: Any, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """The report, with what it is about."""
        report = self.get_object(request, object_id) if object_id else None
        more = _context(report, request) if report and self.has_view_permission(request, report) else {}
        if object_id and self.has_decide_permission(request):
            decide = reverse("admin:accounts_report_decide", args=[object_id])
            more |= {"verbs": VERBS.items(), "decide": decide, "reason_label": "Reason", "reason_needed": True}
        return super().changeform_view(request, object_id, form_url, {**(extra_context or {}), **more})

    @admin.action(description="Hide it, for the reason beside", permissions=["decide"])
    def hide(self, request: Any, reports: QuerySet[Report]) -> None:
        """What was reported goes from the public."""
        self._decide(request, reports, Report.Outcome.HIDDEN)

    @admin.action(description="Warn its author, with the reason beside", permissions=["decide"])
    def warn(self, request: Any, reports: QuerySet[Report]) -> None:
        """The author reads the reason."""
        self._decide(request, reports, Report.Outcome.WARNED)

    @admin.action(description="Suspend its author, for the reason beside", permissions=["decide"])
    def suspend(self, request: Any, reports: QuerySet[Report]) -> None:
        """The author is shut out."""
        self._decide(request, reports, Report.Outcome.SUSPENDED)

    @admin.action(description="Dismiss, for the reason beside", permissions=["decide"])
    def dismiss(self, request: Any, reports: QuerySet[Report]) -> None:
        """Nothing is wrong with it."""
        self._decide(request, reports, Report.Outcome.DISMISSED)

    @admin.action(description="Restore, for the reason beside: undo what was done", permissions=["decide"])
    def restore(self, request: Any, reports: QuerySet[Report]) -> None:
        """What was hidden is shown, who was suspended let in."""
        self._decide(request, reports, Report.Outcome.RESTORED)

    def _decide(self, request: Any, reports: QuerySet[Report], outcome: str) -> None:
        given = {"outcome": outcome, "reason": request.POST.get("reason", ""), "by": actor_of(request)}
        act_on_each(request, reports, outcome.capitalize(), lambda one: decide_report(report_id=one.pk, **given))


def _context(report: Any, request: Any) -> dict[str, Any]:
    viewer = actor_of(request).viewer
    reported = author_of(report.target_type, report.target_id, viewer=viewer) or report.reported_id
    return {
        "lines": context_of(report.target_type, report.target_id, viewer=viewer),
        "same": Report.objects.filter(target_id=report.target_id).exclude(pk=report.pk).select_related("reporter")[:20],
        "sides": [
            _side("Reporter", report.reporter_id, "has reported", "reporter"),
            *([_side("Reported", reported, "was reported", "reported")] if reported else []),
        ],
    }


def _side(label: str, person_id: Any, verb: str, column: str) -> dict[str, Any]:
    """How often somebody has reported, or was reported, and what came of it."""
    rows = Report.objects.filter(**{column: person_id}).order_by().values_list("outcome").annotate(Count("pk"))
    counted = [(outcome or "undecided", count) for outcome, count in rows]
    return {"label": label, "person": Person.objects.get(pk=person_id), "verb": verb, "outcomes": counted}
