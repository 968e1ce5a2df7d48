"""REST: reports to staff."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from accounts.models import Report
from accounts.representations.reports import ReportRepresentation
from accounts.serializers import ReportInput
from accounts.services.reports import report
from core.reads import HotReads
from core.viewers import Viewer


class ReportViewSet(HotReads):
    """What one has told staff."""

    noun = "report"
    representation = ReportRepresentation
    sign_in = True
    inputs = {"create": ReportInput}
    refusals = {"create": {404, 409}}

    def rows(self, viewer: Viewer) -> QuerySet[Any]:
        """One's own; staff see all."""
        return Report.objects.visible_to(viewer)

    def links(self, base: str, pk: UUID, *linked: Any) -> dict[str, str]:
        """Itself, and the list that it stands in."""
        return {"self": f"{base}/reports/{pk}", "all": f"{base}/reports"}

    def create(self, request: HttpRequest) -> HttpResponse:
        """Report a job, a bid, a message, a review or a user that one sees."""
        return self.created(report(**self.clean(ReportInput), by=self.actor).pk)
