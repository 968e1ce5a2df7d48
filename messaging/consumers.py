"""`/ws`: one socket a client. Chat, who types and who is there, and everything else that happens to its person."""

import asyncio
from typing import Any, override
from uuid import UUID

from django.conf import settings

from accounts.sockets import SignedSocket
from core.errors import NotFound, TooManyRequests
from core.sockets import TRY_AGAIN, command, in_thread
from core.viewers import Viewer
from events import cursors
from events import log as events_log
from events.hub import frame, hub
from jobs.models import Job
from messaging.frames import (
    ConversationFrame,
    JobFrame,
    PeopleFrame,
    ReadFrame,
    ResumeFrame,
    SendFrame,
    StatusFrame,
    TypingFrame,
)
from messaging.missed import STRETCH, messages_after
from messaging.posting import post
from messaging.presence import OFFLINE, partners_of, presence
from messaging.services import Letter, close_conversations, keep_open, mark_read, open_conversation, others_in
from messaging.typists import PACE, typists

KEEP_OPEN_SECONDS, CURSOR_SECONDS = 30.0, 60.0
MOST_WATCHED = 100


class TooManySockets(TooManyRequests):
    """A person may have so many sockets open, in all processes together."""

    code, message = "too_many_sockets", "You have too many connections open."


class Chat(SignedSocket):
    """See contract and docs/sockets.md. Each method is one frame of the client's."""

    def __init__(self) -> None:
        super().__init__()
        self.watched: set[UUID] = set()
        self._rooms: dict[UUID, list[UUID]] = {}  # conversations that it may type in, with the others
        self._open: set[UUID] = set()
        self._typed_at: dict[UUID, float] = {}
        self._cursor = 0  # up to where the client knows that it has everything
        self._is_resuming = asyncio.Lock()
        self._turns: dict[float, asyncio.TimerHandle] = {}

    # --- Coming and going ----------------------------------------------------------------------------------------

    @override
    async def signed_in(self) -> None:
        person = self.actor.person_id
        if presence().count(person) >= settings.SOCKETS_PER_PERSON:
            raise TooManySockets
        presence().put(person, self)
        typists()  # from now on it hears who types elsewhere
        await hub().ready()
        if self.is_closing:
            return
        hub().join(self)
        self._cursor = hub().position
        self.say("connected", {"userId": person, "cursor": cursors.encode(self._cursor)})
        self._again(CURSOR_SECONDS, self._tell_cursor)
        self._again(KEEP_OPEN_SECONDS, self._keep_open)

    @override
    async def left(self) -> None:
        hub().leave(self)
        for timer in self._turns.values():
            timer.cancel()
        for conversation in list(self._typed_at):
            typists().stop(conversation, self.actor.person_id, self._rooms[conversation])
        presence().remove(self.actor.person_id, self)
        await self._close_all()
        await presence().write_down()

    def _again(self, seconds: float, do: Any) -> None:
        """Every so many seconds, until it is closed."""

        def turn() -> None:
            do()
            self._again(seconds, do)

        self._turns[seconds] = asyncio.get_running_loop().call_later(seconds, turn)

    def _tell_cursor(self) -> None:
        """The client has everything up to here, though much of it did not concern it."""
        if hub().position > self._cursor and not self._is_resuming.locked():
            self._cursor = hub().position
            self.say("cursor", {"cursor": cursors.encode(self._cursor)})

    # --- Conversations -------------------------------------------------------------------------------------------

    @command("join:conversation", takes=ConversationFrame, bare="conversationId")
    async def join(self, given: dict[str, Any]) -> Any:
        """Have a conversation before one's eyes: what is said in it is no news meanwhile."""
        pk = given["conversation_id"]
        found = await in_thread(open_conversation)(conversation_id=pk, by=self.actor)
        self._open.add(pk)
        joined = {"conversationId": pk, "sequence": found.last_sequence}
        self.say("joined:conversation", joined)
        if given.get("after") is not None:
            await self._send_missed(pk, given["after"])
        return joined

    def _keep_open(self) -> None:
        open_ones = [(room, self.actor.person_id) for room in self._open]
        if open_ones:
            self._keeping = asyncio.ensure_future(in_thread(keep_open)(open_ones=open_ones))

    async def _send_missed(self, conversation: UUID, after: int) -> None:
        while rows := await in_thread(messages_after)(self.viewer, conversation, after):
            for sequence, written in rows:
                await self.has_room()
                self.deliver(frame("message.created", written))
                after = sequence
            if len(rows) < STRETCH:
                return

    @command("leave:conversation", takes=TypingFrame, bare="conversationId")
    async def leave(self, given: dict[str, Any]) -> Any:
        """Look away."""
        pk = given["conversation_id"]
        self._stop_typing(pk)
        if pk in self._open:
            self._open.discard(pk)
            await in_thread(close_conversations)(open_ones=[(pk, self.actor.person_id)])
        return {"conversationId": pk}

    async def _close_all(self) -> None:
        """Not open any more, unless another socket of the same person here has it open."""
        others = [one for one in hub().receivers_of(self.actor.person_id) if isinstance(one, Chat)]
        still = set().union(*(one._open for one in others))
        gone = [(room, self.actor.person_id) for room in self._open - still]
        if gone:
            await in_thread(close_conversations)(open_ones=gone)

    @command("message:send", takes=SendFrame)
    async def send_message(self, given: dict[str, Any]) -> Any:
        """Say something. The answer is the message, once it is saved."""
        said = given["message"]
        letter = Letter(
            given["conversation_id"], said["text"], self.actor, said.get("images") or (), given.get("client_id")
        )
        self._stop_typing(letter.conversation_id)
        return await post().put(letter)

    @command("message:read", takes=ReadFrame)
    async def read(self, given: dict[str, Any]) -> Any:
        """Have read a conversation up to a message."""
        read = await in_thread(mark_read)(**given, by=self.actor)
        return {"conversationId": read.pk, "sequence": read.last_sequence}

    # --- Typing and presence -------------------------------------------------------------------------------------

    @command("typing:start", takes=TypingFrame, bare="conversationId", counted=False)
    async def start_typing(self, given: dict[str, Any]) -> Any:
        """Begin to type, or go on. Told at most once a second."""
        pk = given["conversation_id"]
        others = await self._others(pk)
        now = asyncio.get_running_loop().time()
        if settings.RATE_LIMITS_ON and now - self._typed_at.get(pk, -PACE) < PACE:
            return None
        self._typed_at[pk] = now
        typists().start(pk, self.actor.person_id, others)
        return None

    @command("typing:stop", takes=TypingFrame, bare="conversationId", counted=False)
    async def stop_typing(self, given: dict[str, Any]) -> Any:
        """Have stopped."""
        await self._others(given["conversation_id"])
        self._stop_typing(given["conversation_id"])

    def _stop_typing(self, conversation: UUID) -> None:
        if self._typed_at.pop(conversation, None) is not None:
            typists().stop(conversation, self.actor.person_id, self._rooms[conversation])

    async def _others(self, conversation: UUID) -> list[UUID]:
        """Who else takes part. Who does never changes, so it is asked once."""
        if conversation not in self._rooms:
            found = await in_thread(others_in)(conversation_id=conversation, by=self.actor)
            self._rooms[conversation] = found
        return self._rooms[conversation]

    @command("presence:update", takes=StatusFrame, bare="status")
    async def set_status(self, given: dict[str, Any]) -> Any:
        """Say whether one is there: online, away or busy."""
        presence().put(self.actor.person_id, self, given["status"])
        return given

    @command("presence:query", takes=PeopleFrame, bare="userIds")
    async def query_presence(self, given: dict[str, Any]) -> Any:
        """Who is there, of those with whom one shares a conversation; of others nothing is told."""
        asked = list(dict.fromkeys(given["user_ids"]))
        pairs = await in_thread(partners_of)([self.actor.person_id])
        known = {partner for _, partner in pairs} | {self.actor.person_id}
        unknown = {"status": OFFLINE, "lastSeen": None}
        await presence().learn(one for one in asked if one in known)
        found = presence().of(one for one in asked if one in known)
        return {str(one): found.get(one, unknown) for one in asked}

    # --- Jobs, and what was missed -------------------------------------------------------------------------------

    @command("job:watch", takes=JobFrame, bare="jobId")
    async def watch_job(self, given: dict[str, Any]) -> Any:
        """Be told what happens to a job, for as long as one may see it."""
        pk = given["job_id"]
        if not await in_thread(_sees_job)(self.viewer, pk):
            raise NotFound
        if len(self.watched) >= MOST_WATCHED and pk not in self.watched:
            raise TooManyRequests("You watch too many jobs. Stop watching one first.")
        hub().watch(self, pk)
        return {"jobId": pk}

    @command("job:unwatch", takes=JobFrame, bare="jobId")
    async def unwatch_job(self, given: dict[str, Any]) -> Any:
        """Be told no more."""
        hub().unwatch(self, given["job_id"])
        return {"jobId": given["job_id"]}

    @command("resume", takes=ResumeFrame, bare="after")
    async def resume(self, given: dict[str, Any]) -> Any:
        """Have everything since an event, in order, then what is new."""
        async with self._is_resuming:
            after = await in_thread(events_log.place)(given["after"])
            hub().leave(self)
            self.say("resuming", {"after": given["after"]})
            try:
                while after < (upto := hub().position):
                    after = await self._send_stretch(after, upto)
            except Exception:
                self.shut(TRY_AGAIN, "unavailable")  # it has left the hub: open, it would be deaf without knowing it
                raise
            if not self.is_closing:
                hub().join(self)  # nothing has been awaited since the hub's position was read
            self._cursor = after
            self.say("resumed", {"cursor": cursors.encode(after)})
        return {"cursor": cursors.encode(after)}

    async def _send_stretch(self, after: int, upto: int) -> int:
        """Up to where everything has been sent now."""
        rows = await in_thread(events_log.read)(self.viewer, after=after, upto=upto, limit=STRETCH, public=False)
        for row in rows:
            await self.has_room()
            self.deliver(frame(row.type, row.envelope))
        return rows[-1].position if len(rows) == STRETCH else upto

    @command("ping", counted=False)
    async def ping(self) -> Any:
        """Ask whether the server is there."""
        self.say("pong")


def _sees_job(viewer: Viewer, pk: UUID) -> bool:
    return bool(Job.objects.visible_to(viewer).filter(pk=pk).exists())
