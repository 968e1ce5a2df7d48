"""What happens when an endpoint does not take what it is sent."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from core import mail
from core.models import OutgoingMail
from notifications.models import Notification
from tests import cast
from tests.cast import Rest, Who
from tests.webhooks.conftest import Receiver, Send, deliveries, listen, make_due
from webhooks.models import Attempt, Delivery, Endpoint

pytestmark = pytest.mark.django_db


class TestFailures:
    @pytest.mark.parametrize("status", [301, 302, 307, 400, 404, 500, 503])
    def test_whatever_is_not_2xx_is_tried_again(
        self, rest: Rest, ann: Who, receive: Any, send: Send, status: int
    ) -> None:
        elsewhere = receive()
        receiver = receive(lambda request: (status, {"Location": elsewhere.url}, b"no"))
        hook = listen(rest, ann, receiver, "job.posted")
        cast.job_of(ann)
        send()
        (one,) = deliveries(rest, ann, hook, "?status=pending&event=job.posted")
        assert (one["attemptCount"], one["status"]) == (1, "pending")
        (attempt,) = one["attempts"]
        assert (attempt["responseStatus"], attempt["responseBody"], attempt["error"]) == (status, "no", None)
        assert elsewhere.requests == []
        wait = Delivery.objects.get().next_attempt_at - timezone.now()
        assert timedelta(seconds=3) < wait < timedelta(seconds=5.6)

    def test_the_whole_schedule(self, rest: Rest, ann: Who, receive: Any, send: Send) -> None:
        receiver = receive(lambda request: 500)
        listen(rest, ann, receiver, "job.posted")
        cast.job_of(ann)
        wanted = [5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400]
        for seconds in wanted:
            send()
            wait = (Delivery.objects.get().next_attempt_at - timezone.now()).total_seconds()
            assert 0.9 * seconds - 2 < wait < 1.1 * seconds
            make_due()
        send()
        found = Delivery.objects.get()
        assert (found.status, found.attempt_count, found.next_attempt_at) == ("failed", 10, None)
        assert len(receiver.requests) == 10

    @pytest.mark.parametrize("status", [429, 503])
    def test_retry_after_is_honoured(self, rest: Rest, ann: Who, receive: Any, send: Send, status: int) -> None:
        receiver = receive(lambda request: (status, {"Retry-After": "120"}, b""))
        listen(rest, ann, receiver, "job.posted")
        cast.job_of(ann)
        send()
        wait = Delivery.objects.get().next_attempt_at - timezone.now()
        assert timedelta(seconds=115) < wait <= timedelta(seconds=121)

    def test_410_disables_and_the_owner_is_told(self, rest: Rest, ann: Who, receive: Any, send: Send) -> None:
        receiver = receive(lambda request: 410)
        hook = listen(rest, ann, receiver, "job.posted")
        cast.job_of(ann)
        send()
        seen = rest.get(f"webhooks/{hook['id']}", by=ann).json()["data"]
        assert (seen["status"], seen["disabledReason"]) == ("disabled", "gone")
        (queued,) = OutgoingMail.objects.filter(kind="webhooks.disabled")
        letter = mail._writers["webhooks.disabled"](queued.person_id, queued.context)
        assert letter is not None
        assert receiver.url in letter.text
        (told,) = rest.get("notifications", by=ann).json()["data"]
        assert (told["type"], told["title"]) == ("webhook.disabled", "Your webhook endpoint was disabled")
        assert told["body"] == f"{receiver.url}: It answered 410 Gone."
        assert Notification.objects.get().mail_due_at is None, "the mail of its own is enough"
        make_due()
        send()
        assert len(receiver.requests) == 1

    def test_five_days_of_failures_alone_disable(self, rest: Rest, ann: Who, receive: Any, send: Send) -> None:
        answers = [500, 204, 500, 500]
        receiver = receive(lambda request: answers.pop(0))
        hook = listen(rest, ann, receiver, "job.posted")
        cast.job_of(ann)
        send()
        Endpoint.objects.update(failing_since=timezone.now() - timedelta(days=4.9))
        make_due()
        send()
        assert Endpoint.objects.get().failing_since is None
        cast.job_of(ann)
        send()
        Endpoint.objects.update(failing_since=timezone.now() - timedelta(days=5))
        make_due()
        send()
        seen = rest.get(f"webhooks/{hook['id']}", by=ann).json()["data"]
        assert (seen["status"], seen["disabledReason"]) == ("disabled", "failing")
        assert OutgoingMail.objects.filter(kind="webhooks.disabled").count() == 1
        assert Notification.objects.get().body == f"{receiver.url}: For five days every delivery to it has failed."
        answer = rest.patch(f"webhooks/{hook['id']}", {"status": "enabled"}, by=ann)
        assert (answer.json()["data"]["status"], answer.json()["data"]["disabledReason"]) == ("enabled", None)

    def test_nobody_listens(self, rest: Rest, ann: Who, receiver: Receiver, send: Send) -> None:
        hook = listen(rest, ann, receiver, "job.posted")
        receiver.server.shutdown()
        receiver.server.server_close()
        cast.job_of(ann)
        send()
        (one,) = deliveries(rest, ann, hook)
        assert one["attempts"][0]["responseStatus"] is None
        assert "Connect" in one["attempts"][0]["error"]

    def test_only_the_beginning_of_an_answer_is_kept(self, rest: Rest, ann: Who, receive: Any, send: Send) -> None:
        receiver = receive(lambda request: (200, {}, b"a\0" + b"b" * 1_000_000))
        listen(rest, ann, receiver, "job.posted")
        cast.job_of(ann)
        send()
        assert Attempt.objects.get().response_body == "a�" + "b" * 4094

    def test_a_loopback_address_is_not_reached_once_it_is_not_allowed_any_more(
        self, rest: Rest, ann: Who, receiver: Receiver, send: Send, settings: Any
    ) -> None:
        listen(rest, ann, receiver, "job.posted")
        cast.job_of(ann)
        settings.WEBHOOK_ALLOW_NETS = []
        send()
        assert receiver.requests == []
        assert "not public" in str(Attempt.objects.get().error)


def test_a_slow_endpoint_delays_no_other(rest: Rest, ann: Who, carl: Who, receive: Any, send: Send) -> None:
    free, asked = threading.Event(), threading.Semaphore(0)
    slow = receive(lambda request: 204 if free.wait(20) else 500)
    quick = receive(lambda request: asked.release() or 204)
    listen(rest, ann, slow, "job.posted")
    listen(rest, carl, quick, "job.posted")
    for _ in range(30):
        cast.job_of(ann)

    def let_go_when_the_other_has_all() -> None:
        if all(asked.acquire(timeout=20) for _ in range(30)):
            free.set()

    threading.Thread(target=let_go_when_the_other_has_all).start()
    send()
    assert free.is_set()
    assert Delivery.objects.filter(status="succeeded").count() == 60
