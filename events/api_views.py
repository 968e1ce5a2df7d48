"""`GET /events`: the caller's event log."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse

from core.api import ApiViewSet
from core.filters import InvalidParameter
from core.paging import read_number
from core.renderers import to_json
from events import cursors, log
from events.documents import ENVELOPE, EVENTS
from events.types import resource_types

DEFAULT_LIMIT, MOST = 100, 500


class EventViewSet(ApiViewSet):
    """What happened, oldest first: what is addressed to the caller, and what is public."""

    sign_in = True
    scopes = {"list": "events:read"}
    parameters = {"list": frozenset({"after", "type", "limit"})}
    noun = "event"
    is_paged = False
    answers = {"list": (200, EVENTS)}
    components = {"Event": ENVELOPE}

    @classmethod
    def also_shown(cls) -> Iterable[Any]:
        """What events are about."""
        return resource_types().values()

    def list(self, request: HttpRequest, **path: Any) -> HttpResponse:
        """One stretch of the log after a cursor, and the cursor to go on from."""
        query = request.GET
        limit = read_number(query, "limit", DEFAULT_LIMIT, MOST)
        types = log.matching_types(query["type"]) if "type" in query else None
        place = log.place(_cursor(query.getlist("after")))
        found = log.read(self.actor.viewer, after=place, limit=limit + 1, types=types)
        more, found = len(found) > limit, found[:limit]
        last = found[-1].position if found else place
        meta = to_json({"nextCursor": cursors.encode(last), "hasMore": more})
        return self.respond(b'{"data":[%b],"meta":%b}' % (b",".join(e.envelope for e in found), meta))


def _cursor(given: list[str]) -> str | None:
    if len(given) > 1:
        raise InvalidParameter({"after": ["Given more than once."]})
    return given[0] if given else None
