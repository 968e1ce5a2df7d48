"""What is sent: the event as its owner sees it, in bytes that stay the same, and signed."""

import base64
import hashlib
import hmac
from typing import Any

import pytest
import standardwebhooks
import svix.webhooks
from django.utils import timezone

from events import publishing
from jobs.models import Job
from tests import cast
from tests.cast import Rest, Who
from tests.webhooks.conftest import Receiver, Send, deliveries, listen, make_due
from webhooks.models import Delivery, Endpoint

pytestmark = pytest.mark.django_db


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


def test_who_is_erased_is_taken_out(rest: Rest, ann: Who, carl: Who, receiver: Receiver, send: Send) -> None:
    listen(rest, carl, receiver, "job.posted")
    cast.job_of(ann, title="Mend the canary tap")
    send()
    assert "canary" in str(Delivery.objects.get().body)
    assert rest.delete("users/me", by=ann).status_code == 204
    assert Delivery.objects.get().body is None
