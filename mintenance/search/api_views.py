"""REST: search."""

import re
from typing import Any

from django.http import HttpRequest, HttpResponse

from core.api import ApiViewSet
from core.filters import InvalidParameter
from core.paging import DEFAULT_LIMIT, MOST, read_number
from core.renderers import to_json
from mintenance.search.filters import SearchFilters
from mintenance.search.finding import KINDS, find
from mintenance.search.representations import FoundContractorRepresentation, FoundJobRepresentation
from mintenance.search.words import corrected

LONGEST, LAST_PAGE = 200, 1000

_COUNT = {"type": "integer", "minimum": 0}
_COUNTS = {"type": "object", "additionalProperties": _COUNT}
FOUND = {
    "type": "object",
    "required": ["data", "meta"],
    "properties": {
        "data": {
            "type": "object",
            "required": ["jobs", "contractors"],
            "properties": {
                "jobs": {"type": "array", "items": FoundJobRepresentation},
                "contractors": {"type": "array", "items": FoundContractorRepresentation},
            },
        },
        "meta": {
            "type": "object",
            "required": ["totalCount", "facets", "query", "page", "limit"],
            "properties": {
                "totalCount": _COUNT,
                "facets": {"type": "object", "properties": {"category": _COUNTS, "status": _COUNTS}},
                "query": {"type": "string", "description": "What was searched for, slips put right."},
                "page": {"type": "integer", "minimum": 1},
                "limit": {"type": "integer", "minimum": 1, "maximum": MOST},
            },
        },
    },
}


class SearchViewSet(ApiViewSet):
    """Jobs and contractors by words."""

    noun, tag = "search", "Search"
    groups = {"search": "search"}
    scopes = {"search": "jobs:read"}
    public_reads = ("search",)
    filterset_class = SearchFilters
    answers = {"search": (200, FOUND)}
    parameters = {"search": frozenset({*SearchFilters.parameters(), "type", "page", "limit"})}

    def search(self, request: HttpRequest) -> HttpResponse:
        """Find jobs and contractors by words: the best first, with what was found marked.

        Words are read as a web search reads them ("in quotes", or, -not). A word that nobody uses is taken for the one
        that was probably meant; `meta.query` says what was searched for.
        """
        query = request.GET
        kinds = KINDS.get(query.get("type", "all"))
        if kinds is None:
            raise InvalidParameter({"type": ["Must be jobs, contractors or all."]})
        words = corrected(_words(query.get("q", "")))
        limit, page = read_number(query, "limit", DEFAULT_LIMIT, MOST), read_number(query, "page", 1, LAST_PAGE)
        found = {kind.name: find(kind, query, words, self.actor.viewer, limit=limit, page=page) for kind in kinds}
        meta = {
            "totalCount": sum(one.total for one in found.values()),
            "facets": {name: counts for one in found.values() for name, counts in one.facets.items()},
            "query": words,
            "page": page,
            "limit": limit,
        }
        return self.respond(b'{"data":%b,"meta":%b}' % (_lists({n: f.items for n, f in found.items()}), to_json(meta)))


def _words(given: str) -> str:
    text = given.strip()
    if not re.search(r"\w", text):
        raise InvalidParameter({"q": ["Say what to look for."]})
    if len(text) > LONGEST:
        raise InvalidParameter({"q": [f"At most {LONGEST} characters."]})
    return text


def _lists(items: dict[str, list[bytes]]) -> bytes:
    """Both lists are always there; the one that was not asked for is empty."""
    lists: dict[str, Any] = {"jobs": [], "contractors": [], **items}
    return b"{%b}" % b",".join(b'"%b":[%b]' % (name.encode(), b",".join(found)) for name, found in lists.items())
