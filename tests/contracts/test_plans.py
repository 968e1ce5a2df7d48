"""Every filter and sort of every list is served by an index: on a data set that is large enough, PostgreSQL takes it.

The rows are written by SQL, about as the large demo distributes them, and the planner may not read whole tables.
"""

import json
from typing import Any

import pytest
from django.db import connection

from core.shapes import Statement
from tests import cast
from tests.cast import Rest, Who

pytestmark = pytest.mark.django_db
NEAR = "lat=51.5&lng=-0.1&radius=10"
JOBS = [
    "", "sort=createdAt", "sort=updatedAt", "sort=-updatedAt", "sort=budget", "sort=-budget", "sort=scheduledDate", "sort=-scheduledDate",
    "status=posted", "status=posted,assigned", "category=plumbing", "category=plumbing,hvac", "status=posted&category=plumbing", "minBudget=900",
    "maxBudget=60", "minBudget=900&maxBudget=910", "userId={ann}", "createdFrom=2026-11-20T00:00:00Z", "createdTo=2020-01-01T00:00:00Z", NEAR,
    f"{NEAR}&sort=distance", "q=boiler", "q=boiler&status=posted", "cursor=", "cursor=&sort=budget", "cursor=&status=posted&category=plumbing",
]  # fmt: skip
CONTRACTORS = [
    "", "sort=rating", "sort=-completedJobs", "sort=completedJobs", "sort=createdAt", "sort=-createdAt", "minRating=4.9", "verified=true", "skill=Boilers",
    NEAR, "q=pipes", "available=true", "available=false", "cursor=",
]  # fmt: skip
REVIEWS = ["", "sort=createdAt", "sort=rating", "sort=-rating", "cursor=", "cursor=&sort=-rating"]
NOTIFICATIONS = ["", "unread=true", "unread=false", "cursor=", "cursor=&unread=true"]
BIDS = ["", "status=pending", "sort=amount", "sort=-amount", "jobId={job}", "cursor="]


@pytest.fixture
def town(ann: Who, carl: Who) -> dict[str, Any]:
    """Twelve thousand jobs, as many bids, three thousand contractors, and statistics of them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_person (id, email, name, role, password, is_superuser, suspended_reason)"
            " SELECT gen_random_uuid(), 'c' || n || '@example.org', 'C', 'contractor', '!', false, '' FROM generate_series(1, 3000) n"
        )
        cursor.execute(
            "INSERT INTO contractors_contractor (person_id, business_name, bio, skills, lat, lng, max_concurrent_jobs, verified, rating,"
            " review_count, completed_jobs, created_at) SELECT id, CASE WHEN random() < .01 THEN 'Pipes' ELSE 'Ltd' END, '',"
            " CASE WHEN random() < .01 THEN '{Boilers}' ELSE '{Walls}' END::text[], 50 + random() * 6, -4 + random() * 5, 3, random() < .1,"
            " (random() * 5)::numeric(3, 2), 0, (random() * 100)::int, now() - random() * interval '700 days'"
            " FROM accounts_person WHERE email LIKE 'c%%' AND role = 'contractor' AND id <> %s", [carl.id]
        )  # fmt: skip
        cursor.execute(
            "INSERT INTO jobs_job (id, owner_id, title, description, category, budget, status, lat, lng, scheduled_date, posted_at,"
            " bidding_round, hidden, created_at, updated_at)"
            " SELECT gen_random_uuid(), CASE WHEN n %% 1000 = 0 THEN %s ELSE %s END, CASE WHEN random() < .005 THEN 'A boiler' ELSE 'A thing' END,"
            " 'x', (ARRAY['plumbing','electrical','carpentry','painting','landscaping','cleaning','hvac','appliance'])[1 + n %% 8],"
            " (50 + random() * 900)::numeric(8, 2), CASE WHEN random() < .3 THEN 'posted' ELSE 'cancelled' END, 50 + random() * 6,"
            " -4 + random() * 5, CASE WHEN random() < .3 THEN now() + random() * interval '60 days' END, now(), 0, false,"
            " t, t FROM generate_series(1, 12000) n, LATERAL (SELECT now() - random() * interval '700 days' AS t WHERE n > 0) AS times",
            [ann.id, cast.homeowner().id],
        )  # fmt: skip
        cursor.execute(
            "INSERT INTO bids_bid (id, job_id, contractor_id, amount, message, status, stale, round, created_at)"
            " SELECT gen_random_uuid(), j.id, c.person_id, (random() * 900 + 1)::numeric(9, 2), 'x', 'rejected', false, 0, now() - random() * interval '99 days'"
            " FROM (SELECT id, row_number() OVER () n FROM jobs_job) j JOIN (SELECT person_id, row_number() OVER () n FROM contractors_contractor) c"
            " ON c.n = 1 + j.n % 3000"
        )  # fmt: skip
        cursor.execute(
            "INSERT INTO jobs_review (id, job_id, author_id, contractor_id, rating, comment, created_at)"
            " SELECT gen_random_uuid(), j.id, j.owner_id, c.person_id, 1 + (random() * 4)::int, 'x', now() - random() * interval '99 days'"
            " FROM (SELECT id, owner_id, row_number() OVER () n FROM jobs_job) j"
            " JOIN (SELECT person_id, row_number() OVER () n FROM contractors_contractor) c ON c.n = 1 + j.n % 300"
        )  # fmt: skip
        cursor.execute(
            "INSERT INTO notifications_notification (id, person_id, event_id, type, title, body, url, resource_type, resource_id, read_at, created_at, in_app)"
            " SELECT gen_random_uuid(), CASE WHEN n %% 100 = 0 THEN %s ELSE %s END, gen_random_uuid(), 'job.posted', 'x', 'x', '/', 'job',"
            " gen_random_uuid(), CASE WHEN random() < .9 THEN now() END, now() - random() * interval '99 days', true FROM generate_series(1, 12000) n",
            [carl.id, ann.id],
        )  # fmt: skip
        for table in (
            "accounts_person",
            "contractors_contractor",
            "jobs_job",
            "bids_bid",
            "jobs_review",
            "notifications_notification",
        ):
            cursor.execute(f"ANALYZE {table}")
        cursor.execute("SET LOCAL jit = off")
    return {"ann": ann.id, "job": cast.job_of(ann).pk}


def plans(rest: Rest, path: str, by: Who, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The plans of the statements that the request runs."""
    found: list[Any] = []
    run = Statement.run

    def explain(self: Statement, values: Any) -> Any:
        given = [values[name] if name is not None else constant for name, constant in self.takes]
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN (FORMAT JSON) " + self.sql, given)
            plan = cursor.fetchone()[0]
            found.append(json.loads(plan) if isinstance(plan, bytes | str) else plan)
        return run(self, values)

    monkeypatch.setattr(Statement, "run", explain)
    answer = rest.get(path, by=by)
    assert answer.status_code == 200, answer.content
    assert found
    return found


def whole_tables(plan: Any, rows: int = 1000) -> list[str]:
    """The tables of which the plan reads more than so many rows from one end to the other, to find the page's.

    Counting a list that nothing narrows is capped, and reads what it counts: those parts are left out.
    """
    found: list[str] = []
    left = [part["Plan"] for part in plan]
    while left:
        node = left.pop()
        if node.get("Parent Relationship") == "InitPlan":
            continue
        if node["Node Type"] == "Seq Scan" and node["Plan Rows"] > rows:
            found.append(node["Relation Name"])
        left += node.get("Plans", [])
    return found


def unserved(rest: Rest, table: str, paths: list[str], people: list[Who], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths whose pages need the whole table. The whole count of a list, which is kept for half a minute, may."""
    found = []
    for path in paths:
        for by in people:
            with monkeypatch.context() as patch:
                pages = [plan for plan in plans(rest, path, by, patch) if plan[0]["Plan"]["Node Type"] != "Aggregate"]
            if any(table in whole_tables(plan) for plan in pages):
                found.append(f"{path} by {by.role or 'anybody'}")
    return found


def test_indexes_serve_every_list(
    rest: Rest, town: Any, ann: Who, carl: Who, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.RATE_LIMITS_ON = False
    jobs = [f"jobs?{query.format(**town)}" for query in JOBS]
    assert unserved(rest, "jobs_job", jobs, [cast.STRANGER, carl], monkeypatch) == []
    contractors = [f"contractors?{query}" for query in CONTRACTORS]
    assert unserved(rest, "contractors_contractor", contractors, [cast.STRANGER], monkeypatch) == []
    bids = [f"bids?{query.format(**town)}" for query in BIDS]
    assert unserved(rest, "bids_bid", bids, [ann, carl], monkeypatch) == []
    reviews = [f"contractors/{carl.id}/reviews?{query}" for query in REVIEWS]
    assert unserved(rest, "jobs_review", reviews, [cast.STRANGER, ann], monkeypatch) == []
    notifications = [f"notifications?{query}" for query in NOTIFICATIONS]
    assert unserved(rest, "notifications_notification", notifications, [carl], monkeypatch) == []
