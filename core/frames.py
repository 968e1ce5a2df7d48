"""Frames that are written once and sent to many sockets.

Most of what a chat costs is writing: the same frame to every socket, framed and put into its buffer again each time. A
server that offers the ASGI extension below takes bytes that are framed already, several frames in one write, without a
task. Any other is given the same frames one by one, as ASGI's `websocket.send`.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from struct import pack

EXTENSION = "mintenance.frames"
"""In `scope["extensions"]`: a function of framed bytes that answers whether it has written them. It writes all or
nothing, at once; it does not where the reader is slow, the socket is not open, or frames have another form."""

Write = Callable[[bytes], bool]

_TEXT = 0x81  # FIN, and opcode 1: a whole text message (RFC 6455, section 5.2)


def framed(text: bytes) -> bytes:
    """A text message as a server sends it: one frame, not masked (RFC 6455, section 5.2)."""
    length = len(text)
    if length < 126:
        return pack("!BB", _TEXT, length) + text
    if length < 1 << 16:
        return pack("!BBH", _TEXT, 126, length) + text
    return pack("!BBQ", _TEXT, 127, length) + text


class Frame:
    """One text frame, framed when it is first written."""

    def __init__(self, text: bytes) -> None:
        self.text = text

    @cached_property
    def wire(self) -> bytes:
        """As it goes over the wire."""
        return framed(self.text)


class Batch:
    """Frames that go to several sockets, in this order."""

    def __init__(self, frames: Sequence[Frame]) -> None:
        self._frames = frames

    def __iter__(self) -> Iterator[Frame]:
        return iter(self._frames)

    @cached_property
    def wire(self) -> bytes:
        """All of them, as they go over the wire."""
        return b"".join(frame.wire for frame in self._frames)
