"""The receivers of docs/webhooks.md, taken from there and run against real deliveries; and the libraries for Node."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
import standardwebhooks

from mintenance.launcher.places import CHECKOUT
from tests import cast
from tests.cast import Rest, Who
from tests.webhooks.conftest import Receiver, Send, deliveries, listen
from webhooks.models import Delivery

pytestmark = pytest.mark.django_db
CLIENTS = CHECKOUT / "tests" / "clients"
node = pytest.mark.skipif(
    not (CLIENTS / "node_modules" / "standardwebhooks").exists(),
    reason="Node's tools are not installed: `make test` does it where npm is there",
)
openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="there is no openssl here")


def example(language: str) -> str:
    """The receiver in the docs; the first block of shell there is how an endpoint is made."""
    blocks = re.findall(rf"```{language}\n(.*?)```", (CHECKOUT / "docs" / "webhooks.md").read_text(), re.DOTALL)
    return str(blocks[-1])


class Gateway(ThreadingHTTPServer):
    """A web server as far as a CGI program needs one (RFC 3875)."""

    def __init__(self, port: int, program: Path, environment: dict[str, str]) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                given = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in self.headers.items()}
                length = self.headers["Content-Length"]
                done = subprocess.run(
                    ["sh", str(program)],
                    input=self.rfile.read(int(length)),
                    env={**environment, **given, "CONTENT_LENGTH": length},
                    capture_output=True,
                )
                self.send_response(int(done.stdout.split()[1]))
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        super().__init__(("127.0.0.1", port), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Callable[[str, int, str], None]]:
    """Starts the receiver of a language at a port, with a secret."""
    ends: list[Callable[[], Any]] = []

    def start(language: str, port: int, secret: str) -> None:
        environment = {"PATH": os.environ["PATH"], "WEBHOOK_SECRET": secret, "PORT": str(port), "QUEUE": str(tmp_path)}
        program = tmp_path / {"python": "receiver.py", "js": "receiver.mjs", "sh": "receiver.sh"}[language]
        program.write_text(example(language))
        if language == "sh":
            gateway = Gateway(port, program, environment)
            ends.extend([gateway.server_close, gateway.shutdown])
        else:
            (tmp_path / "node_modules").symlink_to(CLIENTS / "node_modules")
            command = sys.executable if language == "python" else "node"
            with (tmp_path / "said").open("wb") as said:
                running = subprocess.Popen([command, program], env=environment, stdout=said, stderr=said)
            ends.extend([running.wait, running.kill])
        _wait_for(port, tmp_path)

    yield start
    for end in reversed(ends):
        end()


def _wait_for(port: int, folder: Path) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            assert time.monotonic() < deadline, (folder / "said").read_text()
            time.sleep(0.05)
        else:
            return


def signed(secret: str, body: str, *, age: timedelta = timedelta(0)) -> dict[str, str]:
    """The headers that we would send with it."""
    moment = datetime.now(UTC) - age
    signature = standardwebhooks.Webhook(secret).sign("evt_1", moment, body)
    return {
        "webhook-id": "evt_1", "webhook-timestamp": str(int(moment.timestamp())), "webhook-signature": signature,
    }  # fmt: skip


@pytest.mark.parametrize("language", ["python", pytest.param("js", marks=node), pytest.param("sh", marks=openssl)])
def test_the_receivers_of_the_docs_take_what_is_ours_and_nothing_else(
    language: str, rest: Rest, ann: Who, send: Send, run: Any
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}/hook"
    hook = listen(rest, ann, url, "job.*")
    run(language, port, hook["secret"])
    cast.job_of(ann, title="Mend the café's tap")
    send()
    rest.post(f"webhooks/{hook['id']}/rotate-secret", {}, by=ann)  # from now on there are two signatures
    cast.job_of(ann)
    send()
    assert [one["attempts"][0]["responseStatus"] for one in deliveries(rest, ann, hook)] == [204] * 4
    body = str(Delivery.objects.filter(event_type="job.posted").earliest("created_at").body)
    good = signed(hook["secret"], body)
    wrong = {
        "other bytes": (good, body.replace("tap", "top")),
        "another id": ({**good, "webhook-id": "evt_2"}, body),
        "old": (signed(hook["secret"], body, age=timedelta(minutes=6)), body),
        "too new": (signed(hook["secret"], body, age=-timedelta(minutes=6)), body),
        "another secret": (signed("whsec_" + "QQ==" * 8, body), body),
        "no time": ({**good, "webhook-timestamp": "now"}, body),
        "no signature": ({**good, "webhook-signature": "v1,"}, body),
    }
    with httpx.Client() as client:
        assert client.post(url, headers=good, content=body.encode()).status_code == 204
        for why, (headers, text) in wrong.items():
            assert client.post(url, headers=headers, content=text.encode()).status_code == 400, why


@node
def test_the_libraries_for_node_verify_them(rest: Rest, ann: Who, receiver: Receiver, send: Send) -> None:
    secret = listen(rest, ann, receiver, "job.posted")["secret"]
    cast.job_of(ann, title="Mend the café's tap")
    send()
    (request,) = receiver.requests

    def verdicts(body: str) -> list[str]:
        given = json.dumps({"secret": secret, "headers": request.headers, "body": body})
        done = subprocess.run(["node", "verify.mjs"], cwd=CLIENTS, input=given, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return list(json.loads(done.stdout))

    assert verdicts(request.body.decode()) == [request.json["id"]] * 2
    assert verdicts(request.body.decode().replace("tap", "top")) == ["WebhookVerificationError"] * 2
