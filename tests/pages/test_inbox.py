"""Conversations and notifications, on pages."""

import pytest

from core.ids import uuid7
from messaging.models import Conversation, Message
from notifications.models import Notification
from notifications.services.wishes import wishes_of
from tests.cast import Who, assigned, bid_of, job_of
from tests.pages.people import browser_of, page, send

pytestmark = pytest.mark.django_db

NOTICE = {
    "event_id": uuid7(),
    "type": "bid.created",
    "title": "Something new",
    "body": "Carl has made an offer.",
    "url": "/jobs",
    "resource_type": "bid",
    "resource_id": uuid7(),
}


def test_the_two_talk_and_others_do_not(ann: Who, carl: Who, bob: Who) -> None:
    assigned(ann, carl)
    address = f"/inbox/{Conversation.objects.get().pk}"
    send(browser_of(ann), address, text="When do you come?", client_id="one")
    send(browser_of(ann), address, text="When do you come?", client_id="one")
    assert Message.objects.filter(text="When do you come?").count() == 1
    other = browser_of(carl)
    assert "When do you come?" in page(other, "/inbox")
    assert "When do you come?" in page(other, address)
    assert browser_of(bob).get(address).status_code == 404
    browser_of(bob).post(address, {"text": "Me too"})
    assert not Message.objects.filter(text="Me too").exists()


def test_reading_takes_the_unread_count_away(ann: Who, carl: Who) -> None:
    assigned(ann, carl)
    address = f"/inbox/{Conversation.objects.get().pk}"
    send(browser_of(ann), address, text="Hello")
    client = browser_of(carl)
    assert '<span class="count">' in page(client, "/inbox")
    page(client, address)
    assert '<span class="count">' not in page(client, "/inbox")


def test_older_messages_are_a_page_away(ann: Who, carl: Who) -> None:
    assigned(ann, carl)
    address = f"/inbox/{Conversation.objects.get().pk}"
    client = browser_of(ann)
    for number in range(52):
        client.post(address, {"text": f"Message no. {number};"})
    assert "Message no. 0;" not in page(client, address)
    assert "?before=" in page(client, address)
    assert "Message no. 0;" in page(client, f"{address}?before=10")
    assert client.get(f"{address}?before=x").status_code == 400


def test_an_empty_message_is_not_sent(ann: Who, carl: Who) -> None:
    assigned(ann, carl)
    address = f"/inbox/{Conversation.objects.get().pk}"
    assert browser_of(ann).post(address, {"text": "  "}).status_code == 400
    assert not Message.objects.exists()


def test_the_owner_asks_a_bidder(ann: Who, carl: Who) -> None:
    job = job_of(ann)
    bid_of(carl, job)
    answer = browser_of(ann).post("/inbox/start", {"user": str(carl.id), "job": str(job.pk)})
    assert answer["Location"] == f"/inbox/{Conversation.objects.get().pk}"
    assert 'class="message error"' in send(browser_of(ann), "/inbox/start", user="nonsense")


def test_the_bell_counts_and_all_are_marked_as_read(ann: Who) -> None:
    Notification.objects.create(person_id=ann.id, **NOTICE)
    client = browser_of(ann)
    assert "1 unread" in page(client, "/notifications/bell")
    assert "Something new" in page(client, "/notifications")
    send(client, "/notifications")
    assert "unread" not in page(client, "/notifications/bell")


def test_one_chooses_how_to_be_told(ann: Who) -> None:
    client = browser_of(ann)
    assert "Bid created" in page(client, "/settings/notifications")
    client.post("/settings/notifications", {"bid.created:inApp": "on"})
    wishes = wishes_of(ann.id)  # type: ignore[arg-type]
    assert (wishes["bid.created"].in_app, wishes["bid.created"].email) == (True, False)
    assert not wishes["job.completed"].in_app


def test_the_dashboard_shows_ones_own(ann: Who, bob: Who, carl: Who) -> None:
    job = job_of(ann, title="Mend a dripping tap")
    bid_of(carl, job, amount=93)
    assert "Mend a dripping tap" in page(browser_of(ann), "/dashboard")
    assert "£93" in page(browser_of(carl), "/dashboard")
    assert "Mend a dripping tap" not in page(browser_of(bob), "/dashboard")
