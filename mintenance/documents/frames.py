"""realtime.json: every frame of `/ws`, with its schema and its limit."""

from typing import Any

from django.conf import settings
from drf_spectacular.plumbing import ComponentRegistry, normalize_result_object

from core.api import ApiViewSet
from core.openapi import Schema
from core.sockets import Command
from events.types import TYPES
from messaging.consumers import Chat
from messaging.documents import CLOSES, SAYS
from mintenance.documents.generator import without_marks
from mintenance.server import WEBSOCKET_BYTES

_REF = {"type": ["string", "number"], "maxLength": 100}


class _Inputs(Schema):
    """Reads inputs that belong to no route."""

    def __init__(self) -> None:
        super().__init__()
        self.registry, self.method, self.path, self.view = ComponentRegistry(), "POST", "/ws", ApiViewSet(request=None)


def frames() -> dict[str, Any]:
    """The whole document. Of stored events it has the types: their schemas are in events.json."""
    inputs = _Inputs()
    client = {name: _of_client(one, inputs) for name, one in sorted(Chat.commands.items())}
    own = normalize_result_object(inputs.registry.build({}))["schemas"]
    server = {name: {"about": one["about"], "schema": _frame(name, one["data"])} for name, one in SAYS.items()}
    for name, event in sorted(TYPES.items()):
        frame = server.setdefault(event.frame or name, {"about": "A stored event, in its envelope.", "events": []})
        frame["events"].append(name)
    made: dict[str, Any] = without_marks(
        {
            "address": "/ws",
            "limits": {
                "bytes": WEBSOCKET_BYTES,
                "framesAMinute": settings.RATE_LIMITS["frames"][0],
                "socketsAPerson": settings.SOCKETS_PER_PERSON,
            },
            "client": client,
            "server": server,
            "closes": {str(code): about for code, about in CLOSES.items()},
            "components": {"schemas": own},
        }
    )
    return made


def _of_client(one: Command, inputs: _Inputs) -> dict[str, Any]:
    data: dict[str, Any] = {"type": "null"}
    if one.takes is not None:
        data = inputs.resolve_serializer(one.takes(), "request").ref
        if one.bare is not None:
            alone = inputs._map_serializer_field(one.takes().outside[one.bare], "request")
            data = {"anyOf": [data, {**alone, "description": f"The {one.bare} alone."}]}
    about = " ".join((one.handle.__doc__ or "").split())
    return {"about": about, "counted": one.is_counted, "schema": _frame(one.name, data)}


def _frame(name: str, data: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["event"],
        "properties": {"event": {"const": name}, "data": data, "ref": _REF},
        "additionalProperties": False,
    }
