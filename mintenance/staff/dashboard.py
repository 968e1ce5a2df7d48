"""The figures of today and of 30 days, each chart with the list that it counts."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import orjson
from django.urls import reverse
from django.utils import timezone

from accounts.actors import Actor
from accounts.models import Report
from contractors.models import Document
from core.admin import count_of
from core.models import OutgoingMail
from mintenance.analytics.figures import Span, figures_of
from webhooks.models import Delivery, Endpoint

DAYS = 30
BAR, GAP, HEIGHT = 8, 2, 60  # of the charts, in the units of their drawing

_CHARTS = (
    ("Jobs posted", "jobsPosted", "jobs_job", "posted_at"),
    ("Bids", "bidsSubmitted", "bids_bid", "created_at"),
    ("Jobs completed", "jobsCompleted", "jobs_job", "completed_at"),
)
_NEEDS = ("jobs.view_job", "bids.view_bid")


@dataclass(frozen=True)
class Bar:
    """A day of a chart."""

    x: int
    y: int
    height: int
    says: str


@dataclass(frozen=True)
class Chart:
    """Thirty days of something, how many today, and the list of them."""

    title: str
    url: str
    today: int
    total: int
    bars: list[Bar]
    first: str
    width: int = DAYS * (BAR + GAP)


@dataclass(frozen=True)
class Tile:
    """One figure, with the list behind it. `waits`: somebody has to do something about it."""

    title: str
    url: str
    says: str
    waits: bool = False


def dashboard_of(user: Any, *, by: Actor) -> dict[str, Any]:
    """What this member of staff may see of the site's figures."""
    context = {"waiting": _waiting(user), "charts": [], "tiles": [], "bar_width": BAR, "height": HEIGHT, "days": DAYS}
    if user.has_perms(_NEEDS):
        start = _midnight() - timedelta(days=DAYS - 1)
        figures = orjson.loads(figures_of(Span(start, _midnight() + timedelta(days=1)), by=by))
        charts = [_chart(title, name, table, date, figures["byDay"], start) for title, name, table, date in _CHARTS]
        context |= {"charts": charts, "tiles": _tiles_of(figures, start)}
    return context


def _waiting(user: Any) -> list[Tile]:
    """What there is to do: how many rows, of those tables that this member of staff may look at."""
    start = _midnight() - timedelta(days=DAYS - 1)
    sent = {"created_at__gte": start}
    known = (
        ("Open reports", Report.objects.filter(closed_at__isnull=True), {"closed_at__isempty": 1}),
        ("Documents to look at", Document.objects.filter(status="pending"), {"status__exact": "pending"}),
        ("Documents that lapse soon", Document.objects.lapsing_soon(), {"lapse": "soon"}),
        ("Failing webhook endpoints", Endpoint.objects.failing(), {"failing_since__isnull": 0}),
        ("Webhook deliveries that failed", Delivery.objects.filter(status="failed", **sent),
         {"status__exact": "failed", "created_at__gte": start.isoformat()}),
        ("Mail given up", OutgoingMail.objects.filter(given_up_at__isnull=False), {"given_up_at__isempty": 0}),
    )  # fmt: skip
    tiles = []
    for title, rows, filters in known:
        meta = rows.model._meta
        if user.has_perm(f"{meta.app_label}.view_{meta.model_name}"):
            count = count_of(rows)
            url = _list(f"{meta.app_label}_{meta.model_name}", **filters)
            tiles.append(Tile(title, url, str(count), waits=count > 0))
    return tiles


def _tiles_of(figures: dict[str, Any], start: datetime) -> list[Tile]:
    hours, rate = figures["medianHoursToFirstBid"], figures["acceptanceRate"]
    since = {"created_at__gte": start.isoformat()}
    return [
        Tile(
            "Median time to first bid",
            _list("jobs_job", posted_at__gte=start.isoformat()),
            "none yet" if hours is None else f"{hours} h",
        ),
        Tile(
            "Bids accepted",
            _list("bids_bid", status__exact="accepted", **since),
            "none yet" if rate is None else f"{rate:.0%}",
        ),
        Tile(
            "Jobs cancelled",
            _list("jobs_job", status__exact="cancelled", cancelled_at__gte=start.isoformat()),
            str(figures["jobsCancelled"]),
        ),
    ]


def _chart(title: str, name: str, table: str, date: str, days: list[dict[str, Any]], start: datetime) -> Chart:
    most = max([day[name] for day in days], default=0) or 1
    bars = []
    for number, day in enumerate(days):
        height = round(day[name] / most * HEIGHT)
        bars.append(Bar(number * (BAR + GAP), HEIGHT - height, height, f"{day['date']}: {day[name]}"))
    url = _list(table, **{f"{date}__gte": start.isoformat()})
    return Chart(title, url, days[-1][name], sum(day[name] for day in days), bars, f"{start:%-d %B}")


def _list(table: str, **filters: Any) -> str:
    return f"{reverse(f'admin:{table}_changelist')}?{urlencode(filters)}"


def _midnight() -> datetime:
    return timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
