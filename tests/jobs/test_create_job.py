"""Writing a job down."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from jobs.models import Job
from tests import cast
from tests.accounts.images.corpus import jpeg
from tests.cast import JOB, Rest, Who, refused

pytestmark = pytest.mark.django_db


def test_it_is_a_draft_unless_told(rest: Rest, ann: Who) -> None:
    answer = rest.post("jobs", JOB, by=ann)
    assert answer.status_code == 201
    body = answer.json()
    job = body["data"]
    assert answer["Location"] == body["links"]["self"] == f"/api/v2/jobs/{job['id']}"
    assert set(body["links"]) == {"self", "bids", "user"}
    assert (job["status"], job["postedAt"], job["expiresAt"]) == ("draft", None, None)
    assert job["location"] == JOB["location"]
    assert job["allowedTransitions"] == ["posted", "cancelled"]
    assert cast.events_since() == ["job.created"]


def test_it_is_posted_at_once_when_told_and_expires_in_thirty_days(rest: Rest, ann: Who) -> None:
    job = rest.post("jobs", {**JOB, "status": "posted"}, by=ann).json()["data"]
    row = Job.objects.get(pk=job["id"])
    assert row.posted_at
    assert row.expires_at
    assert row.expires_at - row.posted_at == timedelta(days=30)
    assert cast.events_since() == ["job.created", "job.posted"]


def test_amounts_are_exact(rest: Rest, ann: Who) -> None:
    answer = rest.post("jobs", {**JOB, "budget": 99999.99}, by=ann)
    assert b'"budget":99999.99' in answer.content
    assert b'"budget":50.10' in rest.post("jobs", {**JOB, "budget": 50.1}, by=ann).content


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "Tap"), ("title", "x" * 101), ("title", ""), ("title", None), ("title", 5), ("title", "    x    "),
        ("description", ""), ("description", "x" * 5001), ("category", "roofing"), ("category", "PLUMBING"), ("category", None),
        ("budget", 49.99), ("budget", 100000.01), ("budget", "120"), ("budget", 1.234), ("budget", True), ("budget", None), ("budget", 1e400),
        ("location", {"lat": 91, "lng": 0}), ("location", {"lat": 0, "lng": -180.1}), ("location", {"lat": 1}), ("location", "here"),
        ("location", {"lat": 1, "lng": 1, "address": "x" * 301}), ("location", {"lat": 1, "lng": 1, "alt": 5}), ("location", {"lat": "1", "lng": 1}),
        ("scheduledDate", "2020-01-01T00:00:00Z"), ("scheduledDate", "soon"), ("images", ["x"] * 11), ("images", "x"), ("images", [1]),
        ("status", "assigned"), ("status", "completed"), ("status", "open"),
    ],
)  # fmt: skip
def test_a_value_that_makes_no_sense_is_named(rest: Rest, ann: Who, field: str, value: Any) -> None:
    with cast.nothing_changes():
        answer = rest.post("jobs", {**JOB, field: value}, by=ann)
    assert answer.status_code == 400, answer.content
    if answer.json()["code"] != "malformed_json":  # as for 1e400, which is no JSON number here
        assert set(answer.json()["details"]) == {field}


@pytest.mark.parametrize("field", ["title", "description", "category", "budget", "location"])
def test_everything_but_extras_is_required_from_the_first_draft_on(rest: Rest, ann: Who, field: str) -> None:
    body = {name: value for name, value in JOB.items() if name != field}
    refused(rest.post("jobs", body, by=ann), 400, "validation_failed")


@pytest.mark.parametrize("extra", ["id", "owner", "contractor", "createdAt", "hidden", "approxLat", "cancelReason"])
def test_an_unknown_field_is_named(rest: Rest, ann: Who, extra: str) -> None:
    with cast.nothing_changes():
        answer = rest.post("jobs", {**JOB, extra: "x"}, by=ann)
    refused(answer, 400, "unknown_field")
    assert extra in answer.json()["details"]


def test_only_homeowners_do(rest: Rest, carl: Who, sam: Who) -> None:
    with cast.nothing_changes():
        refused(rest.post("jobs", JOB), 401, "not_authenticated")
        for who in (carl, sam):
            refused(rest.post("jobs", JOB, by=who), 403, "wrong_role")


def test_the_address_must_be_confirmed_where_the_site_demands_it(rest: Rest, settings: Any) -> None:
    settings.EMAIL_VERIFICATION = "required"
    ann = cast.homeowner(email_verified_at=None)
    with cast.nothing_changes():
        refused(rest.post("jobs", {**JOB, "status": "posted"}, by=ann), 403, "email_not_verified")
    assert rest.post("jobs", JOB, by=ann).status_code == 201


def test_a_date_in_the_future_is_kept(rest: Rest, ann: Who) -> None:
    when = (timezone.now() + timedelta(days=3)).replace(microsecond=0)
    job = rest.post("jobs", {**JOB, "scheduledDate": when.isoformat()}, by=ann).json()["data"]
    assert job["scheduledDate"] == when.isoformat()


class TestPictures:
    """`images` are ids or addresses of one's own uploads, in order."""

    @pytest.fixture
    def pictures(self, rest: Rest, ann: Who) -> list[Any]:
        from django.core.files.uploadedfile import SimpleUploadedFile

        answers = [rest.upload(SimpleUploadedFile("tap.jpg", jpeg()), by=ann) for _ in range(2)]
        return [answer.json()["data"] for answer in answers]

    def test_they_stand_in_the_order_in_which_they_are_given(self, rest: Rest, ann: Who, pictures: Any) -> None:
        refs = [pictures[1]["url"], pictures[0]["id"]]
        job = rest.post("jobs", {**JOB, "images": refs}, by=ann).json()["data"]
        assert [image["id"] for image in job["images"]] == [pictures[1]["id"], pictures[0]["id"]]
        assert set(job["images"][0]) == {
            "id",
            "url",
            "thumbnailUrl",
            "filename",
            "mimetype",
            "width",
            "height",
            "createdAt",
        }

    def test_somebody_elses_or_the_same_twice_are_refused(self, rest: Rest, bob: Who, ann: Who, pictures: Any) -> None:
        one = pictures[0]["id"]
        with cast.nothing_changes():
            for who, refs in ((bob, [one]), (ann, [one, one]), (ann, ["https://example.com/a.webp"])):
                answer = rest.post("jobs", {**JOB, "images": refs}, by=who)
                refused(answer, 400, "validation_failed")
                assert set(answer.json()["details"]) == {"images"}

    def test_they_are_seen_by_whoever_sees_the_job(self, rest: Rest, ann: Who, pictures: Any) -> None:
        job = rest.post("jobs", {**JOB, "images": [pictures[0]["id"]]}, by=ann).json()["data"]
        url = pictures[0]["url"]
        assert rest.get(url).status_code == 404
        rest.patch(f"jobs/{job['id']}", {"status": "posted"}, by=ann)
        assert rest.get(url).status_code == 200
