"""Endpoints and deliveries on pages."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from events import publishing
from tests.cast import Rest, Who, nothing_changes
from tests.pages.people import browser_of, page
from tests.pages.people import send as press
from tests.webhooks.conftest import Receiver, Request, listen
from webhooks.models import Delivery, Endpoint

pytestmark = pytest.mark.django_db(transaction=True)


def added(client: Any, receiver: Receiver) -> tuple[Endpoint, str]:
    """An endpoint that the form has made, and the page that says so."""
    answer = client.post("/developers/webhooks", {"url": receiver.url, "events": ["*"], "description": "Ours"})
    assert answer.status_code == 200
    return Endpoint.objects.latest("created_at"), answer.text


def test_an_endpoint_is_made_and_its_secret_is_shown_this_once(ann: Who, receiver: Receiver) -> None:
    client = browser_of(ann)
    assert "No endpoints yet." in page(client, "/developers/webhooks")
    endpoint, shown = added(client, receiver)
    assert (endpoint.url, endpoint.events, endpoint.description) == (receiver.url, ["*"], "Ours")
    assert re.search(r"whsec_[A-Za-z0-9+/=]{44}", shown)
    for address in ("/developers/webhooks", f"/developers/webhooks/{endpoint.pk}"):
        again = page(client, address)
        assert receiver.url in again
        assert "whsec_" not in again


def test_what_is_wrong_stands_beside_the_field_and_the_rest_is_kept(ann: Who) -> None:
    answer = browser_of(ann).post("/developers/webhooks", {"url": "http://10.0.0.1/", "events": ["bid.*"]})
    assert answer.status_code == 400
    assert re.search(r'<input type="url" name="url" value="http://10.0.0.1/"[^>]*autofocus', answer.text)
    assert 'id="id_url_error"' in answer.text
    assert re.search(r'value="bid\.\*"[^>]* checked', answer.text)
    assert not Endpoint.objects.exists()


def test_it_is_changed_and_keeps_patterns_that_came_from_elsewhere(rest: Rest, ann: Who, receiver: Receiver) -> None:
    pk = listen(rest, ann, receiver, "*", description="Ours")["id"]
    Endpoint.objects.filter(pk=pk).update(events=["job.completion_requested.*"])
    client = browser_of(ann)
    assert "job.completion_requested.*" in page(client, f"/developers/webhooks/{pk}/edit")
    fields = {"url": f"{receiver.url}/2", "events": ["bid.created", "job.*"], "ordered": "on", "description": ""}
    assert "The endpoint is changed." in press(client, f"/developers/webhooks/{pk}/edit", **fields)
    endpoint = Endpoint.objects.get(pk=pk)
    assert (endpoint.url, endpoint.events) == (f"{receiver.url}/2", ["bid.created", "job.*"])
    assert (endpoint.description, endpoint.ordered) == (None, True)


def test_a_test_arrives_and_its_delivery_tells_what_was_answered(
    ann: Who, receive: Callable[..., Receiver], send: Callable[[], None]
) -> None:
    receiver = receive(lambda request: (200, {}, b"<b>Thanks</b>"))
    client = browser_of(ann)
    endpoint, _ = added(client, receiver)
    assert "A webhook.ping is on its way." in press(client, f"/developers/webhooks/{endpoint.pk}/test")
    address = f"/developers/webhooks/{endpoint.pk}/deliveries/{Delivery.objects.get().pk}"
    assert "every 2s" in page(client, address)
    send()
    shown = page(client, address)
    assert "Succeeded" in shown
    assert "every 2s" not in shown
    assert "&lt;b&gt;Thanks&lt;/b&gt;" in shown
    assert "&quot;type&quot;: &quot;webhook.ping&quot;" in shown
    assert receiver.types == ["webhook.ping"]
    assert "webhook.ping" in page(client, f"/developers/webhooks/{endpoint.pk}?status=succeeded")
    assert "No delivery is failed." in page(client, f"/developers/webhooks/{endpoint.pk}?status=failed")


def test_a_delivery_is_sent_again_with_the_same_bytes(ann: Who, receiver: Receiver, send: Callable[[], None]) -> None:
    client = browser_of(ann)
    endpoint, _ = added(client, receiver)
    press(client, f"/developers/webhooks/{endpoint.pk}/test")
    send()
    address = f"/developers/webhooks/{endpoint.pk}/deliveries/{Delivery.objects.get().pk}"
    assert "It is on its way again." in press(client, f"{address}/redeliver")
    send()
    first, second = receiver.requests
    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert page(client, address).count('class="attempt"') == 2


def test_it_is_disabled_enabled_given_another_secret_and_deleted(ann: Who, receiver: Receiver) -> None:
    client = browser_of(ann)
    endpoint, shown = added(client, receiver)
    address = f"/developers/webhooks/{endpoint.pk}"
    assert "The endpoint is disabled." in press(client, f"{address}/status", status="disabled")
    assert "You have disabled it." in page(client, address)
    assert 'class="message error"' in press(client, f"{address}/test")
    assert not Delivery.objects.exists()
    assert "The endpoint is enabled." in press(client, f"{address}/status", status="enabled")
    another = client.post(f"{address}/secret")
    assert re.findall("whsec_[^<]+", another.text) != re.findall("whsec_[^<]+", shown)
    assert client.get(f"{address}/secret").status_code == 302
    assert "The endpoint is deleted." in press(client, f"{address}/delete")
    assert not Endpoint.objects.exists()


def test_what_was_missed_is_replayed(ann: Who, receive: Callable[..., Receiver], send: Callable[[], None]) -> None:
    answers = [410]

    def answer(request: Request) -> int:
        return answers[0]

    receiver = receive(answer)
    client = browser_of(ann)
    fields = {"title": "Mend a tap", "category": "plumbing", "description": "It drips.", "budget": "120"}
    press(client, "/jobs/new", **fields, lat="51.5", lng="-0.1")
    publishing.publish()
    before = json.loads(client.get("/api/v2/events").content)["data"][-1]["id"]
    endpoint, _ = added(client, receiver)
    address = f"/developers/webhooks/{endpoint.pk}"
    press(client, "/jobs/new", **fields, lat="51.5", lng="-0.1")
    send()
    assert "It answered 410 Gone" in page(client, address)
    answers[0] = 204
    press(client, f"{address}/status", status="enabled")
    assert "is required" in press(client, f"{address}/replay")
    Delivery.objects.update(status="failed", next_attempt_at=None)
    assert "To be sent: 2." in press(client, f"{address}/replay", after=before)
    send()
    assert receiver.types.count("job.created") == 2


def test_others_see_and_do_nothing(ann: Who, bob: Who, receiver: Receiver) -> None:
    client, other = browser_of(ann), browser_of(bob)
    endpoint, _ = added(client, receiver)
    press(client, f"/developers/webhooks/{endpoint.pk}/test")
    address = f"/developers/webhooks/{endpoint.pk}"
    delivery = f"{address}/deliveries/{Delivery.objects.get().pk}"
    assert receiver.url not in page(other, "/developers/webhooks")
    for path in (address, f"{address}/edit", delivery):
        assert other.get(path).status_code == 404
    with nothing_changes():
        for path in ("status", "secret", "test", "replay", "delete", "edit"):
            fields = {"status": "disabled", "after": "x", "url": "https://example.org/", "events": ["*"]}
            assert other.post(f"{address}/{path}", fields).status_code == 404, path
        assert other.post(f"{delivery}/redeliver").status_code == 404


def test_event_types_are_listed_with_examples(ann: Who) -> None:
    shown = page(browser_of(ann), "/developers/events")
    assert 'id="bid.accepted"' in shown
    assert "&quot;type&quot;: &quot;bid.accepted&quot;" in shown
