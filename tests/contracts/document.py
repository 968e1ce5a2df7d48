"""Whether an answer is one that the OpenAPI document allows."""

import json
import re
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from core.names import camel_case
from mintenance.documents.generator import document_of

_ROOT = "urn:document"


@cache
def registry(version: str) -> Registry:
    """Resolves what the document's schemas refer to."""
    document = Resource(contents=document_of(version), specification=DRAFT202012)
    return Registry().with_resource(_ROOT, document)


@cache
def validator(version: str, pointer: str) -> Draft202012Validator:
    """Of the schema at this place in the document."""
    return Draft202012Validator({"$ref": f"{_ROOT}#{pointer}"}, registry=registry(version))


def operation(version: str, route: str, method: str) -> tuple[str, dict[str, Any]]:
    """Where the operation of a URL pattern stands in the document, and the operation."""
    names = re.sub(r"<(\w+)>", lambda found: "{" + ("id" if found[1] == "pk" else camel_case(found[1])) + "}", route)
    path = f"/api/v{version}/{names}"
    found: dict[str, Any] = document_of(version)["paths"][path][method.lower()]
    return f"/paths/{path.replace('/', '~1').replace('{', '%7B').replace('}', '%7D')}/{method.lower()}", found


def conforms(answer: Any, route: str, method: str, version: str = "2") -> None:
    """Assert that status, media type, headers and body are documented."""
    if route.startswith("openapi."):
        return
    pointer, found = operation(version, route, method)
    status = str(answer.status_code)
    assert status in found["responses"], f"{method} {route} does not document {status}: {answer.content!r}"
    response = found["responses"][status]
    if "$ref" in response:
        pointer = response["$ref"].removeprefix("#")
        response = document_of(version)["components"]["responses"][pointer.rpartition("/")[2]]
    else:
        pointer = f"{pointer}/responses/{status}"
    missing = {name for name in response.get("headers", {}) if name not in answer and name not in _SOMETIMES}
    assert not missing, f"{method} {route} {status} lacks {missing}"
    if "content" not in response:
        assert not answer.content
        return
    media_type = answer["Content-Type"].partition(";")[0]
    assert media_type in response["content"], f"{method} {route} {status} is {media_type}"
    schema = f"{pointer}/content/{media_type.replace('/', '~1').replace('+', '%2B')}/schema"
    errors = list(validator(version, schema).iter_errors(json.loads(answer.content)))
    assert not errors, f"{method} {route} {status}: {errors[0].message} at {list(errors[0].path)}"


# Limits are off in some tests; a list by cursor has no totals.
_SOMETIMES = {"RateLimit", "RateLimit-Policy", "X-Total-Count", "X-Page-Count", "Retry-After"}
