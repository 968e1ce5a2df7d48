"""What an event looks like to the outside, for the documents: its envelope, and a stretch of the log."""

from typing import Any

ENVELOPE: dict[str, Any] = {
    "type": "object",
    "required": ["id", "type", "createdAt", "apiVersion", "resource", "actorId", "data"],
    "properties": {
        "id": {"type": "string", "description": "The cursor: go on from here."},
        "type": {"type": "string", "description": "What happened, dotted and in the past tense."},
        "createdAt": {"type": "string", "format": "date-time"},
        "apiVersion": {"type": "string"},
        "resource": {
            "type": "object",
            "required": ["type", "id"],
            "properties": {"type": {"type": "string"}, "id": {"type": "string", "format": "uuid"}},
        },
        "actorId": {"type": ["string", "null"], "format": "uuid", "description": "Who did it; null for the system."},
        "data": {"type": "object", "description": "The resource as it was then, with the rights that you have now."},
    },
}

EVENTS: dict[str, Any] = {
    "type": "object",
    "required": ["data", "meta"],
    "properties": {
        "data": {"type": "array", "items": {"$ref": "#/components/schemas/Event"}},
        "meta": {
            "type": "object",
            "required": ["nextCursor", "hasMore"],
            "properties": {"nextCursor": {"type": "string"}, "hasMore": {"type": "boolean"}},
        },
    },
}
