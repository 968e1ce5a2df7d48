"""Subscriptions on a real process, by graphql-transport-ws."""

import json
import time
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.faults.people import Person, make_job
from tests.harness.site import Site

CREATED = "subscription($after: ID) { jobCreated(after: $after) { id title user { name email } bids { id } } }"
BIDS = "subscription($id: ID!) { bidReceived(jobId: $id) { amount contractor { businessName } job { title budget } } }"


class Follower:
    """One socket; `next` is the next frame."""

    def __init__(self, running: Site, headers: dict[str, str] | None = None, /, **payload: Any) -> None:
        address = f"{running.urls[0].replace('http', 'ws', 1)}/graphql"
        own: Any = {"subprotocols": ["graphql-transport-ws"], "additional_headers": headers or {}}
        opened = connect(address, proxy=None, **own)
        self.socket: ClientConnection = ExitStack().enter_context(opened)
        self.send({"type": "connection_init", "payload": payload})

    def send(self, message: Any) -> None:
        self.socket.send(json.dumps(message))

    def next(self, seconds: float = 10) -> Any:
        return json.loads(self.socket.recv(seconds))

    def subscribe(self, query: str, name: str = "1", **variables: Any) -> None:
        self.send({"id": name, "type": "subscribe", "payload": {"query": query, "variables": variables}})

    def code(self, seconds: float = 10) -> int | None:
        """Why it was closed."""
        with pytest.raises(ConnectionClosed):
            while True:
                self.socket.recv(seconds)
        return self.socket.close_code

    def refused(self) -> str:
        frame = self.next()
        assert frame["type"] == "error", frame
        return str(frame["payload"][0]["extensions"]["code"])


def follower(running: Site, who: Person | None = None) -> Follower:
    """A socket that is acknowledged."""
    made = Follower(running, **(who.headers if who else {}))
    assert made.next() == {"type": "connection_ack"}
    return made


def ready(one: Follower, *others: Follower) -> None:
    """Wait until what was subscribed to has begun: from then on nothing is missed."""
    time.sleep(1.0)
    for each in (one, *others):
        each.send({"type": "ping"})
        assert each.next() == {"type": "pong"}


def post(running: Site, path: str, body: Any, who: Person) -> Any:
    answer = httpx.post(f"{running.urls[0]}/api/v2/{path}", json=body, headers=who.headers)
    assert answer.status_code in (200, 201), answer.text
    return answer.json()["data"]


def patch(running: Site, path: str, body: Any, who: Person) -> None:
    answer = httpx.patch(f"{running.urls[0]}/api/v2/{path}", json=body, headers=who.headers)
    assert answer.status_code == 200, answer.text


def bid(running: Site, job: Any, who: Person) -> Any:
    return post(running, f"jobs/{job}/bids", {"amount": 99, "message": "I can."}, who)


@pytest.fixture
def ann(owner: Person) -> Person:
    return owner


@pytest.fixture
def carl(bidder: Person) -> Person:
    return bidder


def test_a_stranger_follows_new_jobs_and_goes_on_where_it_stopped(running: Site, ann: Person) -> None:
    one = follower(running)
    one.subscribe(CREATED)
    ready(one)
    first, second = make_job(running, ann), make_job(running, ann)
    frames = [one.next(), one.next()]
    assert [frame["payload"]["data"]["jobCreated"]["id"] for frame in frames] == [str(first), str(second)]
    found = frames[0]["payload"]["data"]["jobCreated"]
    assert (found["user"], found["bids"]) == ({"name": "Somebody", "email": None}, [])
    again = follower(running)
    again.subscribe(CREATED, after=frames[0]["payload"]["extensions"]["eventId"])
    frame = again.next()
    assert frame["payload"] == frames[1]["payload"]
    again.send({"id": "1", "type": "complete"})
    again.subscribe(CREATED, after="nonsense")
    assert again.refused() == "BAD_REQUEST"


def test_what_is_not_theirs_is_refused(running: Site, ann: Person, carl: Person) -> None:
    job = str(make_job(running, ann))
    stranger, other = follower(running), follower(running, carl)
    for query in (BIDS, "subscription($id: ID!) { jobUpdated(jobId: $id) { id } }",
                  "subscription($id: ID!) { messageReceived(conversationId: $id) { id } }"):  # fmt: skip
        stranger.subscribe(query, id=job)
        assert stranger.refused() == "UNAUTHENTICATED"
    stranger.subscribe("subscription { notificationReceived { id } }")
    assert stranger.refused() == "UNAUTHENTICATED"
    other.subscribe(BIDS, id=job)
    assert other.refused() == "FORBIDDEN"
    other.subscribe("subscription($id: ID!) { messageReceived(conversationId: $id) { id } }", id=job)
    assert other.refused() == "NOT_FOUND"
    other.subscribe("{ me { id } }")
    assert other.refused() == "BAD_REQUEST"
    other.subscribe("subscription { nothing }")
    assert other.refused() == "BAD_REQUEST"


def test_an_owner_hears_of_bids_and_both_of_what_is_said(running: Site, ann: Person, carl: Person) -> None:
    job, another = make_job(running, ann), make_job(running, ann)
    owner, bidder = follower(running, ann), follower(running, carl)
    owner.subscribe(BIDS, id=str(job))
    owner.subscribe("subscription { notificationReceived { type title } }", "notifications")
    bidder.subscribe("subscription($id: ID!) { jobUpdated(jobId: $id) { status location { address } } }", id=str(job))
    ready(owner, bidder)
    bid(running, another, carl)
    made = bid(running, job, carl)
    frames = {}
    for _ in range(3):
        frame = owner.next(20)
        frames.setdefault(frame["id"], []).append(frame["payload"]["data"])
    assert frames["1"] == [
        {"bidReceived": {"amount": 99, "contractor": {"businessName": "Somebody Ltd"}, "job": {"title": "Mend a dripping tap", "budget": 120}}}
    ]  # fmt: skip
    assert {one["notificationReceived"]["type"] for one in frames["notifications"]} == {"bid.created"}
    post(running, f"jobs/{job}/bids/{made['id']}/accept", {}, ann)
    assert bidder.next()["payload"]["data"]["jobUpdated"]["status"] == "ASSIGNED"
    talk = post(running, "conversations", {"jobId": str(job)}, ann)["id"]
    bidder.subscribe(
        "subscription($id: ID!) { messageReceived(conversationId: $id) { text sender { name } } }", "talk", id=talk
    )
    ready(bidder)
    post(running, f"conversations/{talk}/messages", {"text": "Welcome"}, ann)
    frame = bidder.next()
    assert (frame["id"], frame["payload"]["data"]["messageReceived"]["text"]) == ("talk", "Welcome")


def test_access_is_looked_at_again_with_each_event(running: Site, ann: Person, carl: Person) -> None:
    job = make_job(running, ann)
    one = follower(running, carl)
    one.subscribe("subscription($id: ID!) { jobUpdated(jobId: $id) { title } }", id=str(job))
    time.sleep(1.0)  # its posting may be told too: it was not yet in the log when the job was there
    patch(running, f"jobs/{job}", {"title": "Mend both taps"}, ann)
    while (told := one.next()["payload"]["data"]["jobUpdated"]["title"]) != "Mend both taps":
        assert told == "Mend a dripping tap"
    patch(running, f"jobs/{job}", {"status": "draft"}, ann)
    patch(running, f"jobs/{job}", {"title": "Mend nothing at all"}, ann)
    with pytest.raises(TimeoutError):  # of a draft nothing is told, and in the next pause the subscription ends
        one.next(2)


def test_a_page_is_known_by_its_cookie_and_another_sites_is_not(running: Site) -> None:
    with httpx.Client(base_url=running.urls[0]) as browser:
        token = browser.get("/accounts/sign-up").cookies["csrf"]
        new = {"email": "eve@example.org", "password": "a long walk on the shore", "name": "Eve", "role": "homeowner"}
        answer = browser.post("/accounts/sign-up", data={**new, "csrfmiddlewaretoken": token})
        assert answer.status_code == 302
        cookie = f"session={browser.cookies['session']}"
    for origin, outcome in ((running.urls[0], "pong"), ("https://elsewhere.example", "error")):
        one = Follower(running, {"Cookie": cookie, "Origin": origin})
        assert one.next() == {"type": "connection_ack"}
        one.subscribe("subscription { notificationReceived { id } }")
        time.sleep(1.0)
        one.send({"type": "ping"})
        assert one.next()["type"] == outcome


def test_the_manners_of_the_protocol(running: Site, ann: Person) -> None:
    assert Follower(running, authorization="Bearer nonsense").code() == 4403
    early = follower(running)
    early.send({"type": "connection_init"})
    assert early.code() == 4429
    twice = follower(running)
    twice.subscribe(CREATED)
    twice.subscribe(CREATED)
    assert twice.code() == 4409
    odd = follower(running)
    odd.send({"type": "nonsense"})
    assert odd.code() == 4400
    address = f"{running.urls[0].replace('http', 'ws', 1)}/graphql"
    with connect(address, subprotocols=["graphql-transport-ws"], proxy=None) as socket:  # type: ignore[list-item]
        socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": {"query": CREATED}}))
        with pytest.raises(ConnectionClosed):
            socket.recv(5)
        assert socket.close_code == 4401
    with connect(address, proxy=None) as socket:
        with pytest.raises(ConnectionClosed):
            socket.recv(5)
        assert socket.close_code == 4406


def test_a_socket_carries_a_hundred(running: Site, ann: Person) -> None:
    one = follower(running, ann)
    for number in range(100):
        one.subscribe("subscription { notificationReceived { id } }", str(number))
    one.subscribe(CREATED, "one too many")
    frame = one.next()
    assert (frame["type"], frame["id"]) == ("error", "one too many")
    one.send({"id": "0", "type": "complete"})
    one.subscribe(CREATED, "the last")
    ready(one)


def test_it_ends_with_the_token_and_the_suspension(running: Site, ann: Person, carl: Person) -> None:
    one, other = follower(running, ann), follower(running, carl)
    for each in (one, other):
        each.subscribe("subscription { notificationReceived { id } }")
    running.sql("UPDATE accounts_person SET suspended_at = now() WHERE id = %s", [carl.id])
    assert other.code() == 4403
    running.sql("UPDATE accounts_session SET ended_at = now() WHERE id = %s", [ann.session])
    assert one.code() == 4401
