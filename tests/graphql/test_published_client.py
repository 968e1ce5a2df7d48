"""The published client of the protocol, `graphql-ws` for JavaScript, against a running site."""

import json
import queue
import subprocess
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from mintenance.launcher.places import CHECKOUT
from tests.faults.people import Person, make_job
from tests.harness.site import Site

CLIENTS = CHECKOUT / "tests" / "clients"
CREATED = "subscription($after: ID) { jobCreated(after: $after) { id title } }"
pytestmark = pytest.mark.skipif(
    not (CLIENTS / "node_modules" / "graphql-ws").exists(),
    reason="Node's tools are not installed: `make test` does it where npm is there",
)


class Client:
    """The client in a process of its own."""

    def __init__(self, running: Site, payload: dict[str, str]) -> None:
        url = f"{running.urls[0].replace('http', 'ws', 1)}/graphql"
        command = ["node", "subscribe.js", url, json.dumps(payload)]
        self.process = subprocess.Popen(command, cwd=CLIENTS, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._told: queue.Queue[Any] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._told.put(json.loads(line))

    def do(self, what: str, name: str, query: str = "", **variables: Any) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"do": what, "name": name, "query": query, "variables": variables}) + "\n")
        self.process.stdin.flush()

    def until(self, event: str, seconds: float = 20) -> Any:
        """The next of this kind."""
        while True:
            told = self._told.get(timeout=seconds)
            if told["event"] == event:
                return told

    def rest(self, seconds: float) -> list[Any]:
        """All that is told within these seconds."""
        found = []
        try:
            while True:
                found.append(self._told.get(timeout=seconds))
        except queue.Empty:
            return found

    def stop(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        assert self.process.wait(10) == 0


@pytest.fixture
def client(running: Site) -> Iterator[Callable[..., Client]]:
    made: list[Client] = []

    def make(payload: dict[str, str]) -> Client:
        made.append(Client(running, payload))
        return made[-1]

    yield make
    for one in made:
        one.stop()


def authorization(who: Person) -> dict[str, str]:
    return {"authorization": who.headers["Authorization"]}


def test_it_receives_goes_on_where_it_stopped_and_completes(
    running: Site, owner: Person, client: Callable[..., Client]
) -> None:
    first = client({})
    first.until("connected")
    first.do("subscribe", "jobs", CREATED)
    jobs = _posted_until_heard(running, owner, first)
    first.do("complete", "jobs")
    assert first.until("complete")["name"] == "jobs"
    missed = str(make_job(running, owner))
    assert [one for one in first.rest(2) if one["event"] in ("next", "message")] == []  # it is over on the server too

    again = client(authorization(owner))
    again.until("connected")
    again.do("subscribe", "missed", CREATED, after=jobs[-1])
    found = again.until("next")
    assert (found["name"], found["result"]["data"]["jobCreated"]["id"]) == ("missed", missed)
    new = str(make_job(running, owner))
    assert again.until("next")["result"]["data"]["jobCreated"]["id"] == new


def _posted_until_heard(running: Site, owner: Person, client: Client) -> list[str]:
    """Post jobs until one is heard of; the event ids of those that were."""
    for _ in range(10):
        job = str(make_job(running, owner))
        heard = [one["result"] for one in client.rest(1) if one["event"] == "next"]
        if heard:
            assert heard[-1]["data"]["jobCreated"] == {"id": job, "title": "Mend a dripping tap"}
            return [one["extensions"]["eventId"] for one in heard]
    raise AssertionError("nothing was heard")


def test_refusals_reach_it(running: Site, bidder: Person, client: Callable[..., Client]) -> None:
    one = client(authorization(bidder))
    one.until("connected")
    one.do("subscribe", "wrong", "subscription { nothing }")
    (error,) = one.until("error")["errors"]
    assert error["extensions"]["code"] == "BAD_REQUEST"
    one.do("subscribe", "not mine", 'subscription { messageReceived(conversationId: "x") { id } }')
    assert one.until("error")["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    stranger = client({})
    stranger.do("subscribe", "own", "subscription { notificationReceived { id } }")
    assert stranger.until("error")["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


def test_a_wrong_token_and_one_that_runs_out_close_it(
    running: Site, owner: Person, client: Callable[..., Client], settings: Any
) -> None:
    assert client({"authorization": "Bearer nonsense"}).until("closed")["code"] == 4403
    settings.ACCESS_SECONDS = 3
    short = client(authorization(owner))
    short.until("connected")
    short.do("subscribe", "own", "subscription { notificationReceived { id } }")
    assert short.until("closed")["code"] == 4401
    assert short.until("error")["name"] == "own"
