"""Server-sent events (HTML standard, section 9.2): a person's part of the log as it grows."""

import time
from collections.abc import AsyncIterator, Callable, Sequence

from channels.db import database_sync_to_async

from core.errors import Refusal
from core.health import is_draining
from core.viewers import Viewer
from events import cursors
from events.live import listen

RETRY = b"retry: 3000\n\n"
COMMENT_SECONDS, CHECK_SECONDS = 15.0, 3.0


async def stream(
    viewer: Viewer, *, after: int, types: Sequence[str] | None, still_in: Callable[[], None], reset: bool
) -> AsyncIterator[bytes]:
    """The frames of a stream, until its reader leaves, `still_in` refuses, or the process does.

    `reset`: the reader's place is not kept any more, so it is told to read afresh, and goes on from `after`.
    """
    check = database_sync_to_async(still_in, thread_sensitive=False)
    yield RETRY
    if reset:
        yield b"event: reset\ndata: {}\n\n"
    said = checked = time.monotonic()
    async for entry in listen(viewer, after=after, types=types, public=types is not None, pause=CHECK_SECONDS):
        now = time.monotonic()
        if now - checked >= CHECK_SECONDS or entry is None:
            checked = now
            try:
                await check()
            except Refusal:
                return
        if is_draining():
            return
        if entry is not None:
            yield frame(entry.position, entry.type, entry.envelope)
            said = now
        elif now - said >= COMMENT_SECONDS:
            yield b": still here\n\n"
            said = now


def frame(position: int, type_of_event: str, envelope: bytes) -> bytes:
    """One event: its cursor, its type, and its envelope on one line."""
    return b"id: %b\nevent: %b\ndata: %b\n\n" % (
        cursors.encode(position).encode(),
        type_of_event.encode(),
        envelope.replace(b"\n", b" "),
    )
