"""Pages that span apps: the front door, and what concerns somebody at a glance."""

import json
from datetime import timedelta
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
HEIGHT, STEP = 80, 12  # of a chart, in its own units
SERIES = {"homeowner": ("jobsPosted", "Jobs posted"), "contractor": ("bidsSubmitted", "Bids sent")}


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
        member, label = SERIES.get(self.actor.role, SERIES["homeowner"])
        bars = chart(figures["byDay"], member)
        return self.show(figures=figures, bars=bars, label=label, **self._own(request.GET.get("page", "1")))

    def _own(self, page: str) -> dict[str, Any]:
        if self.actor.role == Person.Role.CONTRACTOR:
            return {"bids": self.read_list(MyBidViewSet, {"page": page})}
        return {"jobs": self.read_list(JobViewSet, {"userId": self.actor.id, "page": page})}


class EventTypes(Page):
    """Every type of event, with what it is about and an example."""

    template, sign_in = "event_types.html", True

    def get(self, request: HttpRequest) -> HttpResponse:
        """By their names."""
        types = [{**one, "example": json.dumps(one["example"], indent=2)} for one in described_types()]
        return self.show(title="Event types", tab="events", types=types)


def chart(days: list[dict[str, Any]], member: str) -> dict[str, Any]:
    """The bars of a chart, one a day, as places in an SVG."""
    most = max((day[member] for day in days), default=0) or 1
    bars = [
        {
            "date": day["date"],
            "value": day[member],
            "x": number * STEP,
            "height": round(HEIGHT * day[member] / most, 1),
            "y": round(HEIGHT * (1 - day[member] / most), 1),
        }
        for number, day in enumerate(days)
    ]
    return {"bars": bars, "width": max(1, len(bars)) * STEP, "height": HEIGHT, "most": most}
