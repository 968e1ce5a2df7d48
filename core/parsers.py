"""Bodies in: strict JSON, the two kinds of patch, and files."""

import json
from decimal import Decimal
from typing import IO, Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest
from rest_framework.parsers import BaseParser, MultiPartParser

from core.errors import BadInput, Refusal, TooLarge, WrongMediaType

MAX_DEPTH = 50
MAX_JSON_BYTES = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
FORM_BYTES = 64 * 1024  # what a multipart body may hold beside its file


class MalformedBody(BadInput):
    """The body is not JSON as RFC 8259 has it, or holds what cannot be stored."""

    code, message = "malformed_json", "The body is not valid JSON."


class LengthRequired(Refusal):
    """The server cannot tell where this body ends."""

    status, code, message = (
        411,
        "length_required",
        "Send the body with its Content-Length.",
    )


class _DuplicateKeyError(ValueError):
    pass


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _DuplicateKeyError("A name occurs twice in one object.")
    return found


def _number(text: str) -> Decimal:
    number = Decimal(text)
    if number and number.adjusted() > 308:  # beyond a double, RFC 8259, section 6
        raise ValueError
    return number if number.adjusted() > -400 else Decimal(0)


def _integer(text: str) -> int:
    if len(text) > 309:  # beyond a double too
        raise ValueError
    return int(text)


def _constant(text: str) -> Any:
    raise ValueError  # NaN, Infinity


_decoder = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_float=_number,
    parse_int=_integer,
    parse_constant=_constant,
)


def read_json(body: bytes) -> Any:
    """The document; fractions are `Decimal`.

    Refuses what is not JSON, or not to be stored, with `MalformedBody`.
    """
    try:
        text = body.decode("utf-8")
        document = _decoder.decode(text)
    except _DuplicateKeyError as error:
        raise MalformedBody(str(error)) from None
    except (ValueError, RecursionError, ArithmeticError):
        raise MalformedBody from None
    if body.count(b"[") + body.count(b"{") > MAX_DEPTH or b"\\u" in body:
        _refuse_what_hides(document)
    return document


def _refuse_what_hides(document: Any) -> None:
    """Refuse deep nesting, NUL and halves of surrogate pairs; without recursion, whatever the depth."""
    level: list[Any] = [document]
    for depth in range(1, MAX_DEPTH + 2):
        inside: list[Any] = []
        for value in level:
            if isinstance(value, str):
                _refuse_bad_text(value)
            elif isinstance(value, dict | list):
                if depth > MAX_DEPTH:
                    raise MalformedBody(f"The body is nested deeper than {MAX_DEPTH} levels.")
                inside.extend(value)
                inside.extend(value.values() if isinstance(value, dict) else ())
        level = inside


def _refuse_bad_text(text: str) -> None:
    if "\0" in text or any("\ud800" <= char <= "\udfff" for char in text):
        raise MalformedBody("The body holds characters that are no text.")


def _charset(media_type: str) -> str:
    for part in media_type.split(";")[1:]:
        name, _, value = part.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip('"').lower()
    return "utf-8"


class StrictJSONParser(BaseParser):
    """`application/json`: UTF-8, one meaning, at most 1 MB."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Any = None,
    ) -> Any:
        """The document; see `read_json`. A longer body is `TooLarge`, whatever its Content-Length says."""
        if _charset(media_type or "") not in ("utf-8", "utf8"):
            raise WrongMediaType("JSON is read in UTF-8 only.")
        body = stream.read(MAX_JSON_BYTES + 1)
        if len(body) > MAX_JSON_BYTES:
            raise TooLarge(f"A JSON body holds at most {MAX_JSON_BYTES} bytes.")
        return read_json(body)


class MergePatchParser(StrictJSONParser):
    """`application/merge-patch+json` (RFC 7396)."""

    media_type = "application/merge-patch+json"


class JSONPatchParser(StrictJSONParser):
    """`application/json-patch+json` (RFC 6902)."""

    media_type = "application/json-patch+json"


class _Quota(FileUploadHandler):
    """Stops reading a body as soon as its files are longer than allowed."""

    def __init__(self, request: HttpRequest, most: int) -> None:
        super().__init__(request)
        self.left = most

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Count, and hand on."""
        self.left -= len(raw_data)
        if self.left < 0:
            raise TooLarge(f"A file holds at most {settings.IMAGE_MAX_BYTES} bytes.")
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Another handler keeps the file."""


class UploadParser(MultiPartParser):
    """`multipart/form-data` with files of up to IMAGE_MAX_BYTES in all."""

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Any = None,
    ) -> Any:
        """Form fields and files. `TooLarge` before reading where Content-Length tells, else while reading."""
        request = parser_context["request"]._request
        most = settings.IMAGE_MAX_BYTES
        if not request.META.get("CONTENT_LENGTH"):
            raise LengthRequired
        if int(request.META.get("CONTENT_LENGTH") or 0) > most + FORM_BYTES:
            raise TooLarge(f"A file holds at most {most} bytes.")
        request.upload_handlers = [_Quota(request, most), *request.upload_handlers]
        return super().parse(stream, media_type, parser_context)
