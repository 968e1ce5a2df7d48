"""One thing followed in the log by somebody who has to be allowed to, for as long as it goes on."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from channels.db import database_sync_to_async

from core.viewers import Viewer
from events import log
from events.live import listen


@dataclass(frozen=True)
class Happened:
    """An event as its reader sees it. `kind` says what its resource is to whoever shows it."""

    id: str
    data: dict[str, Any]
    kind: Any = None


async def follow(
    viewer: Viewer,
    *,
    kind: Any,
    types: Sequence[str],
    after: str | None,
    allowed: Callable[[], Any],
    public: bool = False,
    watched: Sequence[UUID] = (),
) -> AsyncIterator[Any]:
    """What happens after the event `after`, or from now on. `allowed` is asked at first, with each event and in each
    pause, and ends it by what it raises.

    Raises InvalidEventCursor, CursorExpired.
    """
    check = database_sync_to_async(allowed, thread_sensitive=False)
    await check()
    place = await database_sync_to_async(_place, thread_sensitive=False)(after)
    heard = listen(viewer, after=place, types=types, public=public, watched=watched)
    async with aclosing(heard) as entries:  # type: ignore[type-var]  # it is a generator
        async for entry in entries:
            await check()
            if entry is not None:
                envelope = orjson.loads(entry.envelope)
                yield Happened(envelope["id"], envelope["data"], kind)


def _place(after: str | None) -> int:
    return log.bounds()[1] if after is None else log.place(after)
