"""Starting to talk: who may, with whom, and once."""

from threading import Thread
from typing import Any

import pytest
from django.db import connection

from accounts.services.people import suspend_person
from events.models import RecordedEvent
from messaging.models import Conversation, Message
from tests import cast
from tests.cast import STRANGER, Rest, Who, nothing_changes, refused

pytestmark = pytest.mark.django_db


def start(rest: Rest, by: Who, **body: Any) -> Any:
    return rest.post("conversations", body, by=by)


class TestStarting:
    """By people, or by a job."""

    def test_a_homeowner_writes_to_any_contractor(self, rest: Rest, ann: Who, carl: Who) -> None:
        answer = start(rest, ann, userId=str(carl.id), text="Do you mend taps?")
        data = answer.json()["data"]
        assert (answer.status_code, answer["Location"]) == (201, f"/api/v2/conversations/{data['id']}")
        assert {one["id"] for one in data["participants"]} == {str(ann.id), str(carl.id)}
        assert (data["job"], data["jobId"], data["unreadCount"]) == (None, None, 0)
        assert (data["lastMessage"]["text"], data["lastMessage"]["sequence"]) == ("Do you mend taps?", 1)
        seen = rest.get(f"conversations/{data['id']}", by=carl).json()["data"]
        assert (seen["unreadCount"], seen["lastMessage"]) == (1, data["lastMessage"])

    def test_a_contractor_writes_to_the_owner_of_a_posted_job(self, rest: Rest, ann: Who, carl: Who) -> None:
        job = cast.job_of(ann)
        data = start(rest, carl, jobId=str(job.pk)).json()["data"]
        assert data["job"] == {"id": str(job.pk), "title": job.title, "status": "posted"}
        assert (data["lastMessage"], data["lastSequence"]) == (None, 0)
        assert start(rest, carl, userId=str(ann.id)).status_code == 201

    def test_or_of_one_that_they_have_bid_on(self, rest: Rest, ann: Who, carl: Who, dora: Who) -> None:
        job = cast.job_of(ann)
        cast.bid_of(carl, job)
        cast.moved(job, "cancelled", by=ann)
        assert start(rest, carl, jobId=str(job.pk)).status_code == 201
        with nothing_changes():
            refused(start(rest, dora, jobId=str(job.pk)), 403, "may_not_write")
            refused(start(rest, dora, userId=str(ann.id)), 403, "may_not_write")

    def test_the_owner_of_a_job_may_name_who(self, rest: Rest, ann: Who, carl: Who) -> None:
        job = cast.job_of(ann)
        refused(start(rest, ann, jobId=str(job.pk)), 400, "validation_failed")
        assert start(rest, ann, jobId=str(job.pk), userId=str(carl.id)).status_code == 201

    def test_the_same_two_about_the_same_job_have_one(self, rest: Rest, ann: Who, carl: Who) -> None:
        job = cast.job_of(ann)
        first = start(rest, carl, jobId=str(job.pk))
        again = start(rest, ann, jobId=str(job.pk), userId=str(carl.id), text="Yes?")
        assert (first.status_code, again.status_code) == (201, 200)
        assert first.json()["data"]["id"] == again.json()["data"]["id"]
        assert again.json()["data"]["lastMessage"]["text"] == "Yes?"
        assert RecordedEvent.objects.filter(type="conversation.created").count() == 1

    def test_who_may_not(self, rest: Rest, ann: Who, carl: Who, dora: Who) -> None:
        bea, draft = cast.homeowner(), cast.job_of(ann, status="draft")
        hers, gone = cast.job_of(bea), cast.contractor()
        suspend_person(person_id=gone.id, reason="Spam.", by=cast.staff().actor)
        staff, key = cast.staff(), carl.with_key("messages:read")
        with nothing_changes():
            refused(start(rest, STRANGER, userId=str(carl.id)), 401, "not_authenticated")
            refused(start(rest, staff, userId=str(carl.id)), 403, "wrong_role")
            refused(start(rest, key, jobId=str(hers.pk)), 403, "insufficient_scope")
            refused(start(rest, ann), 400, "validation_failed")
            refused(start(rest, ann, userId=str(bea.id)), 403, "may_not_write")
            refused(start(rest, ann, userId=str(ann.id)), 403, "may_not_write")
            refused(start(rest, ann, userId=str(gone.id)), 400, "validation_failed")
            refused(start(rest, ann, userId=str(hers.pk)), 400, "validation_failed")
            refused(start(rest, ann, userId=str(carl.id), jobId=str(hers.pk)), 403, "forbidden")
            refused(start(rest, carl, jobId=str(draft.pk)), 400, "validation_failed")
            refused(start(rest, carl, userId=str(dora.id)), 403, "may_not_write")
            refused(start(rest, carl, jobId=str(hers.pk), userId=str(ann.id)), 400, "validation_failed")
            refused(start(rest, ann, userId=str(carl.id), text=" "), 400, "validation_failed")

    def test_the_winner_of_a_job_has_one_with_its_owner(self, rest: Rest, ann: Who, carl: Who) -> None:
        job = cast.assigned(ann, carl)
        (found,) = rest.get("conversations", by=carl).json()["data"]
        assert found["jobId"] == str(job.pk)
        assert rest.get("conversations", by=ann).json()["meta"]["total"] == 1
        types = list(RecordedEvent.objects.order_by("number").values_list("type", flat=True))
        assert types[-3:] == ["bid.accepted", "job.assigned", "conversation.created"]

    @pytest.mark.django_db(transaction=True)
    def test_many_at_once_make_one(self, rest: Rest, ann: Who, carl: Who) -> None:
        job, answers = cast.job_of(ann), []
        cast.bid_of(carl, job)

        def begin(number: int) -> None:
            who, more = ((ann, {"userId": str(carl.id)}), (carl, {}))[number % 2]
            answers.append(start(rest, who, jobId=str(job.pk), text=f"Hello {number}", **more))
            connection.close()

        threads = [Thread(target=begin, args=[number]) for number in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(answer.status_code for answer in answers) == [200] * 9 + [201]
        assert Conversation.objects.count() == 1
        assert sorted(Message.objects.values_list("sequence", flat=True)) == list(range(1, 11))


class TestSeeing:
    """The two, and staff once something was reported."""

    @pytest.fixture
    def talk(self, rest: Rest, ann: Who, carl: Who) -> str:
        return str(start(rest, ann, userId=str(carl.id), text="Hello.").json()["data"]["id"])

    def test_nobody_else_learns_that_it_is_there(self, rest: Rest, dora: Who, talk: str) -> None:
        for by in (dora, cast.homeowner(), cast.staff()):
            for path in (f"conversations/{talk}", f"conversations/{talk}/messages"):
                refused(rest.get(path, by=by), 404, "not_found")
            refused(rest.post(f"conversations/{talk}/messages", {"text": "Me too."}, by=by), *((404, "not_found")))
            refused(rest.post(f"conversations/{talk}/read", {}, by=by), 404, "not_found")
            assert rest.get("conversations", by=by).json()["data"] == []
            assert b"Hello." not in rest.get("events", by=by).content

    def test_staff_read_it_once_a_message_was_reported(self, rest: Rest, carl: Who, talk: str) -> None:
        staff = cast.staff()
        message = rest.get(f"conversations/{talk}/messages", by=carl).json()["data"][0]
        report = {"targetType": "message", "targetId": message["id"], "reason": "spam"}
        refused(rest.post("reports", report, by=cast.homeowner()), 404, "not_found")
        assert rest.post("reports", report, by=carl).status_code == 201
        refused(rest.post("reports", report, by=carl), 409, "already_reported")
        assert rest.get(f"conversations/{talk}/messages", by=staff).json()["data"] == [message]
        assert rest.get(f"conversations/{talk}", by=staff).status_code == 200
        refused(rest.post(f"conversations/{talk}/messages", {"text": "Stop."}, by=staff), 403, "forbidden")

    def test_the_list_is_by_what_was_said_last(self, rest: Rest, ann: Who, talk: str) -> None:
        other = start(rest, ann, userId=str(cast.contractor().id), text="And you?").json()["data"]["id"]
        ids = [one["id"] for one in rest.get("conversations", by=ann).json()["data"]]
        assert ids == [other, talk]
        rest.post(f"conversations/{talk}/messages", {"text": "Still there?"}, by=ann)
        ids = [one["id"] for one in rest.get("conversations?cursor=", by=ann).json()["data"]]
        assert ids == [talk, other]
