"""Bodies compressed as the client asks (RFC 9110, section 12.5.3)."""

import gzip
from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import Any

import brotli  # type: ignore[import-untyped]
import zstandard
from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

_NONE = ("", "")
LEAST = 1024  # bytes; below, a packet is a packet
_COMPRESSIBLE = (
    "text/",
    "application/json",
    "application/problem+json",
    "application/javascript",
    "application/openapi",
    "application/vnd.oai",
    "application/yaml",
    "image/svg+xml",
)

_ENCODERS: dict[str, Callable[[bytes], bytes]] = {  # the cheapest first, which wins where the client has no preference
    "zstd": lambda body: zstandard.ZstdCompressor(level=3).compress(body),
    "br": lambda body: brotli.compress(body, quality=4),
    "gzip": lambda body: gzip.compress(body, compresslevel=5, mtime=0),
}


@lru_cache(maxsize=256)
def choose(accepted: str) -> str | None:
    """The encoding that an Accept-Encoding header likes best, None for none."""
    weights: dict[str, float] = {}
    for part in accepted.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        weights[name] = _weight(parameters)
    best, most = (
        None,
        weights.get("identity", 0.0) if weights.get("identity", 0.0) < 1 else 0.0,
    )
    for name in _ENCODERS:
        weight = weights.get(name, weights.get("*", 0.0))
        if weight > most:
            best, most = name, weight
    return best


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                weight = float(value)
            except ValueError:
                return 0.0
            return weight if 0 <= weight <= 1 else 0.0
    return 1.0


class CompressionMiddleware:
    """Compresses finished bodies over 1 kB.

    Never streams, never what has an encoding, never with X-No-Compression.
    """

    sync_capable = async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        """Answer, or hand over what will."""
        if self.is_async:
            return self._answer_later(request)
        return _compressed(request, self.get_response(request))

    async def _answer_later(self, request: HttpRequest) -> HttpResponseBase:
        return _compressed(request, await self.get_response(request))


def _compressed(request: HttpRequest, response: Any) -> Any:
    if response.streaming or len(response.content) <= LEAST:
        return response
    store = response.headers._store
    if "content-encoding" in store or not store.get("content-type", _NONE)[1].startswith(_COMPRESSIBLE):
        return response
    if "accept-encoding" not in store.get("vary", _NONE)[1].lower():
        patch_vary_headers(response, ("Accept-Encoding",))
    encoding = choose(request.META.get("HTTP_ACCEPT_ENCODING", ""))
    if encoding is None or "HTTP_X_NO_COMPRESSION" in request.META:
        return response
    response.content = _ENCODERS[encoding](response.content)
    response["Content-Encoding"] = encoding
    response["Content-Length"] = str(len(response.content))
    tag = response.get("ETag", "")
    if tag.startswith('"'):
        response["ETag"] = f"W/{tag}"  # RFC 9110, section 8.8.3.3: other bytes, the same meaning
    return response
