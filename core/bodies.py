"""A request whose body is read whether or not its length was announced."""

import io
from typing import Any

from django.core.handlers.wsgi import LimitedStream, WSGIRequest
from rest_framework.request import Request

from core.errors import WrongMediaType
from core.parsers import MAX_JSON_BYTES, LengthRequired


class ApiRequest(Request):
    """DRF's request.

    DRF takes a body without Content-Length for none, so a chunked one would be dropped unread.
    """

    def _load_stream(self) -> None:
        request = self._request
        if request.META.get("HTTP_CONTENT_ENCODING", "identity").lower() != "identity":
            raise WrongMediaType("Bodies are read uncompressed only.")
        if request._read_started:  # type: ignore[attr-defined]
            self._stream = io.BytesIO(self.body)
        elif request.META.get("CONTENT_LENGTH"):
            self._stream: Any = request if request.META["CONTENT_LENGTH"] != "0" else None
        else:
            self._stream = self._unannounced()

    def _unannounced(self) -> Any:
        request: Any = self._request
        if not isinstance(request, WSGIRequest):  # ASGI: the body is in a file already
            length = request._stream.seek(0, io.SEEK_END)
            request._stream.seek(0)
            return request if length else None
        if "HTTP_TRANSFER_ENCODING" not in request.META:
            return None
        if not request.environ.get("wsgi.input_terminated"):
            raise LengthRequired
        return LimitedStream(request.environ["wsgi.input"], MAX_JSON_BYTES + 1)
