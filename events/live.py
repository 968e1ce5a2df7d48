"""Reading the log as it grows: what was missed, then what is new, in order, none skipped and none twice.

    async for entry in listen(viewer, after=position): ...

A listener reads the log itself, with the rights that its viewer has at that moment; the hub, which wakes it, is not
trusted with content. While a listener waits it holds no connection.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from uuid import UUID

from channels.db import database_sync_to_async

from core.viewers import Viewer
from events import log as events_log
from events.hub import hub

STRETCH = 200  # events that a listener reads at a time

_read = database_sync_to_async(events_log.read, thread_sensitive=False)


async def listen(
    viewer: Viewer,
    *,
    after: int,
    types: Sequence[str] | None = None,
    public: bool = False,
    watched: Sequence[UUID] = (),
    pause: float = 15.0,
) -> AsyncIterator[events_log.Entry | None]:
    """The events after the position, for ever; None after each `pause` in seconds without one.

    Raises what the database raises when it cannot be read.
    """
    signal = hub().listen(viewer.id, public=public, watched=watched)
    try:
        while True:
            signal.clear()
            found = await _read(viewer, after=after, limit=STRETCH, types=types, public=public, watched=watched)
            for entry in found:
                yield entry
                after = entry.position
            if len(found) == STRETCH:
                continue
            with suppress(TimeoutError):
                await asyncio.wait_for(signal.wait(), pause)
                continue
            yield None
    finally:
        hub().stop_listening(signal)
