"""Sockets of several people, and what they send."""

from typing import Any

import httpx

from tests.faults.people import Person
from tests.harness.site import Site
from tests.harness.sockets import Client


def clients(running: Site, *people: Person) -> list[Client]:
    """A socket each, on the processes in turn, connected."""
    made = [Client(running.urls[number % 2], one.headers) for number, one in enumerate(people)]
    for one in made:
        one.wait_for("connected")
    return made


def message(talk: str, text: str, **more: Any) -> dict[str, Any]:
    return {"conversationId": talk, "message": {"text": text}, **more}


def make_bids_by_rest(running: Site, job: Any, by: Person) -> list[str]:
    offer = {"amount": 100, "message": "I can."}
    answer = httpx.post(f"{running.urls[0]}/api/v2/jobs/{job}/bids", json=offer, headers=by.headers)
    assert answer.status_code == 201, answer.text
    return [answer.json()["data"]["id"]]
