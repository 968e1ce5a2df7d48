"""Server-sent events on real processes: in order, once, for those whom they concern, for as long as they may."""

import json
import random
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from mintenance.launcher.places import PASSABLE
from tests.faults.people import Person, make_people
from tests.harness.site import Site, site

JOB = {"title": "Mend a dripping tap", "description": "It drips.", "category": "plumbing", "budget": 120,
       "location": {"lat": 51.5, "lng": -0.14}, "status": "posted"}  # fmt: skip


@pytest.fixture(scope="module")
def two() -> Iterator[Site]:
    """Two web processes."""
    with tempfile.TemporaryDirectory(prefix="mintenance-streams-") as folder:
        Path(folder).chmod(PASSABLE)
        with site(Path(folder), webs=2) as running:
            yield running


class Stream(threading.Thread):
    """Reads a stream until it ends or is left."""

    def __init__(self, url: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(daemon=True)
        self._url, self._headers = url, headers or {}
        self.status, self.events, self.lines, self.headers = 0, [], [], httpx.Headers()  # type: ignore[var-annotated]
        self.ended, self._left = threading.Event(), threading.Event()
        self.start()

    def run(self) -> None:
        event: dict[str, str] = {}
        try:
            with httpx.stream("GET", self._url, headers=self._headers, timeout=60) as answer:
                self.status, self.headers = answer.status_code, answer.headers
                for line in answer.iter_lines():
                    if self._left.is_set():
                        return
                    self.lines.append(line)
                    name, _, value = line.partition(": ")
                    if line == "" and "data" in event:
                        self.events.append(event)
                        event = {}
                    elif name in ("id", "event", "data"):
                        event[name] = value
        except httpx.HTTPError:
            pass
        finally:
            self.ended.set()

    def leave(self) -> None:
        self._left.set()

    def wait_for(self, count: int, seconds: float = 10) -> list[dict[str, str]]:
        deadline = time.monotonic() + seconds
        while len(self.events) < count:
            assert time.monotonic() < deadline, (self.status, self.events, self.lines[-5:])
            time.sleep(0.02)
        return self.events

    def wait_until_open(self) -> None:
        deadline = time.monotonic() + 10
        while "retry: 3000" not in self.lines:
            assert time.monotonic() < deadline, (self.status, self.lines)
            time.sleep(0.02)


def post_job(url: str, by: Person) -> str:
    answer = httpx.post(f"{url}/api/v2/jobs", json=JOB, headers=by.headers)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["data"]["id"])


def path(url: str, query: str = "") -> str:
    return f"{url}/api/v2/notifications/stream{query}"


def test_what_concerns_somebody_comes_to_them_at_once_through_any_process(two: Site) -> None:
    (ann,), (carl, dora) = make_people(two, "homeowner", 1), make_people(two, "contractor", 2)
    job = post_job(two.urls[0], ann)
    streams = {who.id: Stream(path(two.urls[1]), who.headers) for who in (ann, carl, dora)}
    for one in streams.values():
        one.wait_until_open()
    time.sleep(1.5)  # the hubs listen by now, and the job's own events are past
    before, asked = len(streams[ann.id].events), time.monotonic()
    offer = {"amount": 100, "message": "I can."}
    httpx.post(f"{two.urls[0]}/api/v2/jobs/{job}/bids", json=offer, headers=carl.headers).raise_for_status()
    (event,) = streams[ann.id].wait_for(before + 1)[before:]
    assert time.monotonic() - asked < 1.5
    assert event["event"] == "bid.created"
    envelope = json.loads(event["data"])
    assert (envelope["id"], envelope["type"], envelope["data"]["amount"]) == (event["id"], "bid.created", 100)
    assert streams[carl.id].wait_for(1)[-1]["id"] == event["id"]
    assert [e for e in streams[dora.id].events if e["event"].startswith("bid")] == []
    headers = streams[ann.id].headers
    assert headers["content-type"].startswith("text/event-stream")
    assert (headers["x-accel-buffering"], "content-encoding" in headers) == ("no", False)
    for one in streams.values():
        one.leave()


def test_public_events_come_where_they_are_named(two: Site) -> None:
    (ann,), (carl,) = make_people(two, "homeowner", 1), make_people(two, "contractor", 1)
    plain, named = Stream(path(two.urls[0]), carl.headers), Stream(path(two.urls[0], "?types=job.*"), carl.headers)
    plain.wait_until_open(), named.wait_until_open()
    job = post_job(two.urls[1], ann)
    (event,) = named.wait_for(1)
    assert (event["event"], json.loads(event["data"])["data"]["id"]) == ("job.posted", job)
    time.sleep(0.5)
    assert plain.events == []
    plain.leave(), named.leave()


def test_five_hundred_events_over_twenty_cuts_leave_no_gap_and_no_repeat(two: Site) -> None:
    (ann,) = make_people(two, "homeowner", 1)
    begin = httpx.get(f"{two.urls[0]}/api/v2/events", headers=ann.headers).json()["meta"]["nextCursor"]

    def write() -> None:
        draft = {**JOB, "status": "draft"}
        with httpx.Client(headers=ann.headers) as client:
            for number in range(500):
                client.post(f"{two.urls[number % 2]}/api/v2/jobs", json=draft).raise_for_status()

    writer = threading.Thread(target=write)
    writer.start()
    got: list[str] = []
    cursor, dice = begin, random.Random(7)
    for cut in range(21):
        one = Stream(path(two.urls[cut % 2], f"?after={begin}"), {**ann.headers, "last-event-id": cursor})
        if cut == 20:
            writer.join()
            one.wait_for(500 - len(got), 30)
        else:
            one.wait_for(dice.randint(1, 12), 30)
        one.leave()
        got += [event["id"] for event in list(one.events)]
        cursor = got[-1]
    logged = httpx.get(f"{two.urls[0]}/api/v2/events?after={begin}&limit=500", headers=ann.headers).json()["data"]
    assert got == [event["id"] for event in logged]
    assert len(got) == len(set(got)) == 500
    assert two.failures() == []


def test_cursors_that_make_no_sense_or_are_too_old(two: Site) -> None:
    (ann,) = make_people(two, "homeowner", 1)
    assert httpx.get(path(two.urls[0], "?after=nonsense"), headers=ann.headers).status_code == 400
    assert httpx.get(path(two.urls[0], "?after=evt_00000000ffffffff"), headers=ann.headers).status_code == 400
    assert httpx.get(path(two.urls[0], "?types=nothing"), headers=ann.headers).status_code == 400
    for _ in range(3):
        post_job(two.urls[0], ann)
    time.sleep(0.5)
    two.sql("DELETE FROM events_recordedevent WHERE position < (SELECT max(position) FROM events_recordedevent)")
    one = Stream(path(two.urls[0], "?after=evt_0000000000000001"), ann.headers)
    assert one.wait_for(1)[0]["event"] == "reset"
    post_job(two.urls[0], ann)
    assert one.wait_for(2)[1]["event"] in ("job.created", "job.posted")
    one.leave()


def test_a_ticket_opens_one_stream_of_two_at_once(two: Site) -> None:
    (ann,) = make_people(two, "homeowner", 1)
    assert httpx.get(path(two.urls[0])).status_code == 401
    given = httpx.post(f"{two.urls[0]}/api/v2/notifications/ticket", headers=ann.headers).json()["data"]
    both = [Stream(path(url, f"?ticket={given['ticket']}")) for url in two.urls]
    deadline = time.monotonic() + 10
    while sorted(one.status for one in both) != [200, 401]:
        assert time.monotonic() < deadline, [one.status for one in both]
        time.sleep(0.05)
    (opened,) = [one for one in both if one.status == 200]
    post_job(two.urls[0], ann)
    opened.wait_for(1)
    opened.leave()
    late = httpx.post(f"{two.urls[0]}/api/v2/notifications/ticket", headers=ann.headers).json()["data"]["ticket"]
    two.sql("UPDATE notifications_streamticket SET expires_at = now() - interval '1 second'")
    assert httpx.get(path(two.urls[0], f"?ticket={late}")).status_code == 401


@pytest.mark.parametrize("end", ["sign-out", "suspension"])
def test_a_stream_ends_within_five_seconds_of_its_rights(two: Site, end: str) -> None:
    (ann,) = make_people(two, "homeowner", 1)
    one = Stream(path(two.urls[1]), ann.headers)
    one.wait_until_open()
    if end == "sign-out":
        httpx.post(f"{two.urls[0]}/api/v2/auth/signout", json={}, headers=ann.headers).raise_for_status()
    else:
        two.sql("UPDATE accounts_person SET suspended_at = now(), suspended_reason = 'x' WHERE id = %s", [ann.id])
    limit = 5 if end == "sign-out" else 9  # a row changed by hand is not told of; what is remembered is 5 s old at most
    assert one.ended.wait(limit), "it goes on"


def test_no_connection_is_held_while_nothing_happens(two: Site) -> None:
    people = make_people(two, "homeowner", 5)
    streams = [Stream(path(two.urls[0]), people[number % 5].headers) for number in range(60)]
    for one in streams:
        one.wait_until_open()
    time.sleep(1)
    name = two.database.rpartition("/")[2]
    (count,) = two.sql("SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND state IS NOT NULL", [name])[0]
    assert count <= 2 * 8 + 2 + 1, "a pool and a hub for each process, and this one"
    for one in streams:
        one.leave()


def test_a_process_for_plain_requests_says_so_and_one_for_streams_has_them(two: Site) -> None:
    (ann,) = make_people(two, "homeowner", 1)
    url = two.start_web("--only", "http")
    answer = httpx.get(path(url), headers=ann.headers)
    assert (answer.status_code, answer.json()["code"]) == (503, "no_streams_here")
    one = Stream(path(two.start_web("--only", "live")), ann.headers)
    one.wait_until_open()
    post_job(url, ann)
    one.wait_for(1)
    one.leave()


def test_streams_end_when_their_process_is_told_to_leave(two: Site) -> None:
    (ann,) = make_people(two, "homeowner", 1)
    url = two.start_web(DRAIN_SECONDS="4")
    process = two.processes[-1]
    one = Stream(path(url), ann.headers)
    one.wait_until_open()
    process.send_signal(signal.SIGTERM)
    assert one.ended.wait(8)
    assert process.wait(20) == 0
