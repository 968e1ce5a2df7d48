"""REST: every type of event that a webhook may be sent, with its schema and an example."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse

from core.api import ApiViewSet
from core.renderers import to_json
from mintenance.documents.generator import document_of
from mintenance.documents.lists import events_by_type, schemas_used_in

_FORM = {
    "type": "object",
    "required": ["type", "about", "public", "schema", "example"],
    "properties": {
        "type": {"type": "string"},
        "about": {"type": "string"},
        "public": {"type": "boolean", "description": "Whether everybody who sees the resource receives it."},
        "schema": {"type": "object", "description": "A JSON schema of the body, with all that it refers to."},
        "example": {"type": "object"},
    },
}
_TYPES: dict[str, Any] = {
    "type": "object",
    "required": ["data"],
    "properties": {"data": {"type": "array", "items": _FORM}},
}


class EventTypeViewSet(ApiViewSet):
    """What an endpoint may ask for."""

    noun = "event type"
    tag = "Webhooks"
    public_reads = ("list",)
    is_paged = False
    answers = {"list": (200, _TYPES)}

    def list(self, request: HttpRequest) -> HttpResponse:
        """Every type of event, with a JSON schema of its body and an example."""
        return self.respond(_types())


@cache
def _types() -> bytes:
    return to_json({"data": described_types()})


@cache
def described_types() -> list[dict[str, Any]]:
    """Every type of event: its name, what it is about, who receives it, the schema of its body, an example."""
    components: Mapping[str, Any] = document_of("2")["components"]["schemas"]
    return [_type(name, one, components) for name, one in events_by_type(components).items()]


def _type(name: str, one: Mapping[str, Any], components: Mapping[str, Any]) -> dict[str, Any]:
    used = schemas_used_in(one["schema"], components)
    time = {"type": "string", "format": "date-time", "description": "The event's time: createdAt once more."}
    schema = {**one["schema"], "properties": {**one["schema"]["properties"], "timestamp": time}, "$defs": used}
    example = {"timestamp": one["example"]["createdAt"], **one["example"]}
    return {**one, "type": name, "schema": _with_definitions_within(schema), "example": example}


def _with_definitions_within(part: Any) -> Any:
    """The same schema, referring to its own definitions."""
    if isinstance(part, dict):
        return {
            key: value.replace("#/components/schemas/", "#/$defs/")
            if key == "$ref" and isinstance(value, str)
            else _with_definitions_within(value)
            for key, value in part.items()
        }
    return [_with_definitions_within(value) for value in part] if isinstance(part, list) else part
