"""Erasing somebody who has written everywhere: not one of forty words is left, in any table, file or answer."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from rest_framework.serializers import ListSerializer

from accounts.models import Image, Person, SignInAttempts
from bids.models import Bid
from contractors.models import Contractor, PortfolioItem
from core import mail
from core.models import IdempotencyRecord, OutgoingMail
from core.representations import Representation
from core.storage import backend
from events.publishing import publish
from events.types import resource_types
from jobs.models import Job, Review
from jobs.services import hide_review, review_contractor, save_search
from messaging.models import Conversation, Message, Participant
from notifications.models import Notification
from notifications.subscribers import tell_people
from tests import cast
from tests.accounts.canaries import Canaries, bid, job, join, ok, picture, talk
from tests.cast import Rest, Who
from tests.contractors.conftest import PDF

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: Any) -> Path:
    settings.PUBLISH_IN_PROCESS = False  # its thread would keep a connection of its own
    settings.STORAGES = {**settings.STORAGES, "default": backend("", tmp_path / "media")}
    return tmp_path / "media"


@pytest.fixture
def ann() -> Who:
    return cast.homeowner(name="Ann Archer")


@pytest.fixture
def word(settings: Any) -> Canaries:
    settings.RATE_LIMITS_ON = False
    return Canaries()


class TestCanaries:
    """Nothing of forty words is left, wherever they were written."""

    def story_of_an_owner(self, rest: Rest, word: Canaries, carl: Who) -> Who:
        """Ann's drafts, jobs in all states, refusals, reports, a review, and a search that others' jobs answer to."""
        save_search(name="All", by=carl.actor)
        ann = join(rest, word, "homeowner")
        ok(rest.patch("users/me", {"avatar": picture(rest, word, ann)}, by=ann))
        job(rest, word, ann, "draft")
        gone = job(rest, word, ann, "posted")
        taken_back = bid(rest, Canaries(), carl, gone)
        ok(rest.post(f"jobs/{gone}/bids/{taken_back}/withdraw", {}, by=carl))
        ok(rest.patch(f"jobs/{gone}", {"status": "draft"}, by=ann))
        ok(rest.delete(f"jobs/{gone}", by=ann), 204)
        refusing, done, open_ = (job(rest, word, ann, "posted") for _ in range(3))
        turned_down = bid(rest, Canaries(), carl, refusing)
        ok(rest.post(f"jobs/{refusing}/bids/{turned_down}/reject", {"reason": word("reason")}, by=ann))
        ok(rest.patch(f"jobs/{refusing}", {"status": "cancelled", "cancelReason": word("reason")}, by=ann))
        won = bid(rest, Canaries(), carl, done)
        ok(rest.post(f"jobs/{done}/bids/{won}/accept", {}, by=ann, idempotency_key=word("key")))
        ok(rest.patch(f"jobs/{done}", {"status": "in_progress"}, by=carl))
        ok(rest.post(f"jobs/{done}/completion-request", {}, by=carl, idempotency_key="his"))
        ok(rest.patch(f"jobs/{done}", {"status": "completed"}, by=ann))
        praise = {"rating": 5, "comment": word("praise")}
        review = ok(rest.post(f"jobs/{done}/review", praise, by=ann, idempotency_key=word("key")), 201)
        ok(rest.post(f"reviews/{review['id']}/reply", {"reply": "Thank you."}, by=carl, idempotency_key="his"))
        hide_review(review_id=review["id"], reason=f"It says {praise['comment']}.", by=cast.staff().actor)
        ok(rest.post("saved-searches", {"name": word("search"), "q": word("wanted")}, by=ann), 201)
        bid(rest, Canaries(), carl, open_)
        talk(rest, word, ann, carl)
        report = {"targetType": "user", "targetId": str(carl.id), "reason": "spam", "comment": word("comment")}
        ok(rest.post("reports", report, by=ann, idempotency_key=word("key")), 201)
        return ann

    def story_of_a_contractor(self, rest: Rest, word: Canaries, ann: Who) -> Who:
        """Carl's profile, key, bids in all states, a reply, and a search that others' jobs answer to."""
        carl = join(rest, word, "contractor")
        ok(rest.patch("users/me", {"avatar": picture(rest, word, carl)}, by=carl))
        profile = {"bio": word("bio"), "skills": [word("skill")], "location": {"lat": 51.123456, "lng": 0.654321}}
        ok(rest.patch("contractors/me", profile, by=carl))
        ok(rest.patch("contractors/me", {"businessName": word("business")}, by=carl))
        work = {"title": word("work"), "description": word("bricks"), "images": [picture(rest, word, carl)]}
        ok(rest.post("contractors/me/portfolio", work, by=carl, idempotency_key=word("key")), 201)
        paper = BytesIO(PDF.replace(b"Catalog", word("paper").encode()))
        paper.name = f"{word('licence')}.pdf"
        ok(rest.upload(paper, by=carl, path="contractors/me/documents", kind="licence"), 201)
        ok(rest.post("api-keys", {"name": word("program"), "scopes": ["bids:read"]}, by=carl), 201)
        jobs = [cast.job_of(ann) for _ in range(4)]
        bids = [bid(rest, word, carl, str(job.pk)) for job in jobs]
        ok(rest.patch(f"jobs/{jobs[0].pk}/bids/{bids[0]}", {"message": word("offer")}, by=carl))
        ok(rest.post(f"jobs/{jobs[1].pk}/bids/{bids[1]}/withdraw", {}, by=carl, idempotency_key=word("key")))
        ok(rest.post(f"jobs/{jobs[2].pk}/bids/{bids[2]}/reject", {}, by=ann, idempotency_key="hers"))
        ok(rest.post(f"jobs/{jobs[3].pk}/bids/{bids[3]}/accept", {}, by=ann, idempotency_key="hers"))
        ok(rest.patch(f"jobs/{jobs[3].pk}", {"status": "in_progress"}, by=carl))
        ok(rest.patch(f"jobs/{jobs[3].pk}", {"status": "completed"}, by=ann))
        review = review_contractor(job_id=jobs[3].pk, rating=2, comment="He came late.", by=ann.actor)
        ok(rest.post(f"reviews/{review.pk}/reply", {"reply": word("reply")}, by=carl, idempotency_key=word("key")))
        ok(rest.post("saved-searches", {"name": word("search"), "categories": ["plumbing"]}, by=carl), 201)
        cast.job_of(ann)
        report = {"targetType": "review", "targetId": str(review.pk), "reason": "spam", "comment": word("comment")}
        ok(rest.post("reports", report, by=carl), 201)
        return carl

    @pytest.mark.parametrize("role", ["homeowner", "contractor"])
    def test_none_is_left(
        self, rest: Rest, word: Canaries, media: Path, role: str, django_capture_on_commit_callbacks: Any
    ) -> None:
        if role == "homeowner":
            counterpart = cast.contractor()
            leaving = self.story_of_an_owner(rest, word, counterpart)
        else:
            counterpart = cast.homeowner()
            leaving = self.story_of_a_contractor(rest, word, counterpart)
        publish()
        tell_people.run()
        publish()
        assert Notification.objects.count() >= 1
        mail.send_due()
        before = word.found(media)
        assert len(before) >= len(word.words) - 3, set(word.words) - set(before)
        files = [path for path in media.rglob("*") if path.is_file()]
        assert files
        with django_capture_on_commit_callbacks(execute=True):
            assert rest.delete("users/me", by=leaving).status_code == 204
        assert word.found(media) == {}
        assert not Image.objects.filter(owner=leaving.id).exists()
        assert [path for path in files if path.exists()] == []
        assert not OutgoingMail.objects.filter(person_id=leaving.id).exists()
        assert not SignInAttempts.objects.exists()
        for path in ("jobs", "bids", "events?limit=500", "notifications", f"users/{leaving.id}"):
            answer = rest.get(path, by=counterpart)
            assert answer.status_code == 200
            assert [w for w in word.words if w in answer.content.decode()] == []

    def test_together_they_are_more_than_forty(self, rest: Rest, word: Canaries) -> None:
        self.story_of_an_owner(rest, word, cast.contractor())
        self.story_of_a_contractor(rest, word, cast.homeowner())
        assert len(set(word.words)) >= 40

    def test_a_counterparts_kept_answer_is_replayed_without_them(self, rest: Rest, ann: Who, carl: Who) -> None:
        job_ = cast.job_of(ann)
        body = {"amount": 100, "message": "Me."}
        first = rest.post(f"jobs/{job_.pk}/bids", body, by=carl, idempotency_key="k")
        assert rest.delete("users/me", by=ann).status_code == 204
        again = rest.post(f"jobs/{job_.pk}/bids", body, by=carl, idempotency_key="k")
        assert again["Idempotent-Replayed"] == "true"
        assert again.json()["data"]["id"] == first.json()["data"]["id"]
        assert again.json()["data"]["job"]["title"] == "deleted job"
        assert IdempotencyRecord.objects.count() == 1


def test_whoever_is_shown_in_an_event_has_members_that_are_known_to_go_or_stay() -> None:
    """A new member of a person or a profile in an event has to be thought about: does it go (PERSON_ERASED_HOOKS)?"""

    known = {
        Person: {"id", "name", "avatar", "role", "createdAt"},
        Contractor: {
            "id", "user", "businessName", "bio", "skills", "rating", "reviewCount", "completedJobs", "verified",
            "location", "serviceRadiusKm", "maxConcurrentJobs", "availability", "createdAt", "updatedAt", "distanceKm",
            "isAvailable", "nextAvailable", "lat", "lng", "ratingDistribution", "portfolio",
        },
        Job: {
            "id", "title", "description", "category", "budget", "status", "location", "images", "user", "contractor",
            "allowedTransitions", "scheduledDate", "cancelReason", "postedAt", "expiresAt", "startedAt",
            "completionRequestedAt", "completedAt", "cancelledAt", "createdAt", "updatedAt", "distanceKm", "lat", "lng",
            "address",
        },
        Bid: {
            "id", "jobId", "job", "contractor", "amount", "message", "estimatedDays", "status", "rejectionReason",
            "stale", "createdAt", "updatedAt",
        },
        Review: {
            "id", "jobId", "job", "contractorId", "author", "rating", "comment", "reply", "repliedAt", "hiddenAt",
            "hiddenReason", "createdAt",
        },
        Notification: {
            "id", "type", "title", "body", "data", "readAt", "createdAt",
        },
        Conversation: {"id", "participants", "jobId", "job", "lastSequence", "createdAt", "updatedAt"},
        Participant: {"conversationId", "userId", "sequence"},
        Message: {"id", "conversationId", "sequence", "sender", "text", "images", "createdAt"},
        PortfolioItem: {"id", "title", "description", "completedOn", "images", "createdAt", "updatedAt"},
        Image: {"id", "url", "thumbnailUrl", "filename", "mimetype", "width", "height", "createdAt"},
    }  # fmt: skip

    def walk(look: Any) -> None:
        look = look.child if isinstance(look, ListSerializer) else look
        if not isinstance(look, Representation):
            return
        model = look.Meta.model
        assert model in known, f"{model.__name__} is shown in events: what of it goes with a person?"
        assert set(look.fields) <= known[model], (model, set(look.fields) - known[model])
        for field in look.fields.values():
            walk(getattr(field, "shows", field))

    assert resource_types()
    for representation in resource_types().values():
        walk(representation())
