"""Idempotency-Key: a POST that is sent again is answered again, and carried out once."""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.http import HttpResponse, QueryDict
from django.utils import timezone

from core.erasing import Gone
from core.errors import BadInput, Conflict, Unprocessable
from core.models import IdempotencyRecord
from core.operations import operation
from core.problems import refusal_of
from core.renderers import to_json
from core.versions import bare_path

KEPT_FOR = timedelta(hours=24)
_HEADERS = ("Content-Type", "Location", "ETag", "Retry-After")


class BadKey(BadInput):
    """An Idempotency-Key has 1 to 255 characters."""

    code, message = (
        "invalid_idempotency_key",
        "An Idempotency-Key has 1 to 255 characters.",
    )


class NotSupported(BadInput):
    """The answer of this route holds a secret, and is not stored."""

    code, message = "idempotency_not_supported", "This route takes no Idempotency-Key."


class Mismatch(Unprocessable):
    """The key was used before, for something else."""

    code, message = (
        "idempotency_mismatch",
        "This Idempotency-Key was used with another payload.",
    )


class InProgress(Conflict):
    """The first request with this key has not been answered yet."""

    code, message = (
        "idempotency_in_progress",
        "The first request with this Idempotency-Key is still running.",
    )


def once(view: Any, run: Callable[[], Any]) -> Any:
    """Answer with what the key is kept for, or carry `run` out and keep its answer, in one transaction.

    `run` may be an operation or hold some; their transactions become savepoints of this one. 2xx and 409
    are kept; any other refusal undoes all. Strangers have no keys. Raises BadKey, Mismatch, InProgress.
    """
    if not view.actor.is_signed_in:
        return run()
    return _carry_out(view, run, _Place(view))


class _Place:
    """Whose key it is, for which route."""

    def __init__(self, view: Any) -> None:
        request = view.request
        self.fields = {
            "person_id": view.actor.id,
            "api_key_id": view.actor.key_id,
            "route": f"{request.method} v{request.version} {bare_path(request.path)}",
            "key": _key(request.META["HTTP_IDEMPOTENCY_KEY"]),
        }
        self.fingerprint = _fingerprint(request)

    def lock(self) -> None:
        """Hold the place until the transaction ends; raises InProgress where another request does."""
        text = "idempotency " + "\0".join(map(str, self.fields.values())).replace("\0", "\x1f")
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [text])
            if not cursor.fetchone()[0]:
                raise InProgress(retry_after=1)


def _key(header: str) -> str:
    key = header.strip()
    if len(key) >= 2 and key[0] == key[-1] == '"':
        key = key[1:-1]
    if not 1 <= len(key) <= 255 or not key.isprintable():
        raise BadKey
    return key


@operation
def _carry_out(view: Any, run: Callable[[], Any], place: _Place) -> Any:
    kept = _kept(place)
    if kept is None or _is_over(kept):  # what is kept is replayed to any number at once, without the lock
        place.lock()
        kept = _kept(place)
    if kept is not None and not _is_over(kept):
        return _replay(kept, place)
    response = _run(view, run)
    if response.status_code == 409 or 200 <= response.status_code < 300:
        if kept is not None:
            kept.delete()
        _keep(response, place)
    return response


def _kept(place: _Place) -> IdempotencyRecord | None:
    return IdempotencyRecord.objects.filter(**place.fields).first()


def _is_over(kept: IdempotencyRecord) -> bool:
    return kept.created_at <= timezone.now() - KEPT_FOR


def _run(view: Any, run: Callable[[], Any]) -> Any:
    """The answer; for a 409 as it is written, its changes undone, so that it can be kept."""
    try:
        with transaction.atomic():
            return run()
    except Exception as error:
        if refusal_of(error).status != 409:
            raise
        return view.handle_exception(error)


def _keep(response: HttpResponse, place: _Place) -> None:
    IdempotencyRecord.objects.create(
        **place.fields,
        fingerprint=place.fingerprint,
        status=response.status_code,
        headers={name: response[name] for name in _HEADERS if name in response},
        body=response.content,
        created_at=timezone.now(),
    )


def _replay(kept: IdempotencyRecord, place: _Place) -> HttpResponse:
    if bytes(kept.fingerprint) != place.fingerprint:
        raise Mismatch
    response = HttpResponse(bytes(kept.body), status=kept.status)
    del response["Content-Type"]
    for name, value in {**kept.headers, "Idempotent-Replayed": "true"}.items():
        response[name] = value
    return response


def _fingerprint(request: Any) -> bytes:
    """SHA-256 of the payload's values; its bytes may differ when a client writes a form anew."""
    digest = hashlib.sha256(request.META.get("QUERY_STRING", "").encode())
    data = request.data
    if not isinstance(data, QueryDict):
        digest.update(json.dumps(data, sort_keys=True, default=str).encode())
        return digest.digest()
    for name, values in sorted(data.lists()):
        for value in values:
            digest.update(b"\0" + name.encode() + b"\0" + _digest_of(value))
    return digest.digest()


def _digest_of(value: Any) -> bytes:
    if not isinstance(value, UploadedFile):
        return hashlib.sha256(str(value).encode()).digest()
    digest = hashlib.sha256()
    for chunk in value.chunks():
        digest.update(chunk)
    value.seek(0)
    return digest.digest()


def forget_old() -> int:
    """Delete what is older than a day; answers how many."""
    return IdempotencyRecord.objects.filter(created_at__lte=timezone.now() - KEPT_FOR).delete()[0]


_NAMING = """
SELECT id FROM core_idempotencyrecord
WHERE position(convert_to(%s, 'UTF8') IN body) > 0 OR substring(route FROM '[0-9a-f-]{36}') = ANY(%s)
FOR UPDATE
"""


def forget_person(person_id: UUID, gone: Gone) -> None:
    """Delete what is kept for a person, and take out of others' answers what is gone."""
    IdempotencyRecord.objects.filter(person_id=person_id).delete()
    with connection.cursor() as cursor:
        cursor.execute(_NAMING, [str(person_id), gone.ids])
        ids = [pk for (pk,) in cursor.fetchall()]
    for kept in IdempotencyRecord.objects.filter(pk__in=ids):
        if kept.body:
            kept.body = to_json(gone.taken_out_of(json.loads(bytes(kept.body))))
            kept.headers.pop("ETag", None)  # it was of the other text
            kept.save(update_fields=["body", "headers"])
