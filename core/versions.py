"""The API's versions. An older one is a set of changes over its successor, not a second copy."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.http import http_date
from rest_framework.request import Request
from rest_framework.versioning import BaseVersioning

from core.errors import BadInput, Gone
from core.headers import prepared, put_all


class Change:
    """One difference of a version from its successor. What a subclass does not override is alike in both."""

    problem_type: str | None = None  # the media type of an error
    unknown_parameters: frozenset[str] = frozenset()

    def problem(self, problem: Mapping[str, Any]) -> dict[str, Any]:
        """An error as this version writes it, from the form of its successor."""
        return dict(problem)


class WrappedErrors(Change):
    """Errors stand under `error`, as plain JSON, with codes in UPPER_SNAKE_CASE."""

    problem_type = "application/json"

    def problem(self, problem: Mapping[str, Any]) -> dict[str, Any]:
        """`{"error": {"code", "message", "details"?, "retryAfter"?}}`."""
        kept = {name: problem[name] for name in ("message", "details", "retryAfter") if name in problem}
        return {"error": {"code": problem["code"].upper(), **kept}}


class PagesOnly(Change):
    """Lists are read by page; there are no cursors."""

    unknown_parameters = frozenset({"cursor"})


@dataclass(frozen=True)
class Version:
    """One version: since when it is deprecated, when it ends, what follows, how it differs from that."""

    number: int
    deprecated: datetime | None = None
    sunset: datetime | None = None
    successor: int | None = None
    changes: tuple[Change, ...] = ()

    def problem(self, problem: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
        """An error in this version's form, and its media type."""
        body, media_type = dict(problem), "application/problem+json"
        for change in self.changes:
            body, media_type = change.problem(body), change.problem_type or media_type
        return body, media_type

    def knows(self, parameter: str) -> bool:
        """Whether this version has the query parameter, where its successor has it."""
        return not any(parameter in change.unknown_parameters for change in self.changes)

    def sign(self, response: HttpResponseBase, path: str) -> None:
        """Say on an answer to this path which version it is of, and until when there is that version."""
        put_all(response, self._headers)
        if self.successor:
            next_one = f"{settings.PUBLIC_URL}/api/v{self.successor}{quote(bare_path(path))}"
            link = f'<{next_one}>; rel="successor-version"'
            response["Link"] = f"{response['Link']}, {link}" if "Link" in response else link

    @cached_property
    def _headers(self) -> dict[str, tuple[str, str]]:
        headers = {"Api-Version": str(self.number)}
        if self.deprecated:  # RFC 9745, section 2.1
            headers["Deprecation"] = f"@{int(self.deprecated.timestamp())}"
        if self.sunset:  # RFC 8594, section 3
            headers["Sunset"] = http_date(self.sunset.timestamp())
        return prepared(headers)


CURRENT = Version(2)
VERSIONS: dict[str, Version] = {
    "2": CURRENT,
    "1": Version(
        1,
        deprecated=settings.API_V1_DEPRECATED,
        sunset=settings.API_V1_SUNSET,
        successor=2,
        changes=(WrappedErrors(), PagesOnly()),
    ),
}
DEFAULT = "1"


class UnknownVersion(BadInput):
    """There is no such version of the API."""

    code, message = "invalid_api_version", "There is no such version of this API."
    members = {"supportedVersions": sorted(version.number for version in VERSIONS.values())}


class VersionGone(Gone):
    """This version of the API has ended; its successor is in the Link header."""

    code, message = (
        "api_version_gone",
        "This version of the API has ended. Use its successor.",
    )


def bare_path(path: str) -> str:
    """The path without /api and without its version: `/api/v1/jobs` → `/jobs`."""
    rest = path.removeprefix("/api")
    first, slash, others = rest.removeprefix("/").partition("/")
    return slash + others if _is_version(first) else rest


def _is_version(segment: str) -> bool:
    return segment[:1] == "v" and segment[1:].isascii() and segment[1:].isdigit()


def asked_version(request: HttpRequest) -> str:
    """The version that the path names, else the header, else 1. It may be one that does not exist."""
    first = request.path_info.removeprefix("/api/").partition("/")[0]
    return first[1:] if _is_version(first) else request.headers.get("Api-Version", DEFAULT).strip()


def version_of(request: HttpRequest) -> Version:
    """The version in whose form a request is answered: the current one where it asked for none that is."""
    return VERSIONS.get(asked_version(request), CURRENT)


class Versioning(BaseVersioning):
    """The version's number in `request.version`, its record in `request.api_version`."""

    def determine_version(self, request: Request, *args: Any, **kwargs: Any) -> str:
        """Refuses an unknown version (400 `invalid_api_version`), and one that has ended (410)."""
        asked = asked_version(request._request)
        version = VERSIONS.get(asked)
        request._request.api_version = version or CURRENT  # type: ignore[attr-defined]
        if version is None:
            raise UnknownVersion
        if version.sunset is not None and version.sunset <= datetime.now(UTC):
            raise VersionGone
        return asked
