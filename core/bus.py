"""Words between the processes that hold sockets: what is never kept and may be lost, as who types and who is there.

They go through Channels' layer, all processes in one group. Where no layer is set up there are no other processes, and
nothing is sent. What gathers while a publication is on its way to Redis shares the next one.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any
from uuid import uuid4

from channels.layers import get_channel_layer

from core.loops import one_each

log = logging.getLogger(__name__)

GROUP = "mintenance.processes"
MOST_WAITING = 10_000  # words; with Redis gone the oldest are let go
RETRY_SECONDS = 0.5

Hear = Callable[[str, Any], None]


class Bus:
    """One for each event loop. What is said is a JSON-like value under a kind; the process that says it does not hear
    it."""

    def __init__(self) -> None:
        self.name = uuid4().hex  # of this process among the others
        self._layer = get_channel_layer()
        self._hears: dict[str, Hear] = {}
        self._waiting: list[list[Any]] = []
        self._filled = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self, hears: Mapping[str, Hear]) -> None:
        """Hear these kinds, in this loop, from now on."""
        self._hears.update(hears)
        if self._layer is not None and not self._tasks:
            loop = asyncio.get_running_loop()
            self._tasks = [loop.create_task(self._listen()), loop.create_task(self._send())]

    def say(self, kind: str, words: Any) -> None:
        """Tell all other processes, soon."""
        if self._layer is None:
            return
        self._waiting.append([kind, words])
        del self._waiting[:-MOST_WAITING]
        self._filled.set()

    async def _send(self) -> None:
        while True:
            await self._filled.wait()
            self._filled.clear()
            words, self._waiting = self._waiting, []
            try:
                await self._layer.group_send(GROUP, {"type": "words", "from": self.name, "words": words})
            except Exception as error:  # whatever the layer's driver raises: these words are lost, as words may be
                log.warning("The other processes cannot be told: %s", type(error).__name__)
                await asyncio.sleep(RETRY_SECONDS)

    async def _listen(self) -> None:
        """Begins without Redis, and goes on when it is there."""
        channel = None
        while True:
            try:
                if channel is None:
                    new = await self._layer.new_channel()
                    await self._layer.group_add(GROUP, new)
                    channel = new
                self._hear(await self._layer.receive(channel))
            except Exception as error:
                log.warning("The other processes cannot be heard: %s", type(error).__name__)
                await asyncio.sleep(RETRY_SECONDS)

    def _hear(self, message: dict[str, Any]) -> None:
        if message["from"] == self.name:
            return
        for kind, words in message["words"]:
            hear = self._hears.get(kind)
            if hear is not None:
                with suppress(KeyError, ValueError, TypeError):  # another version of the product may be running beside
                    hear(message["from"], words)


bus = one_each(Bus)
"""The bus of the running loop."""
