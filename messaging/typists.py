"""Who is typing. Told to the other one's sockets in every process, kept nowhere, and over after eight seconds."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from core.bus import Bus, bus
from core.frames import Frame
from core.loops import one_each
from core.renderers import to_json
from core.sockets import Socket
from events.hub import Hub, hub

LASTS, PACE = 8.0, 1.0  # seconds: how long it holds, and how often it is told at most
_REMOTE_GRACE = 1.0  # seconds longer for what another process has told, which may have died since

_Key = tuple[UUID, UUID]  # conversation, person


class Typists:
    """One for each event loop."""

    def __init__(self, words: Bus, connected: Hub) -> None:
        self._bus, self._hub = words, connected
        self._loop = asyncio.get_running_loop()
        self._typing: dict[_Key, asyncio.TimerHandle] = {}
        words.start({"typing": self._hear})

    def start(self, conversation: UUID, person: UUID, others: Sequence[UUID]) -> None:
        """They type, for LASTS, unless it is said again."""
        self._set((conversation, person), others, LASTS)
        self._tell(conversation, person, others, True)
        self._bus.say("typing", [str(conversation), str(person), [str(one) for one in others], True])

    def stop(self, conversation: UUID, person: UUID, others: Sequence[UUID]) -> None:
        """They have stopped, if they were."""
        if self._forget((conversation, person)):
            self._tell(conversation, person, others, False)
            self._bus.say("typing", [str(conversation), str(person), [str(one) for one in others], False])

    def _set(self, key: _Key, others: Sequence[UUID], seconds: float) -> None:
        self._forget(key)
        self._typing[key] = self._loop.call_later(seconds, self._over, key, others)

    def _forget(self, key: _Key) -> bool:
        timer = self._typing.pop(key, None)
        if timer is not None:
            timer.cancel()
        return timer is not None

    def _over(self, key: _Key, others: Sequence[UUID]) -> None:
        self._typing.pop(key, None)
        self._tell(*key, others, False)

    def _hear(self, process: str, words: Any) -> None:
        conversation, person, others = UUID(words[0]), UUID(words[1]), [UUID(one) for one in words[2]]
        if words[3]:
            self._set((conversation, person), others, LASTS + _REMOTE_GRACE)
        else:
            self._forget((conversation, person))
        self._tell(conversation, person, others, bool(words[3]))

    def _tell(self, conversation: UUID, person: UUID, others: Sequence[UUID], is_typing: bool) -> None:
        said = {"conversationId": conversation, "userId": person, "isTyping": is_typing}
        frame = Frame(b'{"event":"typing:user","data":%b}' % to_json(said))
        for other in others:
            for receiver in self._hub.receivers_of(other):
                if isinstance(receiver, Socket):
                    receiver.deliver(frame, stored=False)


typists = one_each(lambda: Typists(bus(), hub()))
"""Those of the running loop."""
