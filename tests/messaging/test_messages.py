"""Saying something: in order, once, to be read."""

from threading import Thread
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from accounts.services.people import suspend_person
from events.models import RecordedEvent
from events.publishing import publish
from messaging.models import Message, Participant
from messaging.services import send_message
from tests import cast
from tests.accounts.images.corpus import jpeg
from tests.cast import Rest, Who, nothing_changes, refused
from tests.contractors.conftest import folder, named  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk(rest: Rest, ann: Who, carl: Who) -> str:
    return str(rest.post("conversations", {"userId": str(carl.id)}, by=ann).json()["data"]["id"])


@pytest.fixture
def say(rest: Rest, talk: str) -> Any:
    def send(by: Who, text: str = "Hello.", **more: Any) -> Any:
        return rest.post(f"conversations/{talk}/messages", {"text": text, **more}, by=by)

    return send


@pytest.fixture
def heard(rest: Rest, talk: str) -> Any:
    def read(by: Who, query: str = "") -> list[int]:
        answer = rest.get(f"conversations/{talk}/messages?{query}", by=by)
        assert answer.status_code == 200, answer.content
        return [message["sequence"] for message in answer.json()["data"]]

    return read


class TestSaying:
    """Each message has its place."""

    def test_it_is_there_for_both(self, rest: Rest, ann: Who, carl: Who, talk: str, say: Any) -> None:
        answer = say(ann, " Two lines,\nand blanks. ")
        data = answer.json()["data"]
        assert answer.status_code == 201
        assert (data["sequence"], data["text"], data["images"]) == (1, "Two lines,\nand blanks.", [])
        assert (data["sender"]["id"], data["conversationId"]) == (str(ann.id), talk)
        assert rest.get(f"conversations/{talk}/messages", by=carl).json()["data"] == [data]

    def test_the_same_client_id_is_the_same_message(self, say: Any, ann: Who, carl: Who) -> None:
        first, again = say(ann, clientId="a1"), say(ann, "Something else.", clientId="a1")
        assert (first.status_code, again.status_code) == (201, 200)
        assert first.json() == again.json()
        assert say(carl, clientId="a1").status_code == 201
        assert Message.objects.count() == 2
        assert RecordedEvent.objects.filter(type="message.created").count() == 2

    def test_pictures_are_seen_by_the_two_alone(self, rest: Rest, say: Any, ann: Who, carl: Who, dora: Who) -> None:
        image = rest.upload(named(jpeg(), "tap.jpg"), by=ann).json()["data"]
        assert say(ann, images=[image["id"]]).json()["data"]["images"] == [image]
        assert [rest.get(image["url"], by=by).status_code for by in (ann, carl, dora)] == [200, 200, 404]
        refused(rest.delete(f"images/{image['id']}", by=ann), 409, "image_in_use")
        with nothing_changes():
            refused(say(carl, images=[image["id"]]), 400, "validation_failed")

    @pytest.mark.parametrize("body", [{}, {"text": ""}, {"text": "  "}, {"text": "x" * 5001}, {"text": 5}, {"text": "a\x00"},
                                      {"text": "x", "clientId": "x" * 101}, {"text": "x", "sequence": 9}])  # fmt: skip
    def test_what_says_nothing_or_too_much_is_refused(self, rest: Rest, ann: Who, talk: str, body: Any) -> None:
        with nothing_changes():
            assert rest.post(f"conversations/{talk}/messages", body, by=ann).status_code == 400

    def test_nobody_writes_to_who_is_gone(self, say: Any, ann: Who, carl: Who) -> None:
        suspend_person(person_id=carl.id, reason="Spam.", by=cast.staff().actor)
        with nothing_changes():
            refused(say(ann), 409, "conversation_closed")

    def test_keys_need_the_scope(self, rest: Rest, talk: str, say: Any, carl: Who, heard: Any) -> None:
        reads, writes = carl.with_key("messages:read"), carl.with_key("messages:write")
        with nothing_changes():
            refused(say(reads), 403, "insufficient_scope")
        assert say(writes).status_code == 201
        assert heard(reads) == [1]
        refused(rest.get(f"conversations/{talk}/messages", by=writes), 403, "insufficient_scope")

    @pytest.mark.django_db(transaction=True)
    def test_twenty_writers_leave_no_gap(self, ann: Who, carl: Who, talk: str) -> None:
        def write(number: int) -> None:
            by = (ann, carl)[number % 2].actor
            for turn in range(5):
                send_message(conversation_id=UUID(talk), text=f"{number}", client_id=f"{turn}-{number // 2}", by=by)
            connection.close()

        threads = [Thread(target=write, args=[number]) for number in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert list(Message.objects.order_by("sequence").values_list("sequence", flat=True)) == list(range(1, 101))
        publish()
        events = RecordedEvent.objects.filter(type="message.created").order_by("position")
        assert [event.data["sequence"] for event in events] == list(range(1, 101))


class TestReading:
    """By sequence, in either direction."""

    @pytest.fixture(autouse=True)
    def _said(self, say: Any, ann: Who, carl: Who) -> None:
        for number in range(7):
            say((ann, carl)[number % 2], f"Message {number}")

    @pytest.mark.parametrize(
        ("query", "found"),
        [("", [1, 2, 3, 4, 5, 6, 7]), ("limit=3", [5, 6, 7]), ("before=5&limit=2", [3, 4]), ("before=1", []), ("after=0&limit=2", [1, 2]),
         ("after=5", [6, 7]), ("after=7", []), ("after=99", [])],
    )  # fmt: skip
    def test_pages_by_sequence(self, heard: Any, ann: Who, query: str, found: list[int]) -> None:
        assert heard(ann, query) == found

    def test_links_go_on(self, rest: Rest, ann: Who, talk: str) -> None:
        page = rest.get(f"conversations/{talk}/messages?limit=3", by=ann).json()
        assert page["meta"] == {"limit": 3, "hasMore": True}
        before = rest.get(page["links"]["prev"], by=ann).json()
        assert [one["sequence"] for one in before["data"]] == [2, 3, 4]
        assert rest.get(page["links"]["next"], by=ann).json()["data"] == []

    @pytest.mark.parametrize(
        "query", ["after=-1", "after=x", "after=1&before=3", "before=99999999999", "limit=0", "page=1", "after=١"]
    )
    def test_what_makes_no_sense_is_refused(self, rest: Rest, ann: Who, talk: str, query: str) -> None:
        assert rest.get(f"conversations/{talk}/messages?{query}", by=ann).status_code == 400

    def test_unread_counts_fall(self, rest: Rest, ann: Who, carl: Who, talk: str, say: Any) -> None:
        def unread(by: Who) -> int:
            return int(rest.get(f"conversations/{talk}", by=by).json()["data"]["unreadCount"])

        assert (unread(ann), unread(carl)) == (0, 1)
        for _ in range(3):
            say(ann)
        assert unread(carl) == 4
        answer = rest.post(f"conversations/{talk}/read", {"sequence": 8}, by=carl)
        assert (answer.status_code, answer.json()["data"]["unreadCount"]) == (200, 2)
        rest.post(f"conversations/{talk}/read", {"sequence": 3}, by=carl)
        assert unread(carl) == 2, "it never goes back"
        rest.post(f"conversations/{talk}/read", {"sequence": 99_999}, by=carl)
        assert unread(carl) == 0
        assert Participant.objects.get(person=carl.id).read_sequence == 10
        marks = [e.data for e in RecordedEvent.objects.filter(type="conversation.read").order_by("number")]
        assert marks == [{"conversationId": talk, "userId": str(carl.id), "sequence": n} for n in (8, 10)]

    def test_the_list_costs_the_same_however_many(self, rest: Rest, ann: Who, django_assert_num_queries: Any) -> None:
        for _ in range(2):
            rest.get("conversations", by=ann)
            with django_assert_num_queries(1):
                rest.get("conversations", by=ann)
            for _ in range(4):
                rest.post("conversations", {"userId": str(cast.contractor().id), "text": "Hello."}, by=ann)


def test_who_leaves_leaves_no_word(rest: Rest, ann: Who, carl: Who, talk: str, say: Any) -> None:
    say(ann, "My number is 5550123."), say(carl, "Mine is 5550199.")
    publish()
    export = rest.get("users/me/export", by=ann).json()["data"]
    assert [one["text"] for one in export["messagesSent"]] == ["My number is 5550123."]
    assert rest.delete("users/me", by=ann).status_code == 204
    seen = rest.get(f"conversations/{talk}/messages", by=carl).json()["data"]
    assert [one["text"] for one in seen] == ["deleted", "Mine is 5550199."]
    for path in (f"conversations/{talk}", f"conversations/{talk}/messages", "events", "conversations"):
        assert b"5550123" not in rest.get(path, by=carl).content
    refused(say(carl, "Hello?"), 409, "conversation_closed")
