"""Who may keep an answer, and whether the client has it already (RFC 9110, section 13, and RFC 9111)."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from core import etags
from core.headers import prepared, put, put_all

_PUBLIC = prepared({"Cache-Control": "public, max-age=0, s-maxage=5, stale-while-revalidate=30"})
_PRIVATE = prepared({"Cache-Control": "private, no-store"})
_VARY = "Authorization, Cookie, Accept-Encoding"


def finish(request: HttpRequest, response: HttpResponseBase, *, is_public: bool, by_header: bool) -> HttpResponseBase:
    """Give the answer its Cache-Control, Vary and ETag; make it a 304 where the client has that ETag.

    `is_public`: a shared cache may keep it. `by_header`: the Api-Version header chose the version.
    """
    if request.method not in ("GET", "HEAD") or response.status_code != 200 or response.streaming:
        put_all(response, _PRIVATE)
        return response
    store = response.headers._store
    if "etag" not in store:
        put(response, "ETag", etags.of(response.content))  # type: ignore[attr-defined]
    if is_public:
        put_all(response, _PUBLIC)
        vary = f"{_VARY}, Api-Version" if by_header else _VARY
        put(response, "Vary", f"{store['vary'][1]}, {vary}" if "vary" in store else vary)
    else:
        put_all(response, _PRIVATE)
    return _not_modified(request, response)


def _not_modified(request: HttpRequest, response: Any) -> HttpResponseBase:
    wanted = request.META.get("HTTP_IF_NONE_MATCH")
    if wanted is not None and etags.names(wanted, response["ETag"]):
        response.status_code, response.content = 304, b""  # section 15.4.5: the other headers stay
        for name in ("Content-Type", "Content-Length", "Location"):
            response.headers.pop(name, None)
    answer: HttpResponseBase = response
    return answer
