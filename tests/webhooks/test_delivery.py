"""From an event to an endpoint: what is sent, how it is signed, and what happens when it is not taken."""

import base64
import hashlib
import hmac
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import standardwebhooks
import svix.webhooks
from django.utils import timezone

from core import mail
from core.models import OutgoingMail
from events import publishing
from events.models import RecordedEvent
from jobs.models import Job
from tests import cast
from tests.cast import Rest, Who, refused
from tests.webhooks.conftest import Receiver, Request, listen
from webhooks import schedule, tasks
from webhooks.models import Attempt, Delivery, Endpoint
from webhooks.services.claiming import claim
from webhooks.services.settling import settle

pytestmark = pytest.mark.django_db
Send = Callable[..., None]


def make_due() -> None:
    """As if the pauses were over."""
    Delivery.objects.filter(status="pending").update(next_attempt_at=timezone.now() - timedelta(seconds=1), lease=None)


def deliveries(rest: Rest, by: Who, hook: Any, query: str = "") -> list[Any]:
    answer = rest.get(f"webhooks/{hook['id']}/deliveries{query}", by=by)
    assert answer.status_code == 200, answer.content
    return answer.json()["data"]


class TestWhatIsSent:
    def test_the_body_is_what_the_owner_reads_in_the_log(
        self, rest: Rest, ann: Who, carl: Who, receiver: Receiver, send: Send
    ) -> None:
        listen(rest, carl, receiver, "job.*")
        job = cast.job_of(ann)
        send()
        (request,) = receiver.requests
        (event,) = [e for e in rest.get("events", by=carl).json()["data"] if e["type"] == "job.posted"]
        sent = request.json
        assert sent.pop("timestamp") == event["createdAt"]
        assert sent == event
        assert sent["data"]["id"] == str(job.pk)
        assert "The Mall" not in request.body.decode()
        assert request.headers["webhook-id"] == event["id"]
        assert request.headers["content-type"] == "application/json"

    def test_only_what_concerns_them_and_what_they_asked_for(
        self, rest: Rest, ann: Who, bob: Who, carl: Who, dora: Who, receive: Any, send: Send
    ) -> None:
        bids, everything, hers = receive(), receive(), receive()
        listen(rest, carl, bids, "bid.*")
        listen(rest, ann, everything, "*")
        listen(rest, dora, hers, "bid.*", "job.assigned")
        cast.assigned(ann, carl)
        send()
        assert sorted(bids.types) == ["bid.accepted", "bid.created"]
        assert hers.requests == []
        assert {"job.posted", "bid.created", "bid.accepted", "job.assigned"} <= set(everything.types)

    def test_a_job_that_became_invisible_before_it_was_sent_is_not_sent(
        self, rest: Rest, ann: Who, dora: Who, receiver: Receiver, send: Send
    ) -> None:
        hook = listen(rest, dora, receiver, "job.posted")
        job = cast.job_of(ann)
        Job.objects.filter(pk=job.pk).update(hidden=True)
        send()
        assert receiver.requests == []
        assert [one["status"] for one in deliveries(rest, dora, hook)] == ["skipped"]

    def test_the_bytes_stay_the_same_over_all_attempts(
        self, rest: Rest, ann: Who, carl: Who, receive: Any, send: Send
    ) -> None:
        receiver = receive(lambda request: 500)
        listen(rest, ann, receiver, "job.posted")
        job = cast.job_of(ann)
        send()
        cast.edit_job(job_id=job.pk, changes={"title": "Mend another tap"}, by=ann.actor)
        make_due()
        send()
        first, second = receiver.requests
        assert first.body == second.body
        assert first.headers["webhook-id"] == second.headers["webhook-id"]

    def test_events_before_an_endpoint_are_not_sent(self, rest: Rest, ann: Who, receiver: Receiver, send: Send) -> None:
        cast.job_of(ann)
        publishing.publish()
        listen(rest, ann, receiver)
        send()
        assert receiver.requests == []


class TestSignatures:
    def test_the_published_libraries_verify_them(self, rest: Rest, ann: Who, receiver: Receiver, send: Send) -> None:
        secret = listen(rest, ann, receiver)["secret"]
        assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 32
        cast.job_of(ann)
        send()
        assert receiver.requests
        for request in receiver.requests:
            read = standardwebhooks.Webhook(secret).verify(request.body, request.headers)
            assert read == request.json
            svix.webhooks.Webhook(secret).verify(request.body, request.headers)

    def test_a_change_of_one_byte_is_noticed(self, rest: Rest, ann: Who, receiver: Receiver, send: Send) -> None:
        secret = listen(rest, ann, receiver)["secret"]
        cast.job_of(ann)
        send()
        request = receiver.requests[0]
        changed = request.body.replace(b"job", b"jab", 1)
        with pytest.raises(standardwebhooks.WebhookVerificationError):
            standardwebhooks.Webhook(secret).verify(changed, request.headers)
        with pytest.raises(svix.webhooks.WebhookVerificationError):
            svix.webhooks.Webhook(secret).verify(changed, request.headers)

    def test_both_secrets_sign_for_a_day(self, rest: Rest, ann: Who, receiver: Receiver, send: Send) -> None:
        hook = listen(rest, ann, receiver)
        new = rest.post(f"webhooks/{hook['id']}/rotate-secret", {}, by=ann).json()["data"]["secret"]
        cast.job_of(ann)
        send()
        request = receiver.requests[0]
        for secret in (hook["secret"], new):
            standardwebhooks.Webhook(secret).verify(request.body, request.headers)
        assert len(request.headers["webhook-signature"].split()) == 2
        Endpoint.objects.update(previous_until=timezone.now())
        cast.job_of(ann)
        send()
        (only,) = receiver.requests[-1].headers["webhook-signature"].split()
        key = base64.b64decode(new.removeprefix("whsec_"))
        last = receiver.requests[-1]
        text = f"{last.headers['webhook-id']}.{last.headers['webhook-timestamp']}.".encode() + last.body
        assert only == "v1," + base64.b64encode(hmac.digest(key, text, hashlib.sha256)).decode()

    def test_secrets_are_not_readable_in_the_database(self, rest: Rest, ann: Who, receiver: Receiver) -> None:
        secret = listen(rest, ann, receiver)["secret"]
        kept = bytes(Endpoint.objects.get().secret)
        assert secret.encode() not in kept
        assert base64.b64decode(secret.removeprefix("whsec_")) not in kept


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


class TestOnRequest:
    def test_a_test_arrives(self, rest: Rest, ann: Who, receiver: Receiver, send: Send) -> None:
        hook = listen(rest, ann, receiver, "job.posted")
        answer = rest.post(f"webhooks/{hook['id']}/test", {}, by=ann)
        assert (answer.status_code, answer.json()["data"]["eventType"]) == (202, "webhook.ping")
        send()
        (request,) = receiver.requests
        standardwebhooks.Webhook(hook["secret"]).verify(request.body, request.headers)
        seen = rest.get(f"webhooks/{hook['id']}/deliveries/{answer.json()['data']['id']}", by=ann).json()["data"]
        assert (seen["status"], seen["body"].encode()) == ("succeeded", request.body)

    def test_redelivery_sends_the_same_again(self, rest: Rest, ann: Who, receiver: Receiver, send: Send) -> None:
        hook = listen(rest, ann, receiver, "job.posted")
        cast.job_of(ann)
        send()
        (one,) = deliveries(rest, ann, hook)
        assert rest.post(f"webhooks/{hook['id']}/deliveries/{one['id']}/redeliver", {}, by=ann).status_code == 202
        send()
        first, second = receiver.requests
        assert (first.body, first.headers["webhook-id"]) == (second.body, second.headers["webhook-id"])
        (one,) = deliveries(rest, ann, hook, "?status=succeeded")
        assert [attempt["number"] for attempt in one["attempts"]] == [1, 2]

    def test_replay_sends_what_was_missed_and_nothing_else(
        self, rest: Rest, ann: Who, receiver: Receiver, send: Send
    ) -> None:
        hook = listen(rest, ann, receiver, "job.posted")
        path = f"webhooks/{hook['id']}"
        cast.job_of(ann)
        send()
        rest.patch(path, {"status": "disabled"}, by=ann)
        cast.job_of(ann)
        send()
        refused(rest.post(f"{path}/replay", {"after": "evt_0000000000000000"}, by=ann), 409, "endpoint_disabled")
        rest.patch(path, {"status": "enabled"}, by=ann)
        answer = rest.post(f"{path}/replay", {"after": receiver.requests[0].json["id"]}, by=ann)
        assert (answer.status_code, answer.json()["data"]) == (202, {"queued": 1})
        send()
        assert rest.post(f"{path}/replay", {"after": "evt_0000000000000000"}, by=ann).json()["data"] == {"queued": 0}
        send()
        assert len({request.json["id"] for request in receiver.requests}) == len(receiver.requests) == 2
        refused(rest.post(f"{path}/replay", {"after": "evt_x"}, by=ann), 400, "invalid_cursor")


class TestOrder:
    def test_a_failing_event_holds_back_its_own_resource_alone(
        self, rest: Rest, ann: Who, receive: Any, send: Send
    ) -> None:
        ill: set[str] = set()
        receiver = receive(lambda request: 500 if request.json["resource"]["id"] in ill else 204)
        listen(rest, ann, receiver, "job.*", ordered=True)
        one, other = cast.job_of(ann), cast.job_of(ann)
        ill.add(str(one.pk))
        for job in (one, other):
            cast.edit_job(job_id=job.pk, changes={"title": "Mend another tap"}, by=ann.actor)
        send()
        send()
        seen = [(r.json["resource"]["id"], r.json["type"]) for r in receiver.requests]
        assert [kind for pk, kind in seen if pk == str(other.pk)] == ["job.created", "job.posted", "job.updated"]
        assert [kind for pk, kind in seen if pk == str(one.pk)] == ["job.created"]
        ill.clear()
        for _ in range(3):
            make_due()
            send()
        seen = [(r.json["resource"]["id"], r.json["type"]) for r in receiver.requests]
        assert [kind for pk, kind in seen if pk == str(one.pk)][1:] == ["job.created", "job.posted", "job.updated"]


class TestLeases:
    def test_a_lost_lease_writes_nothing(self, rest: Rest, ann: Who, receiver: Receiver) -> None:
        from webhooks.services.settling import Outcome

        listen(rest, ann, receiver, "job.posted")
        cast.job_of(ann)
        publishing.publish()
        tasks.queue_webhooks()
        (old,) = claim(most=10, held={})
        assert claim(most=10, held={}) == []
        Delivery.objects.update(next_attempt_at=timezone.now() - timedelta(seconds=1))
        (new,) = claim(most=10, held={})
        settle([Outcome(old, timezone.now(), 5, status=500)])
        assert (Delivery.objects.get().lease, Attempt.objects.count()) == (new.lease, 0)
        settle([Outcome(new, timezone.now(), 5, status=200)])
        assert Delivery.objects.get().status == "succeeded"

    def test_one_endpoint_is_sent_so_many_at_a_time(self, rest: Rest, ann: Who, receiver: Receiver) -> None:
        hook = listen(rest, ann, receiver, "job.posted")
        for _ in range(25):
            cast.job_of(ann)
        publishing.publish()
        tasks.queue_webhooks()
        (endpoint,) = Endpoint.objects.all()
        assert len(claim(most=400, held={endpoint.pk: 5})) == 15
        Endpoint.objects.update(failing_since=timezone.now())
        assert len(claim(most=400, held={})) == 2
        assert str(endpoint.pk) == hook["id"]

    def test_the_reactor_makes_each_once(self, rest: Rest, ann: Who, receiver: Receiver) -> None:
        from webhooks.services import make_deliveries

        listen(rest, ann, receiver)
        cast.job_of(ann)
        publishing.publish()
        events = list(RecordedEvent.objects.order_by("position"))
        make_deliveries(events)
        make_deliveries(events)
        assert Delivery.objects.count() == len(events)

    def test_old_deliveries_go(self, rest: Rest, ann: Who, receiver: Receiver, send: Send) -> None:
        listen(rest, ann, receiver)
        cast.job_of(ann)
        send()
        tasks.forget_old_webhooks()
        assert Delivery.objects.exists()
        Delivery.objects.update(created_at=timezone.now() - schedule.KEPT - timedelta(minutes=1))
        tasks.forget_old_webhooks()
        assert not Delivery.objects.exists()
        assert not Attempt.objects.exists()


def test_a_slow_endpoint_delays_no_other(rest: Rest, ann: Who, carl: Who, receive: Any, send: Send) -> None:
    free = threading.Event()

    def wait(request: Request) -> int:
        free.wait(10)
        return 204

    slow, quick = receive(wait), receive()
    listen(rest, ann, slow, "job.posted")
    listen(rest, carl, quick, "job.posted")
    for _ in range(30):
        cast.job_of(ann)
    worker = threading.Thread(target=lambda: (time.sleep(4), free.set()))
    worker.start()
    while_it_sleeps: list[bool] = []

    def note(request: Request) -> int:
        while_it_sleeps.append(not free.is_set())
        return 204

    quick.answer = note
    send()
    worker.join()
    assert while_it_sleeps == [True] * 30
    assert Delivery.objects.filter(status="succeeded").count() == 60


def test_who_is_erased_is_taken_out(rest: Rest, ann: Who, carl: Who, receiver: Receiver, send: Send) -> None:
    listen(rest, carl, receiver, "job.posted")
    cast.job_of(ann, title="Mend the canary tap")
    send()
    assert "canary" in str(Delivery.objects.get().body)
    assert rest.delete("users/me", by=ann).status_code == 204
    assert Delivery.objects.get().body is None
