"""Receivers that do not behave: they sleep, drip, reset the connection, or answer ten gigabytes."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

_HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n"
_ABORT = struct.pack("ii", 1, 0)  # SO_LINGER of no time: closing is a reset


class Unruly:
    """Takes any number of requests, and is rude to each until `stop`.

    `asked`: how many requests have come; `open`: how many of them have not ended; `sent`: bytes of answers.
    """

    def __init__(self, manner: str) -> None:
        self.asked = self.open = self.sent = 0
        self._behave = {"sleep": self._sleep, "drip": self._drip, "reset": self._reset, "flood": self._flood}[manner]
        self._lock, self._stopping = threading.Lock(), threading.Event()
        self._server = socket.create_server(("127.0.0.1", 0), backlog=100)
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.getsockname()[1]}/hook"

    def stop(self) -> None:
        """End it and all connections."""
        self._stopping.set()
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._server.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            while connection.recv(65536):
                self._count(1)
                try:
                    self._behave(connection)
                finally:
                    self._count(0, -1)

    def _count(self, asked: int, more: int = 1) -> None:
        with self._lock:
            self.asked, self.open = self.asked + asked, self.open + more

    def _sleep(self, connection: socket.socket) -> None:
        self._wait_until_it_hangs_up(connection, every=0.2, saying=b"")

    def _drip(self, connection: socket.socket) -> None:
        connection.sendall(_HEAD)
        self._wait_until_it_hangs_up(connection, every=0.2, saying=b".")

    def _reset(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABORT)
        connection.close()

    def _flood(self, connection: socket.socket) -> None:
        connection.sendall(_HEAD)
        while not self._stopping.is_set():
            self.sent += connection.send(bytes(65536))

    def _wait_until_it_hangs_up(self, connection: socket.socket, *, every: float, saying: bytes) -> None:
        connection.settimeout(every)
        while not self._stopping.is_set():
            connection.sendall(saying)
            with suppress(TimeoutError):
                if not connection.recv(65536):
                    return


@pytest.fixture
def unruly() -> Iterator[Callable[[str], Unruly]]:
    """Makes them, by manner: sleep, drip, reset, flood."""
    made: list[Unruly] = []

    def make(manner: str) -> Unruly:
        made.append(Unruly(manner))
        return made[-1]

    yield make
    for one in made:
        one.stop()
