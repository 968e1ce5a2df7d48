"""Chat while everything around it fails: every client has every message, in order, once."""

import json
import os
import random
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from mintenance.launcher.places import PASSABLE
from mintenance.launcher.ports import free_port
from mintenance.launcher.redis import find_redis
from tests.faults.people import Person, make_people
from tests.harness.site import Site, site
from tests.harness.sockets import Client

ROOMS, SOCKETS, MESSAGES = 20, 5, 100


class Redis:
    """One that is killed."""

    def __init__(self, folder: Path) -> None:
        self._folder, self.port = folder, free_port()
        self.start()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        arguments = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self._folder)]
        self._process = subprocess.Popen([find_redis(), *arguments], stdout=subprocess.DEVNULL)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()


class Talker(threading.Thread):
    """A client that is cut off, comes again, resumes, and sends what was not acknowledged once more."""

    def __init__(self, urls: list[str], person: Person, talk: str, texts: list[str], cut: random.Random) -> None:
        super().__init__(daemon=True)
        self._urls, self._person, self._talk, self._dice = urls, person, talk, cut
        self._unsent = [{"clientId": text, "text": text} for text in texts]
        self.cursor: str | None = None
        self.got: list[tuple[str, int, str]] = []
        self.cuts = 0
        self._socket: Any = None
        self._is_done, self.may_talk = threading.Event(), False

    def run(self) -> None:
        while not self._is_done.is_set():
            try:
                url = self._dice.choice(self._urls).replace("http", "ws", 1)
                with connect(f"{url}/ws", additional_headers=self._person.headers, proxy=None) as self._socket:
                    self._talk_on(self._socket)
            except (WebSocketException, OSError, TimeoutError):
                time.sleep(self._dice.uniform(0.05, 0.3))

    def _talk_on(self, socket: Any) -> None:
        live, waits = self.cursor is None, False
        while not self._is_done.is_set():
            try:
                frame = json.loads(socket.recv(timeout=1))
            except TimeoutError:
                socket.send('{"event":"ping"}')
                continue
            if frame["event"] == "connected":
                if self.cursor is None:
                    self.cursor = frame["data"]["cursor"]
                else:
                    socket.send(json.dumps({"event": "resume", "data": {"after": self.cursor}}))
            live = live or frame["event"] == "resuming"
            if live and "id" in frame:
                self.cursor = frame["id"]
                if frame["event"] == "message:received":
                    self.got.append((frame["id"], frame["data"]["sequence"], frame["data"]["text"]))
            if frame["event"] == "ack" and self._unsent and frame["ref"] == self._unsent[0]["clientId"]:
                self._unsent.pop(0)
                waits = False
            if frame["event"] == "error" and frame.get("ref"):
                waits = False
            if self._unsent and self.may_talk and not waits:
                self._say(socket, self._unsent[0])
                waits = True

    def _say(self, socket: Any, wanted: dict[str, str]) -> None:
        data = {"conversationId": self._talk, "message": {"text": wanted["text"]}, "clientId": wanted["clientId"]}
        socket.send(json.dumps({"event": "message:send", "ref": wanted["clientId"], "data": data}))

    def cut(self) -> None:
        """As when a phone leaves the house."""
        with suppress(OSError):  # it may be gone already
            if self._socket is not None:
                self._socket.socket.shutdown(2)
                self.cuts += 1

    def has_sent(self) -> bool:
        return not self._unsent

    def finish(self) -> None:
        self._is_done.set()
        self.cut()


@pytest.fixture
def shaken() -> Iterator[tuple[Site, Redis]]:
    with tempfile.TemporaryDirectory(prefix="mintenance-shaken-") as name:
        folder = Path(name)
        folder.chmod(PASSABLE)
        redis = Redis(folder)
        try:
            with site(folder, webs=2, worker=True, REDIS_URL=redis.url) as running:
                yield running, redis
        finally:
            redis.kill()


def test_every_client_has_every_message_in_order_once(shaken: tuple[Site, Redis]) -> None:
    running, redis = shaken
    anns, carls = make_people(running, "homeowner", ROOMS), make_people(running, "contractor", ROOMS)
    rooms = [start(running, ann, carl) for ann, carl in zip(anns, carls, strict=True)]
    talkers: dict[str, list[Talker]] = {}
    for room, ann, carl in zip(rooms, anns, carls, strict=True):
        share = MESSAGES // SOCKETS
        texts = [[f"{one}-{n}" for n in range(share)] for one in range(SOCKETS)]
        talkers[room] = [
            Talker(running.urls, (ann, carl)[one % 2], room, texts[one], random.Random(f"{room}{one}"))
            for one in range(SOCKETS)
        ]
    everybody = [one for group in talkers.values() for one in group]
    for one in everybody:
        one.start()
    wait(lambda: all(one.cursor is not None for one in everybody), 30, "not all were connected")
    for one in everybody:
        one.may_talk = True
    shake(running, redis, everybody)
    wait(lambda: all(one.has_sent() for one in everybody), 120, "not everything was sent")
    said = {room: messages(running, room) for room in rooms}
    wait(lambda: all(len(one.got) >= MESSAGES for one in everybody), 60, "not everything came")
    time.sleep(1)
    for room, group in talkers.items():
        assert [sequence for sequence, _ in said[room]] == list(range(1, MESSAGES + 1))
        assert sorted(text for _, text in said[room]) == sorted(f"{o}-{n}" for o in range(SOCKETS) for n in range(20))
        for one in group:
            ids = [pk for pk, _, _ in one.got]
            assert ids == sorted(set(ids))
            assert [(sequence, text) for _, sequence, text in one.got] == said[room]
    assert sum(one.cuts for one in everybody) >= 50
    for one in everybody:
        one.finish()


def start(running: Site, ann: Person, carl: Person) -> str:
    answer = httpx.post(
        f"{running.urls[0]}/api/v2/conversations", json={"userId": str(carl.id)}, headers=ann.headers, timeout=30
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["data"]["id"])


def messages(running: Site, room: str) -> list[tuple[int, str]]:
    rows = running.sql(
        "SELECT sequence, text FROM messaging_message WHERE conversation_id = %s ORDER BY sequence", [room]
    )
    return [(int(sequence), str(text)) for sequence, text in rows]


def shake(running: Site, redis: Redis, everybody: list[Talker]) -> None:
    """Redis dies twice, one web process twice and the other once, and fifty clients are cut off, while they talk."""
    dice = random.Random(11)
    for turn in range(2):
        redis.kill()
        cut(everybody, dice, 13)
        redis.start()
        kill_web(running, 0)
        cut(everybody, dice, 13)
        if turn == 0:
            kill_web(running, 1)


def cut(everybody: list[Talker], dice: random.Random, count: int) -> None:
    """Those who are connected at that moment; until so many have been."""
    wanted = sum(one.cuts for one in everybody) + count
    while sum(one.cuts for one in everybody) < wanted:
        dice.choice(everybody).cut()
        time.sleep(0.03)


def kill_web(running: Site, number: int) -> None:
    """Kill -9, and another in its place at the same address."""
    port = running.urls[number].rpartition(":")[2]
    process = running.processes[number]
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    running.processes[number] = running._spawn("web", "--port", port, environment={})


def wait(holds: Any, seconds: float, complaint: str) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, complaint
        time.sleep(0.1)


def test_a_killed_process_leaves_no_ghost(shaken: tuple[Site, Redis]) -> None:
    running, _ = shaken
    (ann,), (carl,) = make_people(running, "homeowner", 1), make_people(running, "contractor", 1)
    start(running, ann, carl)
    anns = Client(running.urls[0], ann.headers)
    anns.wait_for("connected")
    carls = Client(running.urls[1], carl.headers)
    carls.wait_for("connected")
    anns.wait(lambda frame: frame["event"] == "presence:changed" and frame["data"]["status"] == "online")
    running.processes[1].kill()
    began = time.monotonic()
    gone = anns.wait(lambda frame: frame["event"] == "presence:changed" and frame["data"]["status"] == "offline", 100)
    assert time.monotonic() - began < 100
    assert gone["data"]["userId"] == str(carl.id)


def test_a_slow_reader_is_let_go_and_loses_nothing(shaken: tuple[Site, Redis]) -> None:
    running, _ = shaken
    (ann,), (carl,) = make_people(running, "homeowner", 1), make_people(running, "contractor", 1)
    talk = start(running, ann, carl)
    anns, fast = Client(running.urls[0], ann.headers), Client(running.urls[0], carl.headers)
    fast.wait_for("connected")
    cursor = anns.wait_for("connected")["data"]["cursor"]
    slow = connect(
        f"{running.urls[0].replace('http', 'ws', 1)}/ws", additional_headers=carl.headers, proxy=None, max_queue=1
    )
    with slow as socket:
        for number in range(2000):
            anns.send("message:send", {"conversationId": talk, "message": {"text": f"{number} " + "x" * 4000}})
        fast.wait(lambda f: f["event"] == "message:received" and f["data"]["sequence"] == 2000, 60)
        with pytest.raises(WebSocketException):
            while True:
                socket.recv(timeout=20)
        assert socket.close_code == 4008
    again = Client(running.urls[1], carl.headers)
    again.wait_for("connected")
    again.send("resume", {"after": cursor})
    again.wait_for("resumed", 60)
    got = [frame["data"]["sequence"] for frame in again.all_of("message:received")]
    assert got == list(range(1, 2001))
