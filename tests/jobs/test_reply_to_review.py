"""Replying to a review: once, by the contractor whose work it judges."""

from typing import Any

import pytest

from events import publishing
from jobs.models import Review
from jobs.services import review_contractor
from tests import cast
from tests.cast import Rest, Who, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def review(ann: Who, carl: Who) -> Review:
    job = cast.moved(cast.assigned(ann, carl), "in_progress", "completed", by=ann)
    return review_contractor(job_id=job.pk, rating=2, comment="Late.", by=ann.actor)


def test_it_stands_with_the_review(rest: Rest, carl: Who, review: Review) -> None:
    answer = rest.post(f"reviews/{review.pk}/reply", {"reply": " The bridge was shut. Sorry! "}, by=carl)
    assert answer.status_code == 200, answer.content
    data = answer.json()["data"]
    assert (data["reply"], bool(data["repliedAt"])) == ("The bridge was shut. Sorry!", True)
    assert rest.get(f"reviews/{review.pk}").json()["data"] == data


def test_it_is_told_to_the_author_and_the_contractor(rest: Rest, ann: Who, bob: Who, carl: Who, review: Review) -> None:
    rest.post(f"reviews/{review.pk}/reply", {"reply": "Sorry!"}, by=carl)
    publishing.publish()
    for who, told in ((ann, 1), (carl, 1), (bob, 0)):
        events = rest.get("events?type=review.replied", by=who).json()["data"]
        assert [event["data"]["reply"] for event in events] == ["Sorry!"] * told


def test_once(rest: Rest, carl: Who, review: Review) -> None:
    rest.post(f"reviews/{review.pk}/reply", {"reply": "Sorry!"}, by=carl)
    with cast.nothing_changes():
        refused(rest.post(f"reviews/{review.pk}/reply", {"reply": "And thanks."}, by=carl), 409, "already_replied")


def test_by_nobody_else(rest: Rest, ann: Who, dora: Who, sam: Who, review: Review) -> None:
    path = f"reviews/{review.pk}/reply"
    with cast.nothing_changes():
        for who in (ann, dora, sam):
            refused(rest.post(path, {"reply": "Mine."}, by=who), 403, "forbidden")
        refused(rest.post(path, {"reply": "Mine."}), 401, "not_authenticated")
        refused(rest.post(f"reviews/{review.job_id}/reply", {"reply": "Mine."}, by=dora), 404, "not_found")


def test_a_key_needs_the_scope(rest: Rest, carl: Who, review: Review) -> None:
    path = f"reviews/{review.pk}/reply"
    refused(rest.post(path, {"reply": "Sorry!"}, by=carl.with_key("jobs:read")), 403, "insufficient_scope")
    assert rest.post(path, {"reply": "Sorry!"}, by=carl.with_key("profile:write")).status_code == 200


@pytest.mark.parametrize(
    "body", [{"reply": ""}, {"reply": " "}, {"reply": "x" * 2001}, {"reply": None}, {}, {"reply": 1}]
)
def test_what_makes_no_sense(rest: Rest, carl: Who, review: Review, body: Any) -> None:
    with cast.nothing_changes():
        refused(rest.post(f"reviews/{review.pk}/reply", body, by=carl), 400, "validation_failed")
