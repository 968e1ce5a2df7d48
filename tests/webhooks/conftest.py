"""A receiver, and somebody whose program it is."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from typing import Any

import pytest
from django.utils import timezone

from events import publishing
from tests.cast import Rest, Who
from webhooks import tasks
from webhooks.models import Delivery
from webhooks.sending import Sender


@dataclass
class Request:
    """What came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Receiver:
    """Keeps what comes; answers by `answer(request)`: a status, and headers and a body if it likes."""

    answer: Callable[[Request], Any] = lambda request: 204
    requests: list[Request] = field(default_factory=list)
    server: Any = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/hook"

    @property
    def types(self) -> list[str]:
        return [request.json["type"] for request in self.requests]


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            request = Request(self.path, {k.lower(): v for k, v in self.headers.items()}, body)
            receiver.requests.append(request)
            answer = receiver.answer(request)
            status, headers, text = answer if isinstance(answer, tuple) else (answer, {}, b"")
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if status != 204:
                self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            if status != 204:
                self.wfile.write(text)

        def log_message(self, *_: Any) -> None:
            pass

    return Handler


@pytest.fixture
def receive() -> Iterator[Callable[..., Receiver]]:
    """Makes receivers."""
    made: list[Receiver] = []

    def make(answer: Callable[[Request], Any] | None = None) -> Receiver:
        receiver = Receiver(answer) if answer else Receiver()
        receiver.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(receiver))
        receiver.server.daemon_threads = True
        threading.Thread(target=receiver.server.serve_forever, daemon=True).start()
        made.append(receiver)
        return receiver

    yield make
    for receiver in made:
        receiver.server.shutdown()
        receiver.server.server_close()


@pytest.fixture
def receiver(receive: Callable[..., Receiver]) -> Receiver:
    """One that accepts everything."""
    return receive()


@pytest.fixture(autouse=True)
def _loopback(settings: Any) -> None:
    settings.WEBHOOK_ALLOW_NETS = [ip_network("127.0.0.1/32")]


@pytest.fixture
def send() -> Iterator[Callable[[], None]]:
    """Does what a worker does, until nothing is due."""
    sender = Sender()

    def run(seconds: float = 20) -> None:
        publishing.publish()
        while tasks.queue_webhooks():
            pass
        until = time.monotonic() + seconds
        while sender():
            assert time.monotonic() < until, "not done in time"

    yield run
    sender.finish()


Send = Callable[..., None]


def make_due() -> None:
    """As if the pauses were over."""
    Delivery.objects.filter(status="pending").update(next_attempt_at=timezone.now() - timedelta(seconds=1), lease=None)


def deliveries(rest: Rest, by: Who, hook: Any, query: str = "") -> list[Any]:
    """What was sent to an endpoint, as its owner reads it."""
    answer = rest.get(f"webhooks/{hook['id']}/deliveries{query}", by=by)
    assert answer.status_code == 200, answer.content
    return answer.json()["data"]


def listen(rest: Rest, by: Who, receiver: Receiver | str, *events: str, **more: Any) -> Any:
    """An endpoint of theirs, as its creation answers."""
    url = receiver if isinstance(receiver, str) else receiver.url
    answer = rest.post("webhooks", {"url": url, "events": list(events) or ["*"], **more}, by=by)
    assert answer.status_code == 201, answer.content
    return answer.json()["data"]
