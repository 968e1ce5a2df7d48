"""Who is told of what, in which way, and what the mail says."""

from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any

import pytest
import time_machine
from django.db import connection

from accounts.services.people import suspend_person
from bids.services import accept_bid
from core import mail
from events.models import RecordedEvent
from jobs.services import complete_unanswered_work, reply_to_review, request_completion, review_contractor
from messaging.services import mark_read as read_messages
from messaging.services import send_message, start_conversation
from notifications.models import Notification, Preference
from notifications.services import send_digests
from notifications.table import TABLE
from tests import cast
from tests.cast import STRANGER, Rest, Who, nothing_changes, refused
from tests.notifications.test_notifications import feed, tell

pytestmark = pytest.mark.django_db


def told(who: Who) -> list[tuple[str, str]]:
    return list(Notification.objects.filter(person=who.id).order_by("created_at", "pk").values_list("type", "title"))


def types(who: Who) -> list[str]:
    return [type_ for type_, _ in told(who)]


class TestTheTable:
    """Everybody whom it concerns, but for who did it."""

    def test_the_story_of_a_job(self, ann: Who, carl: Who, dora: Who) -> None:
        job = cast.job_of(ann)
        cast.bid_of(dora, job, amount="99.5")
        accept_bid(job_id=job.pk, bid_id=cast.bid_of(carl, job).pk, by=ann.actor)
        cast.moved(job, "in_progress", by=carl)
        request_completion(job_id=job.pk, by=carl.actor)
        cast.moved(job, "completed", by=ann)
        review = review_contractor(job_id=job.pk, rating=4, comment="Dry.", by=ann.actor)
        reply_to_review(review_id=review.pk, reply="Thanks.", by=carl.actor)
        tell()
        assert types(ann) == ["bid.created", "bid.created", "job.started", "job.completion_requested", "review.replied"]
        assert types(carl) == ["bid.accepted", "job.assigned", "job.completed", "review.created"]
        assert types(dora) == ["bid.rejected"]
        first = Notification.objects.filter(person=ann.id).order_by("created_at", "pk")[0]
        assert first.title == f"New bid on “{job.title}”"
        assert first.body.endswith(" offers £99.50.")
        assert first.url == f"/jobs/{job.pk}"

    def test_work_that_completes_by_itself_is_told_to_both(self, ann: Who, carl: Who) -> None:
        job = cast.moved(cast.assigned(ann, carl), "in_progress", by=carl)
        request_completion(job_id=job.pk, by=carl.actor)
        with time_machine.travel(datetime.now(UTC) + timedelta(days=15)):
            assert complete_unanswered_work() == 1
        tell()
        assert "job.completed" in types(ann)
        assert "job.completed" in types(carl)

    def test_a_message_while_its_reader_has_not_read_it(self, ann: Who, carl: Who) -> None:
        talk, _ = start_conversation(user_id=carl.id, text="Hello.", by=ann.actor)
        tell()
        assert told(carl) == [("message.created", f"{ann.person.name} wrote to you")]
        assert told(ann) == []
        send_message(conversation_id=talk.pk, text="Are you there?", by=ann.actor)
        read_messages(conversation_id=talk.pk, by=carl.actor)
        tell()
        assert len(told(carl)) == 1

    def test_every_rule_has_words_that_fit_its_event(self) -> None:
        assert set(TABLE) == {
            "bid.created", "bid.accepted", "bid.rejected", "contractor.verified", "job.assigned", "job.cancelled", "job.completed",
            "job.completion_requested", "job.posted", "job.reopened", "job.started", "message.created", "review.created", "review.replied",
        }  # fmt: skip


class TestPreferences:
    """In the feed, by mail, both, none."""

    def test_both_unless_told(self, rest: Rest, ann: Who) -> None:
        data = rest.get("notifications/preferences", by=ann).json()["data"]
        assert set(data) == set(TABLE)
        assert {tuple(way.items()) for way in data.values()} == {(("inApp", True), ("email", True))}

    @pytest.mark.parametrize(
        ("ways", "in_feed", "by_mail"),
        [({"email": False}, 1, 0), ({"inApp": False}, 0, 1), ({"inApp": False, "email": False}, 0, 0), ({}, 1, 1)],
    )
    def test_each_way_is_obeyed(self, rest: Rest, ann: Who, carl: Who, ways: Any, in_feed: int, by_mail: int) -> None:
        answer = rest.patch("notifications/preferences", {"bid.created": ways}, by=ann)
        assert answer.status_code == 200, answer.content
        assert answer.json()["data"]["bid.created"] == {"inApp": True, "email": True, **ways}
        assert answer.json()["data"]["bid.accepted"] == {"inApp": True, "email": True}
        cast.bid_of(carl, cast.job_of(ann))
        tell()
        assert len(feed(rest, ann)) == in_feed
        assert Notification.objects.filter(person=ann.id, mail_due_at__isnull=False).count() == by_mail
        kinds = [e["type"] for e in rest.get("events?type=notification.created", by=ann).json()["data"]]
        assert len(kinds) == in_feed

    @pytest.mark.parametrize(
        "body",
        [
            {"bid.eaten": {"email": False}},
            {"bid.created": False},
            {"bid.created": {"sms": True}},
            {"bid.created": {"email": "no"}},
        ],
    )
    def test_what_makes_no_sense_is_refused(self, rest: Rest, ann: Who, body: Any) -> None:
        with nothing_changes():
            assert rest.patch("notifications/preferences", body, by=ann).status_code == 400

    def test_they_are_ones_own_and_no_programs(self, rest: Rest, carl: Who) -> None:
        key = carl.with_key("notifications:read")
        with nothing_changes():
            refused(rest.get("notifications/preferences", by=STRANGER), 401, "not_authenticated")
            refused(
                rest.patch("notifications/preferences", {"bid.created": {"email": False}}, by=key),
                403,
                "insufficient_scope",
            )
        assert rest.get("notifications/preferences", by=key).status_code == 200


class TestMail:
    """What happens within a minute is one mail."""

    def after(self, seconds: int) -> Any:
        return time_machine.travel(datetime.now(UTC) + timedelta(seconds=seconds))

    def test_ten_messages_are_one_mail(self, rest: Rest, ann: Who, carl: Who, mailoutbox: list[Any]) -> None:
        talk, _ = start_conversation(user_id=carl.id, text="Message <1>", by=ann.actor)
        for number in range(2, 11):
            send_message(conversation_id=talk.pk, text=f"Message <{number}>", by=ann.actor)
        tell()
        assert send_digests() == 0, "it waits for more"
        with self.after(61):
            assert send_digests() == 1
            assert send_digests() == 0
            mail.send_due()
        (letter,) = mailoutbox
        assert letter.to == [carl.person.email]
        assert letter.subject == f"{ann.person.name} wrote to you and 9 more"
        assert all(f"Message <{number}>" in letter.body for number in range(1, 11))
        html = letter.alternatives[0][0]
        assert "Message &lt;10&gt;" in html
        assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    def test_what_was_read_meanwhile_is_not_mailed(
        self, rest: Rest, ann: Who, carl: Who, mailoutbox: list[Any]
    ) -> None:
        cast.bid_of(carl, cast.job_of(ann))
        tell()
        rest.post("notifications/read", {}, by=ann)
        with self.after(61):
            assert send_digests() == 0
        cast.bid_of(cast.contractor(), cast.job_of(ann))
        tell()
        with self.after(61):
            assert send_digests() == 1
            rest.post("notifications/read", {}, by=ann)
            mail.send_due()
        assert mailoutbox == []

    def test_old_news_stands_at_its_time_in_the_feed_and_is_not_mailed(self, ann: Who, carl: Who) -> None:
        cast.bid_of(carl, cast.job_of(ann))
        then = datetime.now(UTC) - timedelta(days=2)
        RecordedEvent.objects.update(created_at=then)
        tell()
        (one,) = Notification.objects.filter(person=ann.id)
        assert (one.created_at, one.mail_due_at) == (then, None)

    def test_who_is_shut_out_gets_no_news(self, ann: Who, carl: Who, mailoutbox: list[Any]) -> None:
        cast.bid_of(carl, cast.job_of(ann))
        tell()
        suspend_person(person_id=ann.id, reason="Spam.", by=cast.staff().actor)
        with self.after(61):
            assert send_digests() == 0
            mail.send_due()
        assert [letter.subject for letter in mailoutbox if letter.to == [ann.person.email]] == [
            "Your account is suspended"
        ]

    def test_the_link_at_its_end_stops_it(self, rest: Rest, ann: Who, carl: Who, mailoutbox: list[Any]) -> None:
        cast.bid_of(carl, cast.job_of(ann))
        tell()
        with self.after(61):
            send_digests()
            mail.send_due()
        link = mailoutbox[0].extra_headers["List-Unsubscribe"].strip("<>")
        path = "/" + link.split("/", 3)[3]
        assert b"No more mail?" in rest.client.get(path).content
        assert Preference.objects.count() == 0, "to look is not to stop"
        assert b"No more mail</h1>" in rest.client.post(path, {"List-Unsubscribe": "One-Click"}).content
        assert set(Preference.objects.values_list("person", "in_app", "email")) == {(ann.id, True, False)}
        assert Preference.objects.count() == len(TABLE)
        assert rest.client.post(path[:-1] + "x").status_code == 404

    @pytest.mark.django_db(transaction=True)
    def test_many_workers_send_one(self, ann: Who, carl: Who, mailoutbox: list[Any]) -> None:
        for _ in range(5):
            cast.bid_of(cast.contractor(), cast.job_of(ann))
        tell()
        sent: list[int] = []

        def work() -> None:
            sent.append(send_digests())
            connection.close()

        with self.after(61):
            threads = [Thread(target=work) for _ in range(6)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            send_digests()
            mail.send_due()
        assert sum(sent) == 1
        assert len(mailoutbox) == 1
