"""Files that are made for whoever asks: small ones in one piece, large ones a little at a time."""

import os
from collections.abc import AsyncIterator, Iterator
from typing import IO, Any

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

WHOLE = 1024 * 1024  # bytes up to which a file is one piece, which may be compressed
PIECE = 64 * 1024


def download(request: HttpRequest, file: IO[bytes], *, name: str, content_type: str) -> HttpResponseBase:
    """An answer that a browser saves under this name. Closes the file when all is sent."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    response: HttpResponseBase
    if size <= WHOLE:
        with file:
            response = HttpResponse(file.read(), content_type=content_type)
    else:
        # An ASGI server would read an ordinary iterator to its end before it sent anything.
        pieces: Any = _pieces_later(file) if isinstance(request, ASGIRequest) else _pieces(file)
        response = StreamingHttpResponse(pieces, content_type=content_type)
        response._resource_closers.append(file.close)  # type: ignore[attr-defined]
        response["Content-Length"] = str(size)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        yield piece


async def _pieces_later(file: IO[bytes]) -> AsyncIterator[bytes]:
    while piece := file.read(PIECE):
        yield piece
