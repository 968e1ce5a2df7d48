"""Where uploads are kept: on the disk, or in a bucket that speaks the S3 protocol."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from core.errors import Unavailable

log = logging.getLogger("mintenance.storage")

_FORM = "expected s3://key:secret@host[:port]/bucket?region=…&tls=on&path_style=off, or nothing for the disk"
_SWITCH = {"on": True, "off": False}
_CONNECT_SECONDS, _READ_SECONDS, _ATTEMPTS = 3, 10, 3


def backend(url: str, folder: Path) -> dict[str, Any]:
    """The entry of Django's STORAGES for this address; `folder` is where files go when it is empty.

    Raises ValueError, which says what is wrong without repeating the secret.
    """
    if not url:
        # 0o600: uploads are private, and only the site reads them.
        options = {
            "location": str(folder),
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        }
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": options,
        }
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": _s3_options(url)}


def _s3_options(url: str) -> dict[str, Any]:
    from botocore.config import (
        Config,
    )  # half a second to import, for those alone who keep files there

    parts = _split(url)
    query = _query(parts.query)
    bucket = unquote(parts.path.strip("/"))
    scheme = "https" if _SWITCH[query["tls"]] else "http"
    config = Config(
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=_READ_SECONDS,
        retries={"total_max_attempts": _ATTEMPTS, "mode": "standard"},
        signature_version="s3v4",
        s3={"addressing_style": "path" if _SWITCH[query["path_style"]] else "virtual"},
    )
    return {
        "access_key": unquote(parts.username or ""),
        "secret_key": unquote(parts.password or ""),
        "bucket_name": bucket,
        "endpoint_url": f"{scheme}://{parts.netloc.rpartition('@')[2]}",
        "region_name": query["region"],
        "client_config": config,
        "default_acl": None,
        "file_overwrite": True,  # names are random: asking whether one is taken would double every write
    }


def _split(url: str) -> Any:
    try:
        parts = urlsplit(url)
        complete = parts.scheme == "s3" and parts.hostname and parts.username and parts.password and parts.port != 0
    except ValueError:  # a port that is no number, a bracket that is not closed
        raise ValueError(_FORM) from None
    bucket = parts.path.strip("/")
    if not complete or not 3 <= len(bucket) <= 63 or "/" in bucket or parts.fragment:
        raise ValueError(_FORM)
    return parts


def _query(text: str) -> dict[str, str]:
    known = {"region": "us-east-1", "tls": "on", "path_style": "off"}
    for name, value in parse_qsl(text, keep_blank_values=True):
        if name not in known:
            raise ValueError(f"{name!r} is not known; {_FORM}")
        if name != "region" and value not in _SWITCH:
            raise ValueError(f"{name} is on or off; {_FORM}")
        known[name] = value
    return known


class StorageUnavailable(Unavailable):
    """The storage for uploads does not answer, or has no room."""

    code, message = "storage_unavailable", "Files cannot be reached at the moment. Try again."


def write(name: str, content: bytes) -> None:
    """Keep these bytes under this name, which is new. Raises StorageUnavailable."""
    with _reachable():
        default_storage.save(name, ContentFile(content))


def read(name: str) -> bytes:
    """The bytes under this name. Raises FileNotFoundError or StorageUnavailable."""
    with _reachable(), default_storage.open(name, "rb") as file:
        return bytes(file.read())


def delete(*names: str) -> None:
    """Delete what is there under these names. What cannot be deleted now is logged, and a task sweeps it up."""
    for name in names:
        try:
            with _reachable():
                default_storage.delete(name)
        except StorageUnavailable:
            log.warning("%s could not be deleted", name)


def names_in(folder: str) -> list[str]:
    """The names of the files in a folder; empty when there is none. Raises StorageUnavailable."""
    with _reachable():
        try:
            return list(default_storage.listdir(folder)[1])
        except FileNotFoundError:
            return []


def age_of(name: str) -> timedelta:
    """How long ago this file was written; nothing for one that has gone. Raises StorageUnavailable."""
    with _reachable():
        try:
            return timezone.now() - default_storage.get_modified_time(name)
        except FileNotFoundError:
            return timedelta(0)


@contextmanager
def _reachable() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise
    except _failures() as error:
        log.error("The storage failed: %s", type(error).__name__)
        raise StorageUnavailable(retry_after=5) from error


def _failures() -> tuple[type[Exception], ...]:
    """What a storage raises; botocore is only asked where it is in use, since importing it is slow."""
    exceptions = sys.modules.get("botocore.exceptions")
    if exceptions is None:
        return (OSError,)
    return OSError, exceptions.BotoCoreError, exceptions.ClientError
