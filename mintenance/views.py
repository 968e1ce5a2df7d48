"""Pages that span apps: the front door, and what concerns somebody at a glance."""

import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.models import Person
from accounts.pages import Page
from bids.api_views import MyBidViewSet
from contractors.api_views.profiles import ContractorViewSet
from jobs.api_views.jobs import JobViewSet
from jobs.forms import NAMES
from jobs.models import Status
from mintenance.analytics.figures import Span, figures_of
from mintenance.documents.event_types import described_types

DAYS = 30
LEFT, TOP, WIDTH, HEIGHT = 28, 10, 368, 96  # of a chart's inside, in its own units
SERIES = {
    "homeowner": (("jobsPosted", "Jobs posted"), ("bidsSubmitted", "Bids received")),
    "contractor": (("bidsSubmitted", "Bids sent"), ("jobsCompleted", "Jobs completed")),
}


class Home(Page):
    """What it is, the newest jobs, search."""

    template = "home.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        """For everybody the same, but for the way on."""
        jobs = self.read_list(JobViewSet, {"status": Status.POSTED, "limit": 6})["data"]
        contractors = self.read_list(ContractorViewSet, {"limit": 3})["data"]
        return self.show(jobs=jobs, contractors=contractors, categories=NAMES)


class Dashboard(Page):
    """One's own jobs or bids, and one's own figures."""

    template, sign_in = "dashboard.html", True

    def get(self, request: HttpRequest) -> HttpResponse:
        """The last 30 days, and the newest first."""
        now = timezone.now()
        figures = json.loads(figures_of(Span(now - timedelta(days=DAYS), now), by=self.actor))
        series = SERIES.get(self.actor.role, SERIES["homeowner"])
        charts = [chart(figures["byDay"], member, label) for member, label in series]
        return self.show(figures=figures, charts=charts, **self._own(request.GET.get("page", "1")))

    def _own(self, page: str) -> dict[str, Any]:
        if self.actor.role == Person.Role.CONTRACTOR:
            return {"bids": self.read_list(MyBidViewSet, {"page": page})}
        if self.actor.is_staff:
            return {}
        return {"jobs": self.read_list(JobViewSet, {"userId": self.actor.id, "page": page})}


class EventTypes(Page):
    """Every type of event, with what it is about and an example."""

    template, sign_in = "event_types.html", True

    def get(self, request: HttpRequest) -> HttpResponse:
        """By their names."""
        types = [{**one, "example": json.dumps(one["example"], indent=2)} for one in described_types()]
        return self.show(title="Event types", tab="events", types=types)


def chart(days: list[dict[str, Any]], member: str, label: str) -> dict[str, Any]:
    """The bars of a chart, one a day, as places in an SVG; with its scale, and the values for a table."""
    values = [day[member] for day in days]
    most, step = max(values, default=0) or 1, WIDTH / max(1, len(days))
    bars = [
        {
            "date": day["date"],
            "value": value,
            "x": round(LEFT + number * step, 1),
            "height": round(HEIGHT * value / most, 1),
            "y": round(TOP + HEIGHT * (1 - value / most), 1),
        }
        for number, (day, value) in enumerate(zip(days, values, strict=True))
    ]
    ends = {"first": _day(days[0]), "last": _day(days[-1])} if days else {}
    return {"label": label, "bars": bars, "width": round(step * 0.7, 1), "most": most, "total": sum(values), **ends}


def _day(day: Mapping[str, Any]) -> str:
    return f"{date.fromisoformat(day['date']):%-d %b}"
