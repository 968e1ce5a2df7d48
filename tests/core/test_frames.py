"""Frames that are written once: the same bytes as any server writes, and the same frames by any server."""

import asyncio
from typing import Any

import pytest
from websockets.frames import Frame as WebSocketFrame
from websockets.frames import Opcode

from core.frames import EXTENSION, Batch, Frame, framed
from core.sockets import Socket


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65_535, 65_536, 200_000])
def test_they_are_framed_as_a_library_frames_them(size: int) -> None:
    text = b"x" * size
    assert framed(text) == WebSocketFrame(Opcode.TEXT, text).serialize(mask=False)


class Server:
    """An ASGI server's side of one socket: what it is sent, as text or as bytes."""

    def __init__(self, takes: bool | None) -> None:
        self.texts: list[str] = []
        self.wires: list[bytes] = []
        self._takes = takes

    async def send(self, message: dict[str, Any]) -> None:
        self.texts.append(message["text"])

    def write(self, wire: bytes) -> bool:
        if self._takes:
            self.wires.append(wire)
        return bool(self._takes)

    def open(self) -> Socket:
        made = Socket()
        made.scope, made.base_send = {}, self.send  # type: ignore[typeddict-item]
        if self._takes is not None:
            made._write = self.write
        return made


def give(server: Server, *texts: str) -> None:
    async def take() -> None:
        server.open().take(Batch([Frame(text.encode()) for text in texts]))

    asyncio.run(take())


def test_a_batch_is_one_write_where_the_server_takes_it() -> None:
    server = Server(takes=True)
    give(server, "1", "22")
    assert (server.wires, server.texts) == ([framed(b"1") + framed(b"22")], [])


@pytest.mark.parametrize("takes", [False, None])
def test_it_is_text_in_the_same_order_where_it_does_not(takes: bool | None) -> None:
    server = Server(takes)
    give(server, "1", "é")
    assert (server.wires, server.texts) == ([], ["1", "é"])


def test_the_extension_has_a_name_of_its_own() -> None:
    assert "." in EXTENSION  # ASGI keeps those without a dot for itself
