"""JSON out: exact decimals as numbers, times in RFC 3339, ids as text."""

from decimal import Decimal
from typing import Any

import orjson
from django.utils.functional import Promise
from rest_framework.renderers import BaseRenderer

OPTIONS = orjson.OPT_NON_STR_KEYS  # times with +00:00, as PostgreSQL writes them


def _default(value: Any) -> Any:
    if isinstance(value, Decimal):
        return orjson.Fragment(format(value, "f"))  # a JSON number, never by way of a float
    if isinstance(value, Promise):
        return str(value)
    if isinstance(value, set | frozenset | tuple):
        return list(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def to_json(data: Any) -> bytes:
    """`data` as UTF-8 JSON. `orjson.Fragment` stands for bytes that are JSON already."""
    return orjson.dumps(data, _default, OPTIONS)


class JSONRenderer(BaseRenderer):
    """For views that answer with DRF's Response.

    Bytes are taken to be JSON already, and go out as they are.
    """

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Any = None,
    ) -> bytes:
        """See `to_json`; no data is no body."""
        if data is None:
            return b""
        return data if isinstance(data, bytes) else to_json(data)
