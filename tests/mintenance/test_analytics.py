"""A person's own figures, and the site's."""

import csv
import io
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bids.models import Bid
from bids.services import accept_bid, submit_bid
from jobs.models import Job
from jobs.services import edit_job
from tests import cast
from tests.cast import Rest, Who

pytestmark = pytest.mark.django_db
DAY = datetime(2026, 5, 10, 12, tzinfo=UTC)
RANGE = "from=2026-05-01&to=2026-05-31"


def bid_on(job: Job, who: Who, amount: int, hours: int) -> Bid:
    """A bid so many hours after the job was posted."""
    bid = submit_bid(job_id=job.pk, amount=Decimal(amount), message="I can.", by=who.actor)
    Bid.objects.filter(pk=bid.pk).update(created_at=DAY + timedelta(hours=hours))
    return bid


@pytest.fixture
def world() -> dict[str, Any]:
    """Ann's three jobs of one day in May, one of which Carl has done, one called off, and a job of somebody else's."""
    ann, bob, carl, dora = cast.homeowner(), cast.homeowner(), cast.contractor(), cast.contractor()
    done, off, other = (cast.job_of(ann) for _ in range(3))
    Job.objects.filter(pk=other.pk).update(category="hvac")
    bobs = cast.job_of(bob)
    Job.objects.update(posted_at=DAY)
    bid = bid_on(done, carl, 100, 2)
    bid_on(done, dora, 200, 5)
    bid_on(off, dora, 300, 9)
    bid_on(bobs, dora, 400, 1)
    accept_bid(job_id=done.pk, bid_id=bid.pk, by=ann.actor)
    for status in ("in_progress", "completed"):
        edit_job(job_id=done.pk, changes={"status": status}, by=ann.actor)
    edit_job(job_id=off.pk, changes={"status": "cancelled"}, by=ann.actor)
    Job.objects.filter(pk=done.pk).update(completed_at=DAY + timedelta(days=3))
    Job.objects.filter(pk=off.pk).update(cancelled_at=DAY + timedelta(days=1))
    return {"ann": ann, "bob": bob, "carl": carl, "dora": dora, "staff": cast.staff()}


def figures(rest: Rest, who: Who, query: str = RANGE) -> Any:
    answer = rest.get(f"analytics?{query}", by=who)
    assert answer.status_code == 200, answer.content
    return answer.json()["data"]


def test_a_homeowner_sees_what_came_of_their_jobs(rest: Rest, world: Any) -> None:
    data = figures(rest, world["ann"])
    by_day = {day.pop("date"): day for day in data.pop("byDay")}
    by_category = {one["category"]: one["count"] for one in data.pop("byCategory")}
    assert data == {
        "jobsPosted": 3, "jobsCompleted": 1, "jobsCancelled": 1, "bidsSubmitted": 3, "averageBidsPerJob": 1.0,
        "averageBid": 200.0, "acceptanceRate": 0.3333, "medianHoursToFirstBid": 5.5, "totalValue": 100.0,
    }  # fmt: skip
    assert (by_category["plumbing"], by_category["hvac"], len(by_category)) == (2, 1, 8)
    assert len(by_day) == 31
    assert by_day["2026-05-10"] == {"jobsPosted": 3, "bidsSubmitted": 3, "jobsCompleted": 0}
    assert by_day["2026-05-13"] == {"jobsPosted": 0, "bidsSubmitted": 0, "jobsCompleted": 1}


def test_a_contractor_sees_their_bids_and_what_they_won(rest: Rest, world: Any) -> None:
    carl, dora = figures(rest, world["carl"]), figures(rest, world["dora"])
    assert (carl["bidsSubmitted"], carl["acceptanceRate"], carl["totalValue"]) == (1, 1.0, 100.0)
    assert (dora["bidsSubmitted"], dora["acceptanceRate"], dora["totalValue"]) == (3, 0.0, 0.0)
    assert (carl["jobsPosted"], carl["jobsCompleted"], dora["jobsCompleted"]) == (1, 1, 0)


def test_staff_see_the_sites(rest: Rest, world: Any) -> None:
    data = figures(rest, world["staff"])
    assert (data["jobsPosted"], data["bidsSubmitted"], data["averageBid"]) == (4, 4, 250.0)


def test_nothing_is_nought_or_null(rest: Rest, world: Any) -> None:
    data = figures(rest, world["ann"], "from=2025-01-01&to=2025-01-02")
    assert (data["averageBidsPerJob"], data["totalValue"], data["jobsPosted"]) == (0, 0, 0)
    assert (data["averageBid"], data["acceptanceRate"], data["medianHoursToFirstBid"]) == (None, None, None)
    assert [day["date"] for day in data["byDay"]] == ["2025-01-01", "2025-01-02"]


def test_the_last_thirty_days_unless_told(rest: Rest, world: Any) -> None:
    assert len(figures(rest, world["ann"], "")["byDay"]) in (30, 31)


def test_as_a_table(rest: Rest, world: Any) -> None:
    answer = rest.get(f"analytics?{RANGE}", by=world["ann"], accept="text/csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert len(rows) == 31
    assert rows[9] == {"date": "2026-05-10", "jobsPosted": "3", "bidsSubmitted": "3", "jobsCompleted": "0"}


@pytest.mark.parametrize(
    "query",
    ["from=2026-05-02&to=2026-05-01", "from=2025-01-01&to=2026-05-31", "from=soon", "to=2026-13-01", "from=2026-05-01T00:00:00", "day=1", "from="],
)  # fmt: skip
def test_what_makes_no_sense_is_a_400(rest: Rest, query: str) -> None:
    answer = rest.get(f"analytics?{query}", by=cast.homeowner())
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_parameter")


def test_strangers_and_keys_without_the_scope_are_refused(rest: Rest) -> None:
    carl = cast.contractor()
    assert rest.get("analytics").status_code == 401
    assert rest.get("analytics", by=carl.with_key("jobs:read")).json()["code"] == "insufficient_scope"
    assert rest.get("analytics", by=carl.with_key("analytics:read")).status_code == 200


def test_it_is_one_statement(rest: Rest, world: Any, django_assert_num_queries: Any) -> None:
    rest.get("analytics", by=world["ann"])
    with django_assert_num_queries(1):
        rest.get("analytics", by=world["ann"])
