"""Changing what a job says: PUT, merge patch, JSON Patch, preconditions, and bids that go stale."""

from typing import Any

import pytest

from jobs.models import Job
from tests import cast
from tests.cast import JOB, Rest, Who, refused

pytestmark = pytest.mark.django_db
MERGE, PATCH = "application/merge-patch+json", "application/json-patch+json"


@pytest.fixture
def job(ann: Who) -> Job:
    return cast.job_of(ann)


def test_a_patch_changes_what_it_names(rest: Rest, ann: Who, job: Job) -> None:
    data = rest.patch(f"jobs/{job.pk}", {"title": "Mend both taps", "budget": 150.5}, by=ann).json()["data"]
    assert (data["title"], data["budget"], data["description"]) == ("Mend both taps", 150.5, JOB["description"])
    assert cast.events_since()[-1] == "job.updated"


def test_a_merge_patch_removes_with_null_and_reaches_into_objects(rest: Rest, ann: Who, job: Job) -> None:
    answer = rest.patch(f"jobs/{job.pk}", {"location": {"address": None}}, by=ann, content_type=MERGE)
    assert answer.json()["data"]["location"] == {**JOB["location"], "address": None}


def test_a_json_patch_may_test_first(rest: Rest, ann: Who, job: Job) -> None:
    steps = [
        {"op": "test", "path": "/status", "value": "posted"},
        {"op": "replace", "path": "/title", "value": "Mend it all"},
    ]
    assert rest.patch(f"jobs/{job.pk}", steps, by=ann, content_type=PATCH).json()["data"]["title"] == "Mend it all"
    with cast.nothing_changes():
        steps[0]["value"] = "draft"
        refused(rest.patch(f"jobs/{job.pk}", steps, by=ann, content_type=PATCH), 409, "patch_test_failed")
        owner = [{"op": "replace", "path": "/user/name", "value": "Eve"}]
        refused(rest.patch(f"jobs/{job.pk}", owner, by=ann, content_type=PATCH), 422, "path_not_writable")


def test_put_replaces_all_and_demands_all(rest: Rest, ann: Who, job: Job) -> None:
    refused(rest.put(f"jobs/{job.pk}", {"title": "Mend both taps"}, by=ann), 400, "validation_failed")
    without = {**JOB, "location": {"lat": 1.5, "lng": 2.5}}
    assert rest.put(f"jobs/{job.pk}", without, by=ann).json()["data"]["location"] == {
        "lat": 1.5,
        "lng": 2.5,
        "address": None,
    }


def test_what_was_read_can_be_sent_back(rest: Rest, ann: Who, job: Job) -> None:
    seen = rest.get(f"jobs/{job.pk}", by=ann).json()["data"]
    for method in (rest.put, rest.patch):
        with cast.nothing_changes():
            assert method(f"jobs/{job.pk}", seen, by=ann).json()["data"] == seen
    with cast.nothing_changes():
        answer = rest.patch(f"jobs/{job.pk}", {**seen, "createdAt": "2020-01-01T00:00:00+00:00"}, by=ann)
        refused(answer, 400, "read_only_field")


@pytest.mark.parametrize(
    "field", ["id", "user", "contractor", "allowedTransitions", "postedAt", "createdAt", "updatedAt", "completedAt"]
)
def test_what_is_read_only_stays(rest: Rest, ann: Who, job: Job, field: str) -> None:
    with cast.nothing_changes():
        refused(rest.patch(f"jobs/{job.pk}", {field: "2020-01-01"}, by=ann), 400, "read_only_field")


class TestPreconditions:
    """ETag, If-None-Match, If-Match."""

    def test_nothing_new_is_a_304(self, rest: Rest, job: Job, ann: Who) -> None:
        for by in (cast.STRANGER, ann):
            tag = rest.get(f"jobs/{job.pk}", by=by)["ETag"]
            again = rest.get(f"jobs/{job.pk}", by=by, if_none_match=tag)
            assert (again.status_code, again.content) == (304, b"")
        cast.moved(job, "cancelled", by=ann)
        assert rest.get(f"jobs/{job.pk}", by=ann, if_none_match=tag).status_code == 200

    def test_only_the_state_that_was_read_is_changed(self, rest: Rest, job: Job, ann: Who) -> None:
        tag = rest.get(f"jobs/{job.pk}", by=ann)["ETag"]
        assert rest.patch(f"jobs/{job.pk}", {"budget": 200}, by=ann, if_match=tag).status_code == 200
        with cast.nothing_changes():
            refused(rest.patch(f"jobs/{job.pk}", {"budget": 300}, by=ann, if_match=tag), 412, "precondition_failed")
            refused(rest.delete(f"jobs/{job.pk}", by=ann, if_match=tag), 412, "precondition_failed")
        assert rest.patch(f"jobs/{job.pk}", {"budget": 300}, by=ann, if_match="*").status_code == 200


class TestStaleBids:
    """A change that matters to bidders makes their bids stale."""

    @pytest.mark.parametrize(
        ("change", "stale"),
        [({"category": "hvac"}, True), ({"budget": 500}, True), ({"description": "Another one."}, True),
         ({"location": {"lat": 51.6, "lng": -0.14189}}, True), ({"title": "Mend both taps"}, False), ({"budget": 120.0}, False)],
    )  # fmt: skip
    def test_which_changes_do(self, rest: Rest, ann: Who, carl: Who, job: Job, change: Any, stale: bool) -> None:
        bid = cast.bid_of(carl, job)
        assert rest.patch(f"jobs/{job.pk}", change, by=ann).status_code == 200
        bid.refresh_from_db()
        assert bid.stale is stale

    def test_a_stale_bid_is_not_accepted_until_its_bidder_stands_by_it(
        self, rest: Rest, ann: Who, carl: Who, job: Job
    ) -> None:
        bid = cast.bid_of(carl, job)
        rest.patch(f"jobs/{job.pk}", {"budget": 500}, by=ann)
        path = f"jobs/{job.pk}/bids/{bid.pk}"
        with cast.nothing_changes():
            refused(rest.post(f"{path}/accept", by=ann), 409, "bid_stale")
        assert rest.get(path, by=carl).json()["data"]["stale"] is True
        assert rest.post(f"{path}/confirm", by=carl).json()["data"]["stale"] is False
        assert rest.post(f"{path}/accept", by=ann).status_code == 200


@pytest.mark.parametrize("way", [["in_progress"], ["in_progress", "completed"], ["cancelled"], []])
def test_from_assigned_on_nothing_is_changed(rest: Rest, ann: Who, carl: Who, way: list[str]) -> None:
    job = cast.moved(cast.assigned(ann, carl), *way, by=ann)
    with cast.nothing_changes():
        refused(rest.patch(f"jobs/{job.pk}", {"title": "Mend both taps"}, by=ann), 409, "job_not_editable")


def test_others_are_refused(rest: Rest, ann: Who, bob: Who, carl: Who, sam: Who, job: Job) -> None:
    draft = cast.job_of(ann, status="draft")
    with cast.nothing_changes():
        for who in (bob, carl, sam):
            refused(rest.patch(f"jobs/{job.pk}", {"title": "Not my job"}, by=who), 403, "forbidden")
        refused(rest.patch(f"jobs/{job.pk}", {"title": "Not my job"}), 401, "not_authenticated")
        refused(rest.patch(f"jobs/{draft.pk}", {"title": "Not my job"}, by=bob), 404, "not_found")


def test_fields_and_status_change_together_or_not_at_all(rest: Rest, ann: Who) -> None:
    draft = cast.job_of(ann, status="draft")
    with cast.nothing_changes():
        refused(
            rest.patch(f"jobs/{draft.pk}", {"title": "Mend both taps", "status": "completed"}, by=ann),
            409,
            "invalid_transition",
        )
    data = rest.patch(f"jobs/{draft.pk}", {"title": "Mend both taps", "status": "posted"}, by=ann).json()["data"]
    assert (data["title"], data["status"]) == ("Mend both taps", "posted")
