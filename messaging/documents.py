"""What `/ws` says that is no stored event, for the documents; those are described in events.json."""

from typing import Any

from messaging.presence import OFFLINE, STATUSES

_ID = {"type": "string", "format": "uuid"}
_TIME = {"type": "string", "format": "date-time"}
_CURSOR = {"type": "string", "pattern": "^evt_[0-9a-f]{16}$"}
_SEQUENCE = {"type": "integer", "minimum": 0}


def _object(about: str, **members: Any) -> dict[str, Any]:
    return {
        "about": about,
        "data": {"type": "object", "required": list(members), "properties": members, "additionalProperties": False},
    }


SAYS: dict[str, dict[str, Any]] = {
    "connected": _object("You are signed in, and have everything up to here.", userId=_ID, cursor=_CURSOR),
    "auth:expiring": _object("The token runs out in a minute: send a new one with `auth`.", expiresAt=_TIME),
    "cursor": _object("You have everything up to here, though nothing of it concerned you.", cursor=_CURSOR),
    "joined:conversation": _object(
        "The conversation is open; messages after `after` follow.", conversationId=_ID, sequence=_SEQUENCE
    ),
    "typing:user": _object(
        "Somebody types, or has stopped.", conversationId=_ID, userId=_ID, isTyping={"type": "boolean"}
    ),
    "presence:changed": _object(
        "Somebody with whom you share a conversation has come, gone, or says something else of themselves.",
        userId=_ID,
        status={"enum": [*STATUSES, OFFLINE]},
        lastSeen={"type": ["string", "null"], "format": "date-time"},
    ),
    "resuming": _object("From here on stored events come in order; ignore those before it.", after=_CURSOR),
    "resumed": _object("You have everything up to here; what follows is new.", cursor=_CURSOR),
    "pong": {"about": "The server is there.", "data": {"type": "null"}},
    "ack": {"about": "The frame with this `ref` has been carried out.", "data": {}},
    "error": {
        "about": "The frame with this `ref` was refused; the socket lives on.",
        "data": {
            "type": "object",
            "required": ["code", "message"],
            "properties": {
                "code": {"type": "string"},
                "message": {"type": "string"},
                "details": {"type": "object"},
                "retryAfter": {"type": "integer", "description": "Seconds."},
            },
            "additionalProperties": False,
        },
    },
}

CLOSES = {
    1003: "A binary frame.",
    1009: "A frame of more than 65,536 bytes.",
    1012: "The server process is going: connect again, and resume.",
    1013: "The database cannot be reached: connect again later.",
    4008: "Too slow a reader: connect again, and resume.",
    4400: "A frame that is no JSON object.",
    4401: "Not signed in within five seconds, a token that is not good (any more), or a session that has ended.",
    4403: "Suspended, or a key without the scope `events:read`.",
    4429: "Too many sockets, or ten frames in a row beyond the limit.",
}
