"""Examples for the documents: one believable value for each name or type, put together by the schemas."""

from collections.abc import Mapping
from typing import Any

_ID = "019b76da-a93c-7cfd-8250-482c8814125b"
_TIME = "2026-11-25T08:30:00+00:00"

# By the member's name, where its type alone would say little.
_BY_NAME: Mapping[str, Any] = {
    "title": "Mend a dripping tap",
    "description": "The tap in the kitchen has dripped for a week.",
    "budget": 120.00,
    "amount": 95.50,
    "averageBid": 240.00,
    "message": "I can come on Monday.",
    "estimatedDays": 1,
    "lat": 51.5,
    "lng": -0.14,
    "address": "1 The Mall, London",
    "name": "Ada Archer",
    "email": "ada@example.com",
    "password": "a long walk on the shore",
    "currentPassword": "a long walk on the shore",
    "newPassword": "a short walk in the park",
    "businessName": "Builder & Daughters",
    "bio": "Family firm, twenty years in and around Bristol.",
    "skills": ["Boilers", "Bathrooms"],
    "accessToken": "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.…",
    "refreshToken": "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.…",
    "token": "the text after ?token= in the mail",
    "key": "mtn_aB3dE6gH_4pQ…",
    "prefix": "mtn_aB3dE6gH",
    "filename": "tap.jpg",
    "mimetype": "image/webp",
    "width": 1200,
    "height": 900,
    "url": f"/media/images/{_ID}.webp",
    "thumbnailUrl": f"/media/images/{_ID}/thumbnail.webp",
    "images": [_ID],
    "rating": 4.75,
    "reviewCount": 12,
    "comment": "On time, tidy, and the tap is silent.",
    "reply": "Thank you, it was a pleasure.",
    "q": "tap",
    "radius": 10.0,
    "minBudget": 100.00,
    "maxBudget": 500.00,
    "body": "Mend a dripping tap (plumbing, budget 120.00)",
    "completedJobs": 34,
    "distanceKm": 2.4,
    "serviceRadiusKm": 25,
    "maxConcurrentJobs": 3,
    "userAgent": "curl/8.14",
    "apiVersion": "2",
    "nextCursor": "evt_000000000000002a",
    "page": 1,
    "limit": 20,
    "total": 1,
    "totalPages": 1,
    "code": "validation_failed",
    "detail": "Some fields are not valid.",
    "requestId": _ID,
    "status": None,
}
_BY_FORMAT: Mapping[str, Any] = {
    "uuid": _ID,
    "date-time": _TIME,
    "date": _TIME[:10],
    "email": "ada@example.com",
    "ipv4": "203.0.113.7",
    "ip-address": "203.0.113.7",
    "uri": "https://example.com/",
    "binary": "…",
}
_BY_TYPE: Mapping[str, Any] = {"string": "text", "integer": 1, "number": 1.0, "boolean": True, "null": None}


def add_examples(document: dict[str, Any]) -> None:
    """Give every body of the document an example."""
    components = document["components"]["schemas"]
    for item in document["paths"].values():
        for operation in item.values():
            bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
            for body in bodies:
                for media_type, content in body.get("content", {}).items():
                    if media_type != "multipart/form-data":
                        content["example"] = example_of(content["schema"], components)


def example_of(schema: Mapping[str, Any], components: Mapping[str, Any], name: str = "") -> Any:
    """A value that the schema allows; `name` is that of the member it stands for."""
    if "$ref" in schema:
        return example_of(components[schema["$ref"].rpartition("/")[2]], components, name)
    for choice in ("oneOf", "anyOf", "allOf"):
        if choice in schema:
            return example_of(schema[choice][0], components, name)
    if "enum" in schema:
        return next((value for value in schema["enum"] if value == "posted"), schema["enum"][0])
    kind = schema.get("type", "object")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        members = schema.get("properties", {})
        return {member: example_of(part, components, member) for member, part in members.items()}
    if kind == "array":
        return _list(schema, components, name)
    if _BY_NAME.get(name) is not None and isinstance(_BY_NAME[name], _PYTHON[kind]):
        return _BY_NAME[name]
    return _BY_FORMAT.get(schema.get("format", ""), _BY_TYPE[kind])


_PYTHON: Mapping[str, Any] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
}


def _list(schema: Mapping[str, Any], components: Mapping[str, Any], name: str) -> list[Any]:
    known, items = _BY_NAME.get(name), schema.get("items", {})
    if isinstance(known, list) and items.get("type") == "string" and "enum" not in items:
        return known
    return [example_of(items, components)] if items else []
