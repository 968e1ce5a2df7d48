"""What every operation of the OpenAPI document shares: envelopes, problems, headers, parameters."""

from collections.abc import Mapping
from typing import Any

import django_filters

from core.filters import ListFilter, YesNoFilter
from core.paging import DEFAULT_LIMIT, MOST
from core.versions import Version

REFUSALS: Mapping[int, tuple[str, str]] = {
    400: ("BadRequest", "The request is not valid; `details` names the fields."),
    401: ("NotSignedIn", "A sign-in is needed, or the credentials are not good."),
    403: ("Forbidden", "It can be seen, but is not the caller's to do; or an API key lacks the scope."),
    404: ("NotFound", "It does not exist, or not for this caller."),
    409: ("Conflict", "The present state does not allow it."),
    410: ("Gone", "It is no longer available: an old cursor, or a version past its sunset."),
    412: ("PreconditionFailed", "If-Match names another state than the present one."),
    413: ("PayloadTooLarge", "The body is larger than what is read."),
    415: ("UnsupportedMediaType", "The body is of a media type that is not read here."),
    422: (
        "Unprocessable",
        "The path of a patch cannot be written, or an Idempotency-Key was used for another body.",
    ),
    429: ("TooManyRequests", "A limit is used up."),
    503: ("Unavailable", "Something that this needs is not reachable now."),
}

_TEXT, _WHOLE = {"type": "string"}, {"type": "integer"}
_LINKS = {"type": "object", "additionalProperties": {"type": "string"}}

PARAMETERS: Mapping[str, dict[str, Any]] = {
    "page": {"type": "integer", "minimum": 1, "default": 1},
    "limit": {"type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT_LIMIT},
    "cursor": {"type": "string", "description": "Empty to begin; then meta.nextCursor or meta.prevCursor."},
    "after": {"type": "string", "description": "The id of the last event that was seen."},
    "type": {"type": "string", "description": "Types of event by comma, with `*`: `bid.*,job.posted`."},
}

_REQUEST_HEADERS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "X-Request-ID": ("Comes back in the answer and in every log line.", {"type": "string", "maxLength": 128}),
    "Idempotency-Key": ("Carry it out once, however often it is sent.", {"type": "string", "maxLength": 255}),
    "If-Match": ("The ETag of the state that may be changed.", _TEXT),
    "If-None-Match": ("The ETag of the state that the client has.", _TEXT),
}

_HEADERS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "X-Request-ID": ("The request's id.", _TEXT),
    "Api-Version": ("The version that answered.", _TEXT),
    "RateLimit": ("What is left of the limit.", _TEXT),
    "RateLimit-Policy": ("The limit that was counted.", _TEXT),
    "ETag": ("The state of the resource.", _TEXT),
    "Location": ("Where the new resource is.", _TEXT),
    "Link": ("The neighbouring pages (RFC 8288).", _TEXT),
    "X-Total-Count": ("How many there are.", _WHOLE),
    "X-Page-Count": ("How many pages there are.", _WHOLE),
    "Deprecation": ("Since when this version is deprecated (RFC 9745).", _TEXT),
    "Sunset": ("When this version ends (RFC 8594).", _TEXT),
}

JSON_PATCH_DOCUMENT = {
    "type": "array",
    "maxItems": 100,
    "items": {
        "type": "object",
        "required": ["op", "path"],
        "properties": {
            "op": {"enum": ["add", "remove", "replace", "move", "copy", "test"]},
            "path": _TEXT,
            "from": _TEXT,
            "value": {},
        },
    },
}

UPLOAD = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {"file": {"type": "string", "format": "binary"}},
            }
        }
    },
}


def upload(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The body of an upload whose form has more fields than the file."""
    return {"required": True, "content": {"multipart/form-data": {"schema": dict(schema)}}}


def components(version: Version) -> dict[str, dict[str, Any]]:
    """The schemas that have no serializer."""
    page = {"page": _WHOLE, "limit": _WHOLE, "total": _WHOLE, "totalPages": _WHOLE}
    by_page = {
        "type": "object",
        "required": list(page),
        "properties": {**page, "totalIsEstimate": {"type": "boolean"}},
    }
    maybe = {"type": ["string", "null"]}
    by_cursor = {
        "type": "object",
        "required": ["limit", "nextCursor", "prevCursor"],
        "properties": {"limit": _WHOLE, "nextCursor": maybe, "prevCursor": maybe},
    }
    found = {"Error": _error(version), "PaginationMeta": by_page}
    return {**found, "CursorMeta": by_cursor} if version.knows("cursor") else found


def _error(version: Version) -> dict[str, Any]:
    details = {"type": "object", "description": "Field → its messages."}
    sample = dict.fromkeys(("type", "title", "detail", "instance", "code", "message", "requestId"), _TEXT)
    problem = {**sample, "status": _WHOLE}
    if version.problem({**dict.fromkeys(problem, ""), "code": "x"})[1] == "application/problem+json":
        return {
            "type": "object",
            "required": list(problem),
            "properties": {**problem, "details": details, "retryAfter": _WHOLE},
        }
    inner = {"code": _TEXT, "message": _TEXT, "details": details, "retryAfter": _WHOLE}
    error = {"type": "object", "required": ["code", "message"], "properties": inner}
    return {"type": "object", "required": ["error"], "properties": {"error": error}}


def one_of(ref: Mapping[str, Any]) -> dict[str, Any]:
    """The envelope of one resource."""
    return {"type": "object", "required": ["data"], "properties": {"data": dict(ref), "links": _LINKS}}


def page_of(ref: Mapping[str, Any], *, cursors: bool) -> dict[str, Any]:
    """The envelope of a page, by number or by cursor."""
    by_page: dict[str, Any] = {"$ref": "#/components/schemas/PaginationMeta"}
    meta = {"anyOf": [by_page, {"$ref": "#/components/schemas/CursorMeta"}]} if cursors else by_page
    return {
        "type": "object",
        "required": ["data", "meta", "links"],
        "properties": {"data": {"type": "array", "items": dict(ref)}, "meta": meta, "links": _LINKS},
    }


def optional(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The same object with nothing required and every member nullable, as a merge patch has it (null removes)."""
    members = {name: {"anyOf": [member, {"type": "null"}]} for name, member in schema["properties"].items()}
    return {"type": "object", "properties": members, "minProperties": 0}


def refusal(status: int, version: Version) -> dict[str, Any]:
    """The response of a refusal with this status."""
    media_type = version.problem({"code": "x", "message": ""})[1]
    headers = {"Retry-After": header("In how many seconds to come again.", _WHOLE)} if status in (429, 503) else {}
    if status == 401:
        headers["WWW-Authenticate"] = header("Bearer (RFC 6750).", _TEXT)
    return {
        "description": REFUSALS[status][1],
        "headers": headers,
        "content": {media_type: {"schema": {"$ref": "#/components/schemas/Error"}}},
    }


def header(about: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """A response header."""
    return {"description": about, "schema": dict(schema)}


def header_parameter(name: str) -> dict[str, Any]:
    """A request header."""
    about, schema = _REQUEST_HEADERS[name]
    return {"name": name, "in": "header", "required": False, "description": about, "schema": schema}


def success_headers(operation: Any, status: int) -> dict[str, Any]:
    """The headers of an answer that is no refusal."""
    names = ["X-Request-ID", "Api-Version", "RateLimit", "RateLimit-Policy"]
    if status == 201:
        names.append("Location")
    if operation.method == "GET":
        names.append("ETag")
    if operation.action == "list" and operation.view.is_paged:
        names += ["Link", "X-Total-Count", "X-Page-Count"]
    if operation.view.documented_version.deprecated:
        names += ["Deprecation", "Sunset"]
    return {name: header(*_HEADERS[name]) for name in dict.fromkeys(names)}


def refusal_statuses(operation: Any) -> list[int]:
    """The statuses with which an operation may be refused."""
    found = {400, 401, 403, 429, 503, *operation.view.refusals.get(operation.action, ())}
    if "{" in operation.path:
        found.add(404)
    if operation.view.documented_version.sunset or "after" in operation.view.known_parameters():
        found.add(410)
    if operation.method != "GET":
        found |= {409, 413, 415, 422}
    if operation.method in ("PUT", "PATCH", "DELETE"):
        found.add(412)
    return sorted(found)


def filter_schema(found: django_filters.Filter) -> dict[str, Any]:
    """The schema of a filter's query parameter."""
    if isinstance(found, ListFilter):
        return {
            "type": "array",
            "items": {"type": "string", "enum": sorted(found.field.choices)},
            "minItems": 1,
        }
    if isinstance(found, YesNoFilter):
        return {"type": "boolean"}
    kinds: tuple[tuple[type, dict[str, Any]], ...] = (
        (django_filters.UUIDFilter, {"type": "string", "format": "uuid"}),
        (django_filters.IsoDateTimeFilter, {"type": "string", "format": "date-time"}),
        (django_filters.NumberFilter, {"type": "number"}),
    )
    schema = next((dict(schema) for kind, schema in kinds if isinstance(found, kind)), None)
    return schema or _bounded(found.field)


def _bounded(field: Any) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "number" if hasattr(field, "min_value") else "string"}
    for name, bound in (("min_value", "minimum"), ("max_value", "maximum")):
        if getattr(field, name, None) is not None:
            schema[bound] = getattr(field, name)
    return schema


def style(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Lists stand in one parameter, by comma."""
    return {"style": "form", "explode": False} if schema.get("type") == "array" else {}
