"""Mail: queued with the change that it tells of, sent by a worker, tried again, given up."""

import re
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.db import connections, transaction
from django.utils import timezone

from core import env, mail, tasks
from core.mail import Letter
from core.models import OutgoingMail

pytestmark = pytest.mark.django_db
ANN = uuid.uuid4()


@pytest.fixture(autouse=True)
def kinds(monkeypatch):
    """Kinds of mail for the length of a test."""
    monkeypatch.setattr(mail, "_writers", {})

    @mail.mail_kind("hello")
    def hello(person_id, context):
        assert not transaction.get_connection().in_atomic_block or context.get("within_a_test", True)
        return Letter("ann@example.org", f"Hello {context['name']}", "text", "<p>html</p>", "https://x.example/u")

    @mail.mail_kind("plain")
    def plain(person_id, context):
        words = "Hello <Ann>,\n\ntwo lines\nof one & the same.\n\nhttps://x.example/a?b=c&d\n"
        return Letter("ann@example.org", "Plain", words, button="Go on")

    @mail.mail_kind("nothing")
    def nothing(person_id, context):
        return None

    return mail._writers


@pytest.fixture
def broken(monkeypatch):
    """A mail server that does not answer."""

    def fail(self, **_):
        raise ConnectionRefusedError("no answer")

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", fail)
    return monkeypatch


def due(row):
    OutgoingMail.objects.filter(pk=row.pk).update(next_attempt_at=timezone.now() - timedelta(seconds=1))


class TestSending:
    def test_it_is_written_when_it_is_sent(self):
        row = mail.queue("hello", ANN, name="Ann")
        assert not outbox.outbox
        tasks.send_mail()
        (letter,) = outbox.outbox
        assert (letter.to, letter.subject, letter.body) == (["ann@example.org"], "Hello Ann", "text")
        assert letter.alternatives[0][0] == "<p>html</p>"
        row.refresh_from_db()
        assert (row.sent_at is not None, row.attempts) == (True, 1)

    def test_words_alone_are_put_into_html_too(self):
        mail.queue("plain", ANN)
        tasks.send_mail()
        (letter,) = outbox.outbox
        html, kind = letter.alternatives[0]
        assert kind == "text/html"
        assert "Hello &lt;Ann&gt;," in html
        assert "two lines of one &amp; the same." in html
        assert re.search(r'<a class="button" href="https://x.example/a\?b=c&amp;d"[^>]*>Go on</a>', html)

    def test_it_can_be_unsubscribed_from(self):
        mail.queue("hello", ANN, name="Ann")
        tasks.send_mail()
        headers = outbox.outbox[0].extra_headers
        assert headers["List-Unsubscribe"] == "<https://x.example/u>"
        assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    def test_once_is_enough(self):
        mail.queue("hello", ANN, name="Ann")
        assert (mail.send_due(), mail.send_due()) == (1, 0)
        assert len(outbox.outbox) == 1

    def test_a_transaction_that_fails_takes_its_mail_back(self):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            mail.queue("hello", ANN, name="Ann")
            _ = 1 / 0
        assert not OutgoingMail.objects.exists()

    def test_nothing_to_say_is_done(self):
        row = mail.queue("nothing", ANN)
        tasks.send_mail()
        row.refresh_from_db()
        assert (row.sent_at is not None, outbox.outbox) == (True, [])

    def test_a_kind_that_nobody_writes_is_refused_at_once(self):
        with pytest.raises(mail.UnknownKindError):
            mail.queue("unknown", ANN)
        assert not OutgoingMail.objects.exists()


class TestFailing:
    def test_it_is_put_off_twice_as_long_each_time(self, broken):
        row = mail.queue("hello", ANN, name="Ann")
        for delay in (30, 60, 120, 240):
            mail.send_due()
            row.refresh_from_db()
            waits = (row.next_attempt_at - timezone.now()).total_seconds()
            assert delay - 5 < waits <= delay
            assert row.last_error == "ConnectionRefusedError: no answer"
            due(row)

    def test_never_longer_than_six_hours(self, broken):
        row = mail.queue("hello", ANN, name="Ann")
        OutgoingMail.objects.filter(pk=row.pk).update(attempts=500)
        mail.send_due()
        row.refresh_from_db()
        assert row.next_attempt_at - timezone.now() <= timedelta(hours=6)

    def test_after_three_days_it_is_given_up_and_the_reason_kept(self, broken):
        row = mail.queue("hello", ANN, name="Ann")
        OutgoingMail.objects.filter(pk=row.pk).update(created_at=timezone.now() - timedelta(days=3, seconds=1))
        mail.send_due()
        row.refresh_from_db()
        assert (row.given_up_at is not None, row.sent_at, row.last_error != "") == (True, None, True)
        due(row)
        assert mail.send_due() == 0

    def test_it_is_sent_once_the_server_is_back(self, broken):
        row = mail.queue("hello", ANN, name="Ann")
        mail.send_due()
        broken.undo()
        mail.mail_kind("hello")(lambda person, context: Letter("ann@example.org", "s", "t"))
        due(row)
        mail.send_due()
        row.refresh_from_db()
        assert (row.sent_at is not None, row.last_error, row.attempts) == (True, "", 2)

    def test_one_that_fails_does_not_hold_up_the_others(self, kinds):
        kinds["bad"] = lambda person, context: 1 / 0
        mail.queue("bad", ANN)
        mail.queue("hello", ANN, name="Ann")
        assert mail.send_due() == 2
        assert len(outbox.outbox) == 1

    def test_no_header_can_be_smuggled_in(self, kinds):
        kinds["evil"] = lambda person, context: Letter("a@example.org", "x\r\nBcc: all@example.org", "t")
        row = mail.queue("evil", ANN)
        mail.send_due()
        row.refresh_from_db()
        assert (row.sent_at, outbox.outbox) == (None, [])

    def test_a_worker_that_dies_leaves_it_to_another_when_its_lease_ends(self):
        row = mail.queue("hello", ANN, name="Ann")
        claimed = mail._claim()
        assert claimed is not None
        assert (claimed.pk, mail.send_due()) == (row.pk, 0)
        due(row)
        assert mail.send_due() == 1
        assert len(outbox.outbox) == 1


@pytest.mark.django_db(transaction=True)
class TestWorkers:
    def test_four_at_once_send_each_letter_once_and_hold_no_transaction_meanwhile(self, kinds, monkeypatch):
        open_ones = []

        def slow(self, **_):
            open_ones.append(transaction.get_connection().in_atomic_block)
            time.sleep(0.01)
            sent.append(self.subject)

        sent: list[str] = []
        monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", slow)
        for n in range(40):
            mail.queue("hello", ANN, name=str(n))
        barrier = threading.Barrier(4)

        def work(_):
            barrier.wait()
            try:
                return mail.send_due()
            finally:
                connections.close_all()

        with ThreadPoolExecutor(4) as pool:
            assert sum(pool.map(work, range(4))) == 40
        assert sorted(sent) == sorted(f"Hello {n}" for n in range(40))
        assert not any(open_ones)


class TestSetting:
    def read(self, monkeypatch, value):
        monkeypatch.setenv("EMAIL_URL", value)
        return env.mailer("EMAIL_URL", "/var/mail", about="Mail.")

    def test_a_server(self, monkeypatch):
        options = self.read(monkeypatch, "smtp://us%40er:p%2Fw@mail.example:587?tls=on")["OPTIONS"]
        assert (options["host"], options["port"]) == ("mail.example", 587)
        assert (options["username"], options["password"]) == ("us@er", "p/w")
        assert (options["use_tls"], options["use_ssl"]) == (True, False)
        assert self.read(monkeypatch, "smtps://mail.example")["OPTIONS"]["port"] == 465

    def test_files_without_one(self, monkeypatch):
        assert self.read(monkeypatch, "")["OPTIONS"] == {"file_path": "/var/mail"}

    @pytest.mark.parametrize("value", ["http://x", "mail.example", "smtp://", "smtp://x:y:z", "smtp://x?tsl=on"])
    def test_nonsense_stops_the_start(self, monkeypatch, value):
        with pytest.raises(env.BadSetting):
            self.read(monkeypatch, value)
