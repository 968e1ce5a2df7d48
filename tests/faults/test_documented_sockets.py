"""The clients of docs/sockets.md, as they stand there, on a site whose web process is killed while they talk."""

import asyncio
import json
import os
import re
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from mintenance.launcher.places import CHECKOUT, PASSABLE
from tests.faults.people import Person, make_people
from tests.faults.test_sockets import start, wait
from tests.harness.site import Site, site

WS = CHECKOUT / "tests" / "clients" / "node_modules" / "ws" / "wrapper.mjs"  # browsers' WebSocket, for Node.js
_JS_BROWSER = """
import Node from %s
class WebSocket extends Node {  // in a browser an error that nobody listens to is no fault
  constructor(...given) { super(...given); this.on("error", () => {}) }
}
"""
_JS_DRIVER = """
import readline from "node:readline"
const [url, token] = process.argv.slice(2)
connect(url, token, frame => { if (frame.event === "message:received") console.log(JSON.stringify(frame.data)) })
readline.createInterface({ input: process.stdin }).on("line", line => {
  const { conversation, text } = JSON.parse(line)
  say(conversation, text)
})
"""


def example(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", (CHECKOUT / "docs" / "sockets.md").read_text(), re.DOTALL)
    assert found, f"docs/sockets.md has no example in {language}"
    return found[1]


@pytest.fixture(scope="module")
def running() -> Iterator[Site]:
    with tempfile.TemporaryDirectory(prefix="mintenance-documented-") as folder:
        Path(folder).chmod(PASSABLE)
        with site(Path(folder), webs=1, REDIS_URL="") as it:
            yield it


@pytest.fixture
def talk(running: Site) -> tuple[Person, Person, str]:
    (ann,), (carl,) = make_people(running, "homeowner", 1), make_people(running, "contractor", 1)
    return ann, carl, start(running, ann, carl)


def address(running: Site) -> str:
    return f"{running.urls[0].replace('http', 'ws', 1)}/ws"


def say(running: Site, person: Person, talk: str, text: str) -> None:
    url = f"{running.urls[0]}/api/v2/conversations/{talk}/messages"
    httpx.post(url, json={"text": text}, headers=person.headers, timeout=30).raise_for_status()


def restart(running: Site, between: Any) -> None:
    """Kill the web process, and start another at its address."""
    os.kill(running.processes[0].pid, signal.SIGKILL)
    running.processes[0].wait()
    between()
    port = running.urls[0].rpartition(":")[2]
    running.processes[0] = running._spawn("web", "--port", port, environment={})
    wait(lambda: answers(running), 30, "it does not come back")


def answers(running: Site) -> bool:
    try:
        return httpx.get(f"{running.urls[0]}/healthz", timeout=2).is_success
    except httpx.HTTPError:
        return False


@pytest.mark.skipif(not WS.exists(), reason="The package ws is not installed: scripts/set-up-clients does it, by npm.")
def test_in_javascript(running: Site, talk: tuple[Person, Person, str], tmp_path: Path) -> None:
    ann, carl, conversation = talk
    file = tmp_path / "client.mjs"
    file.write_text(_JS_BROWSER % json.dumps(str(WS)) + example("js") + _JS_DRIVER)
    node = subprocess.Popen(
        ["node", str(file), address(running), ann.pair.access],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert node.stdin
    assert node.stdout
    shown: list[str] = []
    out = node.stdout
    reader = threading.Thread(target=lambda: shown.extend(json.loads(line)["text"] for line in out), daemon=True)
    reader.start()

    def type_in(text: str) -> None:
        assert node.stdin
        node.stdin.write(json.dumps({"conversation": conversation, "text": text}) + "\n")
        node.stdin.flush()

    try:
        type_in("before it was connected")
        wait(lambda: shown == ["before it was connected"], 10, f"not shown: {shown}")
        restart(running, lambda: type_in("while it was gone"))
        say(running, carl, conversation, "from the other one")
        wait(lambda: len(shown) == 3, 15, f"not shown: {shown}")
        type_in("after it came back")
        wait(lambda: len(shown) == 4, 10, f"not shown: {shown}")
    finally:
        node.kill()
        node.wait()
    assert (shown[0], shown[3]) == ("before it was connected", "after it came back")
    assert sorted(shown[1:3]) == ["from the other one", "while it was gone"]


def test_in_python(running: Site, talk: tuple[Person, Person, str]) -> None:
    ann, carl, conversation = talk
    after = httpx.get(f"{running.urls[0]}/api/v2/events?limit=1", headers=ann.headers).json()["data"][-1]["id"]
    given: dict[str, Any] = {}
    exec(example("python"), given)
    shown: list[str] = []

    def show(frame: dict[str, Any]) -> None:
        if frame["event"] == "message:received":
            shown.append(frame["data"]["text"])

    async def follow() -> None:
        task = asyncio.create_task(given["follow"](address(running), ann.pair.access, after, show))
        await asyncio.to_thread(talk_on)
        task.cancel()

    def talk_on() -> None:
        say(running, carl, conversation, "one")
        wait(lambda: shown == ["one"], 10, f"not shown: {shown}")
        restart(running, lambda: None)
        say(running, carl, conversation, "two")
        wait(lambda: shown == ["one", "two"], 20, f"not shown: {shown}")

    asyncio.run(follow())
