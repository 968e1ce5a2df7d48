"""All figures of a range of time, by one statement."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.db import connection

from accounts.actors import Actor
from jobs.models import Category

# Whose jobs and bids count. A homeowner's are the jobs that they posted and the bids on them; a contractor's the jobs
# that they won and the bids that they made; staff see the site's.
_SCOPES = {
    "homeowner": ("owner_id = %(me)s", "EXISTS (SELECT FROM jobs_job j WHERE j.id = job_id AND j.owner_id = %(me)s)"),
    "contractor": ("contractor_id = %(me)s", "contractor_id = %(me)s"),
    "staff": ("TRUE", "TRUE"),
}

_FIGURES = """
WITH jobs AS MATERIALIZED (
    SELECT id, category, posted_at, completed_at, cancelled_at FROM jobs_job WHERE {jobs} AND (
        (posted_at >= %(start)s AND posted_at < %(end)s) OR (completed_at >= %(start)s AND completed_at < %(end)s)
        OR (cancelled_at >= %(start)s AND cancelled_at < %(end)s)
    )
),
posted AS MATERIALIZED (SELECT * FROM jobs WHERE posted_at >= %(start)s AND posted_at < %(end)s),
completed AS MATERIALIZED (SELECT * FROM jobs WHERE completed_at >= %(start)s AND completed_at < %(end)s),
bids AS MATERIALIZED (
    SELECT job_id, amount, status, created_at FROM bids_bid
    WHERE created_at >= %(start)s AND created_at < %(end)s AND {bids}
),
on_posted AS MATERIALIZED (
    SELECT posted.id, posted.posted_at, COUNT(*) AS n, MIN(created_at) AS first
    FROM posted JOIN bids_bid ON job_id = posted.id WHERE {bids} GROUP BY posted.id, posted.posted_at
),
days AS (
    SELECT generate_series(
        date_trunc('day', %(start)s::timestamptz), %(end)s::timestamptz - interval '1 microsecond', '1 day'
    )::date AS day
)
SELECT json_build_object(
    'jobsPosted', (SELECT COUNT(*) FROM posted),
    'jobsCompleted', (SELECT COUNT(*) FROM completed),
    'jobsCancelled', (SELECT COUNT(*) FROM jobs WHERE cancelled_at >= %(start)s AND cancelled_at < %(end)s),
    'bidsSubmitted', (SELECT COUNT(*) FROM bids),
    'averageBidsPerJob', (
        SELECT COALESCE(ROUND((SELECT SUM(n) FROM on_posted) / NULLIF(COUNT(*), 0), 2), 0) FROM posted
    ),
    'averageBid', (SELECT ROUND(AVG(amount), 2) FROM bids),
    'acceptanceRate', (
        SELECT ROUND(COUNT(*) FILTER (WHERE status = 'accepted') / NULLIF(COUNT(*), 0)::numeric, 4) FROM bids
    ),
    'medianHoursToFirstBid', (
        SELECT ROUND((percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) / 3600)::numeric, 2)
        FROM (SELECT EXTRACT(EPOCH FROM first - posted_at) AS seconds FROM on_posted) AS waits
    ),
    'totalValue', (
        SELECT COALESCE(SUM(amount), 0) FROM completed JOIN bids_bid ON job_id = completed.id AND status = 'accepted'
    ),
    'byCategory', (
        SELECT json_agg(json_build_object('category', name, 'count', n) ORDER BY turn)
        FROM (SELECT name, turn, COUNT(posted.id) AS n
              FROM unnest(%(categories)s::text[]) WITH ORDINALITY AS known(name, turn)
              LEFT JOIN posted ON category = name GROUP BY name, turn) AS counted
    ),
    'byDay', (
        SELECT json_agg(json_build_object(
            'date', day, 'jobsPosted', COALESCE(p.n, 0), 'bidsSubmitted', COALESCE(b.n, 0),
            'jobsCompleted', COALESCE(c.n, 0)
        ) ORDER BY day)
        FROM days
        LEFT JOIN (SELECT posted_at::date AS day, COUNT(*) AS n FROM posted GROUP BY 1) AS p USING (day)
        LEFT JOIN (SELECT created_at::date AS day, COUNT(*) AS n FROM bids GROUP BY 1) AS b USING (day)
        LEFT JOIN (SELECT completed_at::date AS day, COUNT(*) AS n FROM completed GROUP BY 1) AS c USING (day)
    )
)
"""


@dataclass(frozen=True)
class Span:
    """A range of time: from `start`, and up to but not including `end`."""

    start: datetime
    end: datetime


def figures_of(span: Span, *, by: Actor) -> bytes:
    """The caller's figures of this range as JSON: what GraphQL calls Analytics. Staff get the site's."""
    jobs, bids = _SCOPES[by.role]
    values: dict[str, Any] = {
        "me": by.person_id, "start": span.start, "end": span.end, "categories": list(Category.values)
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_FIGURES.format(jobs=jobs, bids=bids), values)
        found: bytes = cursor.fetchone()[0]
    return found


def days_of(figures: bytes) -> list[dict[str, Any]]:
    """The figures of each day."""
    days: list[dict[str, Any]] = orjson.loads(figures)["byDay"]
    return days
