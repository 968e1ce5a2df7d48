"""Reviewing the work: once, by the owner of a completed job, within a fortnight; and what follows for the contractor."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from contractors.models import Contractor
from core.errors import FieldErrors, Forbidden
from events import publishing
from jobs.models import Job, Review
from jobs.services import hide_review, rate_contractors, review_contractor, show_review
from tests import cast
from tests.cast import Rest, Who, refused

pytestmark = pytest.mark.django_db

PRAISE = {"rating": 5, "comment": "On time, tidy, and the tap is silent."}


def done(owner: Who, bidder: Who) -> Job:
    """A job of the owner's that the contractor has completed."""
    return cast.moved(cast.assigned(owner, bidder), "in_progress", "completed", by=owner)


def reviewed(owner: Who, bidder: Who, rating: int = 5, comment: str = "Good.") -> Review:
    job = done(owner, bidder)
    return review_contractor(job_id=job.pk, rating=rating, comment=comment, by=owner.actor)


def figures(who: Who) -> tuple[Decimal, int]:
    profile = Contractor.objects.get(pk=who.id)
    return profile.rating, profile.review_count


class TestWriting:
    """By the owner, once, in time."""

    def test_it_answers_with_the_review(self, rest: Rest, ann: Who, carl: Who) -> None:
        job = done(ann, carl)
        answer = rest.post(f"jobs/{job.pk}/review", PRAISE, by=ann)
        assert answer.status_code == 201, answer.content
        body = answer.json()
        data = body["data"]
        assert {name: data[name] for name in PRAISE} == PRAISE
        assert (data["jobId"], data["contractorId"]) == (str(job.pk), str(carl.id))
        assert (data["author"]["name"], data["job"]["title"]) == ("Ann Archer", job.title)
        assert (data["reply"], data["hiddenAt"]) == (None, None)
        assert answer["Location"] == body["links"]["self"] == f"/api/v2/reviews/{data['id']}"
        assert rest.get(body["links"]["self"], by=ann).json() == body
        assert rest.get(f"reviews/{data['id']}").json()["data"]["comment"] == PRAISE["comment"]

    def test_it_is_told_to_all(self, rest: Rest, ann: Who, carl: Who, dora: Who) -> None:
        review = reviewed(ann, carl)
        publishing.publish()
        for who in (ann, carl, dora):
            event = rest.get("events?type=review.*", by=who).json()["data"][-1]
            assert (event["type"], event["resource"]) == ("review.created", {"type": "review", "id": str(review.pk)})
            assert event["data"] == rest.get(f"reviews/{review.pk}", by=who).json()["data"]

    @pytest.mark.parametrize("status", ["posted", "assigned", "in_progress", "cancelled"])
    def test_only_completed_work(self, rest: Rest, ann: Who, carl: Who, status: str) -> None:
        job = cast.job_of(ann) if status == "posted" else cast.assigned(ann, carl)
        if status in ("in_progress", "cancelled"):
            cast.moved(job, status, by=ann)
        with cast.nothing_changes():
            refused(rest.post(f"jobs/{job.pk}/review", PRAISE, by=ann), 409, "job_not_completed")

    def test_a_draft_is_there_for_nobody_else(self, rest: Rest, ann: Who, carl: Who) -> None:
        draft = cast.job_of(ann, status="draft")
        with cast.nothing_changes():
            refused(rest.post(f"jobs/{draft.pk}/review", PRAISE, by=carl), 404, "not_found")

    def test_only_the_owner(self, rest: Rest, ann: Who, bob: Who, carl: Who, dora: Who, sam: Who) -> None:
        job = done(ann, carl)
        with cast.nothing_changes():
            for who in (bob, carl, dora, sam):
                refused(rest.post(f"jobs/{job.pk}/review", PRAISE, by=who), 403, "forbidden")
            refused(rest.post(f"jobs/{job.pk}/review", PRAISE), 401, "not_authenticated")

    def test_only_once(self, rest: Rest, ann: Who, carl: Who) -> None:
        review = reviewed(ann, carl)
        with cast.nothing_changes():
            refused(rest.post(f"jobs/{review.job_id}/review", PRAISE, by=ann), 409, "already_reviewed")

    def test_only_within_a_fortnight(self, rest: Rest, ann: Who, carl: Who) -> None:
        late, just = done(ann, carl), done(ann, carl)
        fortnight = timezone.now() - timedelta(days=14)
        Job.objects.filter(pk=late.pk).update(completed_at=fortnight - timedelta(seconds=1))
        Job.objects.filter(pk=just.pk).update(completed_at=fortnight + timedelta(minutes=1))
        with cast.nothing_changes():
            refused(rest.post(f"jobs/{late.pk}/review", PRAISE, by=ann), 409, "review_window_closed")
        assert rest.post(f"jobs/{just.pk}/review", PRAISE, by=ann).status_code == 201

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"rating": 0}, "rating"), ({"rating": 6}, "rating"), ({"rating": 4.5}, "rating"), ({"rating": "5"}, "rating"),
            ({"comment": ""}, "comment"), ({"comment": "   "}, "comment"), ({"comment": "x" * 2001}, "comment"),
            ({"comment": None}, "comment"), ({"rating": None}, "rating"), ({"rating": True}, "rating"),
        ],
    )  # fmt: skip
    def test_what_makes_no_sense(self, rest: Rest, ann: Who, carl: Who, changes: Any, field: str) -> None:
        job = done(ann, carl)
        with cast.nothing_changes():
            answer = rest.post(f"jobs/{job.pk}/review", {**PRAISE, **changes}, by=ann)
            refused(answer, 400, "validation_failed")
        assert set(answer.json()["details"]) == {field}

    def test_the_longest_comment(self, rest: Rest, ann: Who, carl: Who) -> None:
        answer = rest.post(f"jobs/{done(ann, carl).pk}/review", {**PRAISE, "comment": "ü" * 2000}, by=ann)
        assert answer.status_code == 201

    @pytest.mark.parametrize("change", [{"rating": 0}, {"rating": 6}, {"comment": ""}, {"hidden_at": timezone.now()}])
    def test_the_database_holds_it_too(self, ann: Who, carl: Who, change: Any) -> None:
        review = reviewed(ann, carl)
        with pytest.raises(IntegrityError), transaction.atomic():
            Review.objects.filter(pk=review.pk).update(**change)
        with pytest.raises(IntegrityError), transaction.atomic():
            Review.objects.create(job_id=review.job_id, author_id=ann.id, contractor_id=carl.id, rating=1, comment="x")


class TestRating:
    """Made from the rows, in the same transaction."""

    def test_it_is_the_mean_to_two_decimals(self, rest: Rest, ann: Who, carl: Who, dora: Who) -> None:
        assert figures(carl) == (0, 0)
        for rating, mean in ((5, "5.00"), (4, "4.50"), (4, "4.33"), (1, "3.50")):
            reviewed(ann, carl, rating)
            assert figures(carl)[0] == Decimal(mean)
        data = rest.get(f"contractors/{carl.id}").json()["data"]
        assert (data["rating"], data["reviewCount"]) == (3.5, 4)
        assert data["ratingDistribution"] == {"1": 1, "2": 0, "3": 0, "4": 2, "5": 1}
        assert figures(dora) == (0, 0)
        assert rest.get(f"contractors/{dora.id}").json()["data"]["ratingDistribution"] == dict.fromkeys("12345", 0)

    def test_a_list_is_sorted_by_it(self, rest: Rest, ann: Who, carl: Who, dora: Who) -> None:
        reviewed(ann, carl, 3)
        reviewed(ann, dora, 4)
        found = rest.get("contractors?minRating=1").json()["data"]
        assert [one["rating"] for one in found] == [4, 3]
        assert "ratingDistribution" not in found[0]

    def test_ones_own_profile_has_the_distribution_and_can_be_sent_back(self, rest: Rest, ann: Who, carl: Who) -> None:
        reviewed(ann, carl, 3)
        mine = rest.get("contractors/me", by=carl).json()["data"]
        assert mine["ratingDistribution"]["3"] == 1
        assert rest.patch("contractors/me", {**mine, "bio": "New."}, by=carl).status_code == 200

    def test_it_can_be_made_anew(self, ann: Who, carl: Who) -> None:
        reviewed(ann, carl, 4)
        Review.objects.all().delete()
        rate_contractors([carl.id])
        assert figures(carl) == (0, 0)


class TestHiding:
    """By staff, for a reason: it is gone for all but its author and staff, and does not count."""

    def test_it_leaves_the_mean_and_comes_back(self, rest: Rest, ann: Who, carl: Who, sam: Who) -> None:
        reviewed(ann, carl, 5)
        bad = reviewed(ann, carl, 1)
        hide_review(review_id=bad.pk, reason=" Contact data. ", by=sam.actor)
        assert figures(carl) == (5, 1)
        assert rest.get(f"contractors/{carl.id}").json()["data"]["ratingDistribution"]["1"] == 0
        hide_review(review_id=bad.pk, reason="Again.", by=sam.actor)
        bad.refresh_from_db()
        assert bad.hidden_reason == "Contact data."
        show_review(review_id=bad.pk, by=sam.actor)
        assert figures(carl) == (3, 2)
        bad.refresh_from_db()
        assert (bad.hidden_at, bad.hidden_reason) == (None, None)

    def test_who_still_sees_it(self, rest: Rest, ann: Who, bob: Who, carl: Who, sam: Who) -> None:
        review = reviewed(ann, carl)
        hide_review(review_id=review.pk, reason="Contact data.", by=sam.actor)
        for who in (cast.STRANGER, bob, carl):
            refused(rest.get(f"reviews/{review.pk}", by=who), 404, "not_found")
            assert rest.get(f"contractors/{carl.id}/reviews", by=who).json()["data"] == []
        for who in (ann, sam):
            data = rest.get(f"reviews/{review.pk}", by=who).json()["data"]
            assert (bool(data["hiddenAt"]), data["hiddenReason"]) == (True, "Contact data.")
            assert len(rest.get(f"contractors/{carl.id}/reviews", by=who).json()["data"]) == 1

    def test_it_goes_from_the_log_too(self, rest: Rest, ann: Who, bob: Who, carl: Who, sam: Who) -> None:
        review = reviewed(ann, carl)
        rest.post(f"reviews/{review.pk}/reply", {"reply": "Thanks."}, by=carl)
        hide_review(review_id=review.pk, reason="Contact data.", by=sam.actor)
        publishing.publish()
        told = {who.id: len(rest.get("events?type=review.*", by=who).json()["data"]) for who in (ann, bob, carl)}
        assert told == {ann.id: 2, bob.id: 0, carl.id: 0}
        show_review(review_id=review.pk, by=sam.actor)
        assert len(rest.get("events?type=review.*", by=carl).json()["data"]) == 2
        assert len(rest.get("events?type=review.*", by=bob).json()["data"]) == 1

    def test_it_cannot_be_replied_to(self, rest: Rest, ann: Who, carl: Who, sam: Who) -> None:
        review = reviewed(ann, carl)
        hide_review(review_id=review.pk, reason="Contact data.", by=sam.actor)
        refused(rest.post(f"reviews/{review.pk}/reply", {"reply": "No."}, by=carl), 404, "not_found")

    def test_nor_is_the_job_reviewed_again(self, rest: Rest, ann: Who, carl: Who, sam: Who) -> None:
        review = reviewed(ann, carl)
        hide_review(review_id=review.pk, reason="Contact data.", by=sam.actor)
        refused(rest.post(f"jobs/{review.job_id}/review", PRAISE, by=ann), 409, "already_reviewed")

    def test_only_staff_and_only_for_a_reason(self, ann: Who, carl: Who, sam: Who) -> None:
        review = reviewed(ann, carl)
        with cast.nothing_changes():
            for who in (ann, carl):
                with pytest.raises(Forbidden):
                    hide_review(review_id=review.pk, reason="No.", by=who.actor)
                with pytest.raises(Forbidden):
                    show_review(review_id=review.pk, by=who.actor)
            with pytest.raises(FieldErrors):
                hide_review(review_id=review.pk, reason=" ", by=sam.actor)


class TestLists:
    """A contractor's reviews, for everybody."""

    @pytest.fixture
    def three(self, ann: Who, carl: Who, dora: Who) -> list[Review]:
        reviewed(ann, dora)
        return [reviewed(ann, carl, rating, f"Number {rating}.") for rating in (3, 5, 4)]

    def ratings(self, rest: Rest, carl: Who, query: str = "") -> list[int]:
        answer = rest.get(f"contractors/{carl.id}/reviews?{query}")
        assert answer.status_code == 200, answer.content
        return [review["rating"] for review in answer.json()["data"]]

    def test_the_newest_first(self, rest: Rest, carl: Who, three: Any) -> None:
        assert self.ratings(rest, carl) == [4, 5, 3]
        assert self.ratings(rest, carl, "sort=createdAt") == [3, 5, 4]

    def test_by_rating(self, rest: Rest, carl: Who, three: Any) -> None:
        assert self.ratings(rest, carl, "sort=-rating") == [5, 4, 3]
        assert self.ratings(rest, carl, "sort=rating") == [3, 4, 5]

    def test_by_page_and_by_cursor(self, rest: Rest, carl: Who, three: Any) -> None:
        assert self.ratings(rest, carl, "page=2&limit=2") == [3]
        path, seen = f"/api/v2/contractors/{carl.id}/reviews?cursor=&limit=1&sort=-rating", []
        while path:
            body = rest.get(path).json()
            seen += [review["rating"] for review in body["data"]]
            path = body["links"].get("next", "")
        assert seen == [5, 4, 3]

    def test_of_nobody(self, rest: Rest, ann: Who, three: Any) -> None:
        refused(rest.get(f"contractors/{ann.id}/reviews"), 404, "not_found")
        refused(rest.get(f"contractors/{three[0].pk}/reviews"), 404, "not_found")

    def test_strangers_pages_may_be_kept(self, rest: Rest, carl: Who, three: Any) -> None:
        answer = rest.get(f"contractors/{carl.id}/reviews")
        assert answer["Cache-Control"].startswith("public")
        assert answer["ETag"]

    @pytest.mark.parametrize("query", ["sort=comment", "rating=5", "limit=0", "cursor=x"])
    def test_what_makes_no_sense(self, rest: Rest, carl: Who, query: str) -> None:
        assert rest.get(f"contractors/{carl.id}/reviews?{query}").status_code == 400
