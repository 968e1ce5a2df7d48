"""REST: notifications as they happen, and tickets for those who cannot send headers."""

from collections.abc import Callable
from typing import Any

from django.core.handlers.asgi import ASGIRequest
from django.db import connection
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from rest_framework.authentication import BaseAuthentication

from accounts.actors import Actor
from accounts.authentication import ApiKeyAuthentication, BearerAuthentication, CookieAuthentication, actor_of_header
from accounts.exceptions import SessionEnded
from accounts.models import Person
from accounts.sessions import standing_of
from core.api import ApiViewSet
from core.errors import Unavailable
from events import cursors, log
from notifications.services import give_ticket, take_ticket
from notifications.streams import stream

TICKET = {
    "type": "object",
    "required": ["data"],
    "properties": {
        "data": {
            "type": "object",
            "required": ["ticket", "expiresAt"],
            "properties": {"ticket": {"type": "string"}, "expiresAt": {"type": "string", "format": "date-time"}},
        }
    },
}


FRAME = {
    "type": "object",
    "description": "Each event: its cursor, its type, and the event as JSON.",
    "properties": {"id": {"type": "string"}, "event": {"type": "string"}, "data": {"type": "string"}},
}


class NotHere(Unavailable):
    """This process answers plain requests alone; the one address of the site leads streams to another."""

    code, message = "no_streams_here", "Streams are served by other processes of this site."


class TicketAuthentication(BaseAuthentication):
    """`?ticket=`: whoever it was given to, while the session that asked for it lasts."""

    def authenticate(self, request: Any) -> tuple[Actor, None] | None:
        """The actor; the ticket is used up. None without one."""
        ticket = request._request.GET.get("ticket")
        if ticket is None:
            return None
        person_id, session_id = take_ticket(ticket=ticket)
        if session_id is None:
            person = Person.objects.get(pk=person_id)
            return Actor(id=person.pk, role=person.role, is_staff=person.is_staff), None
        actor = standing_of(session_id).actor
        if actor is None:
            raise SessionEnded
        return actor, None

    def authenticate_header(self, request: Any) -> str:
        """The challenge of a 401."""
        return "Bearer"


class StreamViewSet(ApiViewSet):
    """What happens to the caller, as it happens."""

    noun = "notification stream"
    authentication_classes = (TicketAuthentication, BearerAuthentication, ApiKeyAuthentication, CookieAuthentication)
    sign_in = True
    scopes = {"stream_notifications": "events:read"}
    parameters = {"stream_notifications": frozenset({"after", "types", "ticket"})}
    answers = {"stream_notifications": (200, None), "create_stream_ticket": (200, TICKET)}
    also_as = {"stream_notifications": {"text/event-stream": FRAME}}
    refusals = {"stream_notifications": (503,)}
    refuses_idempotency = {"create_stream_ticket"}

    def stream_notifications(self, request: Any) -> Any:
        """Open a stream of server-sent events: every event that is addressed to the caller, from now on.

        `Last-Event-ID`, or `after`, goes on from an event; where that is not kept any more, an event `reset` says to
        read afresh. `types` narrows to types of event, and names public ones to have them too.
        """
        if not isinstance(request._request, ASGIRequest):
            raise NotHere
        wanted = request.META.get("HTTP_LAST_EVENT_ID") or request.GET.get("after")
        types = log.matching_types(request.GET["types"]) if "types" in request.GET else None
        after, is_reset = _place(wanted)
        frames = stream(
            self.actor.viewer,
            after=after,
            types=types,
            still_in=_still_in(request._request, self.actor),
            reset=is_reset,
        )
        response = StreamingHttpResponse(frames, content_type="text/event-stream")
        response["X-Accel-Buffering"] = "no"
        connection.close()  # Django gives it back when the answer is complete, which this one never is
        return response

    def create_stream_ticket(self, request: HttpRequest) -> HttpResponse:
        """Get a ticket for one stream, good for 60 seconds: EventSource sends no headers."""
        ticket, until = give_ticket(by=self.actor)
        return self.answer({"ticket": ticket, "expiresAt": until})


def _place(cursor: str | None) -> tuple[int, bool]:
    """Where to go on, and whether the reader has to read afresh first."""
    if cursor is None:
        return log.bounds()[1], False
    try:
        return log.place(cursor), False
    except cursors.CursorExpired:
        return log.bounds()[1], True


def _still_in(request: Any, actor: Actor) -> Callable[[], None]:
    """A check that refuses once whoever has opened the stream may not read it any more."""
    header = request.META.get("HTTP_AUTHORIZATION")

    def check() -> None:
        if header is not None:
            actor_of_header(header)
        elif actor.session_id is not None:
            if not standing_of(actor.session_id).is_alive:
                raise SessionEnded
        elif not Person.objects.filter(pk=actor.person_id, suspended_at=None, erased_at=None).exists():
            raise SessionEnded

    return check
