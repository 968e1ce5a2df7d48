"""REST: analytics."""

import csv
import io
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from core.api import ApiViewSet
from core.filters import InvalidParameter
from jobs.models import Category
from mintenance.analytics.figures import Span, days_of, figures_of


def _rows_of(members: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "object", "required": [*members], "properties": members}}


USUAL, MOST = timedelta(days=30), timedelta(days=366)

_COUNT = {"type": "integer", "minimum": 0}
_SUM = {"type": "number", "minimum": 0}
_FIGURE = {"type": ["number", "null"], "minimum": 0}
_MEMBERS: dict[str, Any] = {
    **dict.fromkeys(("jobsPosted", "jobsCompleted", "jobsCancelled", "bidsSubmitted"), _COUNT),
    **dict.fromkeys(("averageBidsPerJob", "totalValue"), _SUM),
    **dict.fromkeys(("averageBid", "acceptanceRate", "medianHoursToFirstBid"), _FIGURE),
    "byCategory": _rows_of({"category": {"type": "string", "enum": Category.values}, "count": _COUNT}),
    "byDay": _rows_of(
        {
            "date": {"type": "string", "format": "date"},
            **dict.fromkeys(("jobsPosted", "bidsSubmitted", "jobsCompleted"), _COUNT),
        }
    ),
}
FIGURES = {"type": "object", "required": ["data"], "properties": {"data": {"$ref": "#/components/schemas/Analytics"}}}


class AnalyticsViewSet(ApiViewSet):
    """The caller's own figures; for staff the site's."""

    noun, tag = "analytics", "Analytics"
    sign_in = True
    scopes = {"analytics": "analytics:read"}
    answers = {"analytics": (200, FIGURES)}
    also_as = {"analytics": {"text/csv": {"type": "string", "description": "A row a day."}}}
    components = {"Analytics": {"type": "object", "required": [*_MEMBERS], "properties": _MEMBERS}}
    parameters = {"analytics": frozenset({"from", "to"})}

    def analytics(self, request: HttpRequest) -> HttpResponse:
        """Jobs, bids and what came of them, in a range of time: the last 30 days unless told, 366 at most.

        `from` and `to` are days or times; a `to` that is a day is counted in. With `Accept: text/csv`, a row a day.
        """
        span = _span(request.GET)
        figures = figures_of(span, by=self.actor)
        if _wants_csv(request):
            return _as_csv(figures, span)
        response = self.respond(b'{"data":%b}' % figures)
        response["Vary"] = "Accept"
        return response


def _span(query: Any) -> Span:
    end = _moment(query, "to", day_is_whole=True) or timezone.now()
    start = _moment(query, "from", day_is_whole=False) or end - USUAL
    if start >= end:
        raise InvalidParameter({"from": ["Must be before to."]})
    if end - start > MOST:
        raise InvalidParameter({"from": [f"At most {MOST.days} days before to."]})
    return Span(start, end)


def _moment(query: Any, name: str, *, day_is_whole: bool) -> datetime | None:
    text = query.get(name)
    if text is None:
        return None
    try:
        if len(text) == len("2026-11-25"):
            day = date.fromisoformat(text) + timedelta(days=int(day_is_whole))
            return datetime.combine(day, time(), UTC)
        moment = datetime.fromisoformat(text.replace(" ", "+"))  # a + that was not escaped
    except (ValueError, OverflowError):
        moment = None
    if moment is None or moment.tzinfo is None or not 1900 <= moment.year <= 9000:
        raise InvalidParameter({name: ["Must be a day (2026-11-25) or a time with its offset (2026-11-25T08:00:00Z)."]})
    return moment


def _wants_csv(request: HttpRequest) -> bool:
    return request.get_preferred_type(["application/json", "text/csv"]) == "text/csv"


def _as_csv(figures: bytes, span: Span) -> HttpResponse:
    text = io.StringIO()
    days = days_of(figures)
    writer = csv.DictWriter(text, fieldnames=["date", "jobsPosted", "bidsSubmitted", "jobsCompleted"])
    writer.writeheader()
    writer.writerows(days)
    name = f"analytics-{span.start.date()}-{span.end.date()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Vary": "Accept"}
    return HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)
