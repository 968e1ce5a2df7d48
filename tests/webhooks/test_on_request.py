"""What is sent on request: a test, a delivery once more, what was missed."""

import pytest
import standardwebhooks
from django.test import Client
from django.urls import reverse

from accounts.actors import WrongRole
from accounts.models import AuditRecord
from tests import cast
from tests.admin.browsers import browser_of, staff_of
from tests.cast import Rest, Who, nothing_changes, refused
from tests.webhooks.conftest import Receiver, Send, deliveries, listen
from webhooks.models import Delivery, Endpoint
from webhooks.services import redeliver_for_owner

pytestmark = pytest.mark.django_db


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


class TestStaff:
    """Send what anybody was sent once more, for a reason, by the admin."""

    def act(self, browser: Client, delivery: Delivery, reason: str = "They asked.") -> str:
        answer = browser.post(
            reverse("admin:webhooks_delivery_changelist"),
            {"action": "redeliver", "reason": reason, "_selected_action": [str(delivery.pk)]},
            follow=True,
        )
        return answer.content.decode()

    @pytest.fixture
    def sent(self, rest: Rest, ann: Who, receiver: Receiver, send: Send) -> Delivery:
        receiver.answer = lambda request: (200, {}, b"Thank you kindly.")
        listen(rest, ann, receiver, "job.posted")
        cast.job_of(ann, title="Mend the garden tap")
        send()
        return Delivery.objects.get()

    def test_they_see_what_was_sent_and_answered(self, sent: Delivery) -> None:
        page = browser_of(cast.staff(is_superuser=True)).get(reverse("admin:webhooks_delivery_change", args=[sent.pk]))
        assert b"Mend the garden tap" in page.content
        assert b"Thank you kindly." in page.content

    def test_it_is_sent_again_and_written_down(self, sent: Delivery, ann: Who, receiver: Receiver, send: Send) -> None:
        assert "To be sent again: " in self.act(browser_of(cast.staff(is_superuser=True)), sent)
        send()
        first, second = receiver.requests
        assert (first.body, first.headers["webhook-id"]) == (second.body, second.headers["webhook-id"])
        record = AuditRecord.objects.get(act="webhook.redelivered")
        assert (record.target_type, record.target_id) == ("webhook_delivery", str(sent.pk))
        assert (record.reason.words, record.reason.about) == ("They asked.", ann.id)

    def test_not_without_a_reason_nor_to_a_disabled_endpoint(self, sent: Delivery) -> None:
        browser = browser_of(cast.staff(is_superuser=True))
        with nothing_changes():
            assert "Say why." in self.act(browser, sent, reason=" ")
        Endpoint.objects.update(status="disabled", disabled_reason="owner")
        with nothing_changes():
            assert "This endpoint is disabled." in self.act(browser, sent)

    def test_whoever_may_only_look_may_not(self, sent: Delivery) -> None:
        browser = browser_of(staff_of("support"))
        with nothing_changes():
            self.act(browser, sent)
        assert not AuditRecord.objects.filter(act="webhook.redelivered").exists()

    def test_nobody_else_by_the_service(self, sent: Delivery, ann: Who) -> None:
        with nothing_changes(), pytest.raises(WrongRole):
            redeliver_for_owner(delivery_id=sent.pk, reason="Mine.", by=ann.actor)
