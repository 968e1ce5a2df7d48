"""One OpenAPI 3.1 document for each version, put together from what the view sets declare (core/openapi.py)."""

from collections.abc import Iterator
from functools import cache
from typing import Any, cast

from django.conf import settings
from django.urls import include, path
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.plumbing import normalize_result_object, sanitize_result_object

from core.names import camel_case
from core.versions import VERSIONS, Version
from mintenance.documents.examples import add_examples

_SECURITY = {
    "bearerAuth": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "The access token that a sign-in answers.",
    },
    "apiKey": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "`Api-Key mtn_…`: a contractor's key, with the scopes that it was given.",
    },
}


class Generator(SchemaGenerator):
    """Reads the routes as drf-spectacular does; the versions, the names in paths and the root are ours."""

    def __init__(self, version: Version, server: str = settings.PUBLIC_URL) -> None:
        prefix = f"api/v{version.number}/"
        super().__init__(patterns=[path(prefix, include("mintenance.api_urls"))])
        self.described, self.server = version, server

    def document(self) -> dict[str, Any]:
        """The whole document."""
        self._initialise_endpoints()
        paths: dict[str, dict[str, Any]] = {}
        for address, method, operation in self._operations():
            paths.setdefault(address, {})[method.lower()] = operation
        tags = sorted({tag for item in paths.values() for operation in item.values() for tag in operation["tags"]})
        found = {
            "openapi": "3.1.0",
            "info": _info(self.described),
            "servers": [{"url": self.server}],
            "tags": [{"name": tag} for tag in tags],
            "paths": paths,
            "components": self.registry.build({"securitySchemes": _SECURITY}),
        }
        document: dict[str, Any] = sanitize_result_object(normalize_result_object(found))
        add_examples(document)
        return cast("dict[str, Any]", without_marks(document))

    def _operations(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        for address, regex, method, view in self._get_paths_and_endpoints():
            view.documented_version = self.described
            outside = "/".join(_variable(part) for part in address.split("/"))
            operation = view.schema.get_operation(outside, regex, "", method, self.registry)
            if operation is not None:
                yield outside, method, operation


def _variable(part: str) -> str:
    return "{" + camel_case(part[1:-1]) + "}" if part.startswith("{") else part


def _info(version: Version) -> dict[str, Any]:
    known = settings.SPECTACULAR_SETTINGS
    current = version.successor is None
    return {
        "title": known["TITLE"],
        "version": known["VERSION"] if current else f"{version.number}.0.0",
        "description": known["DESCRIPTION"] if current else f"{known['DESCRIPTION']} (deprecated: use version 2)",
        "contact": known["CONTACT"],
        "license": known["LICENSE"],
    }


def without_marks(part: Any) -> Any:
    """The document without the marks by which drf-spectacular would find equal enumerations."""
    if isinstance(part, dict):
        return {name: without_marks(value) for name, value in part.items() if name != "x-spec-enum-id"}
    return [without_marks(value) for value in part] if isinstance(part, list) else part


@cache
def document_of(number: str) -> dict[str, Any]:
    """The document of this version, made once for the process."""
    return Generator(VERSIONS[number]).document()
