"""A process in which every address is this machine's, and listened at: what is posted from here is told, and what came.

`unshare -n python -m tests.webhooks.namespace`: in a network namespace of its own all of IPv4 and IPv6 is routed to the
process itself, so that a connection that is not refused is accepted, whatever it was made to. Without a namespace
(`--loopback`) the addresses of this machine are listened at.

Reads one line of JSON: `urls` to post to, and `names` with the answers that their lookups are given, one after another.
"""

import json
import os
import queue
import selectors
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import django

_REDIRECT = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_ASK = socket.getaddrinfo


class Sink:
    """Listens everywhere; notes the address at which each connection came in, and answers by a redirect."""

    def __init__(self, ports: Iterable[int]) -> None:
        self.accepted: list[str] = []
        self._selector = selectors.DefaultSelector()
        for port in ports:
            for family, everywhere in ((socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")):
                one = socket.create_server((everywhere, port), family=family, backlog=200)
                self._selector.register(one, selectors.EVENT_READ)
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            for key, _ in self._selector.select():
                server: Any = key.fileobj
                connection, _ = server.accept()
                self.accepted.append(connection.getsockname()[0])
                threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.recv(65536)
            connection.sendall(_REDIRECT)


def route_everything_here() -> None:
    """Every address is one of the loopback's."""
    for command in ("link set lo up", "route add local 0.0.0.0/0 dev lo", "-6 route add local ::/0 dev lo"):
        subprocess.run(["ip", *command.split()], check=True)


def answer_lookups(names: dict[str, list[list[str]]]) -> None:
    """These names have these addresses, the next ones at each lookup; others have none, but for localhost."""

    def look_up(host: Any, port: Any, *args: Any, **more: Any) -> Any:
        if host in names:
            found = names[host].pop(0) if len(names[host]) > 1 else names[host][0]
            return [one for address in found for one in _ASK(address, port, *args, **more)]
        if host != "localhost":
            more["flags"] = more.get("flags", 0) | socket.AI_NUMERICHOST
        return _ASK(host, port, *args, **more)

    socket.getaddrinfo = look_up


def post(urls: list[str]) -> list[dict[str, Any]]:
    """What comes of each, sent by the poster as deliveries are."""
    from webhooks import signing
    from webhooks.posting import Poster
    from webhooks.services.claiming import Parcel

    outcomes: queue.SimpleQueue[Any] = queue.SimpleQueue()
    poster, secrets = Poster(outcomes.put), (signing.make_secret(),)
    parcels = [Parcel(uuid4(), uuid4(), uuid4(), 0, url, "evt_1", "{}", secrets, time.monotonic() + 60) for url in urls]
    poster.post(parcels)
    found = [outcomes.get(timeout=60) for _ in urls]
    poster.close()
    by_id = {one.parcel.delivery_id: {"status": one.status, "error": one.error} for one in found}
    return [by_id[parcel.delivery_id] for parcel in parcels]


def check_and_post(url: str) -> dict[str, Any]:
    """As at the creation of an endpoint, and then two deliveries, each by connections of its own."""
    from webhooks.addresses import check_url
    from webhooks.exceptions import UrlNotAllowed

    try:
        check_url(url)
    except UrlNotAllowed:
        return {"created": False}
    return {"created": True, "posted": [*post([url]), *post([url])]}


def run() -> None:
    """Do what is asked, and say what came of it."""
    given = json.loads(sys.stdin.readline())
    ports = {urlsplit(url).port for url in given["names"]["urls"]} - {None} or {80, 443, 8443}
    if "--loopback" not in sys.argv:
        route_everything_here()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mintenance.settings")
    django.setup()
    sink = Sink(ports)
    answer_lookups(given["names"]["answers"])
    posted = post(given["urls"])
    before = len(sink.accepted)
    named = {url: check_and_post(url) for url in given["names"]["urls"]}
    print(json.dumps({  # noqa: T201 - the answer
        "posted": posted, "accepted": sink.accepted[:before], "named": named, "acceptedByName": sink.accepted[before:],
    }))  # fmt: skip


if __name__ == "__main__":
    run()
