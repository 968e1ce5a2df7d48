"""What the tests of the doors' manners share: a door of their own, and somebody who knocks."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from core import throttles
from tests.core import door


@pytest.fixture(autouse=True)
def _own_door(settings: Any) -> Iterator[None]:
    settings.ROOT_URLCONF = "tests.core.door"
    settings.REDIS_URL = ""
    settings.FINISHED_ANSWERS = False  # whoever keeps answers asks the database, which most of these tests have none of
    throttles.forget()
    door.SEEN.clear()
    door.GATE.set()
    yield
    throttles.forget()


class Api:
    """Asks the door as somebody: `api.get("things", by="ann")`."""

    def __init__(self) -> None:
        self.client = Client(raise_request_exception=False)

    def ask(self, method: str, path: str, body: Any = None, *, by: str = "", key: str = "", version: str = "v2/",
            content_type: str = "application/json", **headers: str) -> Any:  # fmt: skip
        """`body` is sent as JSON unless it is bytes; `headers` with underscores for hyphens."""
        if by or key:
            headers["authorization"] = f"Bearer {by}" if by else f"Api-Key {key}"
        headers.setdefault("host", "testserver")  # which Django's client leaves out, and no other does
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        more = {"content_type": content_type} if method not in ("GET", "HEAD") or data else {}
        address = path if path.startswith("/") else f"/api/{version}{path}"
        return self.client.generic(
            method, address, data, headers={n.replace("_", "-"): v for n, v in headers.items()}, **more
        )

    def __getattr__(self, method: str) -> Any:
        return lambda path, body=None, **more: self.ask(method.upper(), path, body, **more)


@pytest.fixture
def api() -> Api:
    return Api()
