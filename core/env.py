"""Typed readers of the environment. A wrong or missing value stops the start with one line that names it."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

from core.storage import backend

T = TypeVar("T")


@dataclass(frozen=True)
class Setting:
    """One variable as docs/reference/settings.md lists it."""

    name: str
    kind: str
    default: str
    about: str


LISTED: dict[str, Setting] = {}


class BadSetting(SystemExit):
    """Ends the process: the message is one line on standard error, exit code 1."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"Mintenance cannot start: {name} {why}")


_MISSING: Any = object()


def _read[T](name: str, kind: str, default: Any, about: str, parse: Callable[[str], T]) -> T:
    LISTED.setdefault(name, Setting(name, kind, "required" if default is _MISSING else str(default), about))
    raw = os.environ.get(name, "").strip()
    if not raw:
        if default is _MISSING:
            raise BadSetting(name, f"is not set. It is {about[0].lower()}{about[1:]}")
        return default
    try:
        return parse(raw)
    except ValueError as error:
        raise BadSetting(name, f"is not valid: {error}.") from None


def _checked(parse: Callable[[str], object]) -> Callable[[str], str]:
    """The text itself, where `parse` can read it."""

    def check(raw: str) -> str:
        parse(raw)
        return raw

    return check


def text(name: str, default: str = _MISSING, *, about: str, choices: tuple[str, ...] = ()) -> str:
    """A string; with `choices`, one of them."""

    def parse(raw: str) -> str:
        if choices and raw not in choices:
            raise ValueError(f"expected one of {', '.join(choices)}")
        return raw

    return _read(name, "text", default, about, parse)


def boolean(name: str, default: bool, *, about: str) -> bool:
    """1, true, yes, on, or 0, false, no, off."""

    def parse(raw: str) -> bool:
        known = {
            "1": True,
            "true": True,
            "yes": True,
            "on": True,
            "0": False,
            "false": False,
            "no": False,
            "off": False,
        }
        if raw.lower() not in known:
            raise ValueError("expected on or off")
        return known[raw.lower()]

    return _read(name, "on or off", default, about, parse)


def integer(name: str, default: int, *, about: str, least: int = 0, most: int = 2**31) -> int:
    """A whole number between `least` and `most`."""

    def parse(raw: str) -> int:
        try:
            value = int(raw)
        except ValueError:
            raise ValueError("expected a whole number") from None
        if not least <= value <= most:
            raise ValueError(f"expected a number from {least} to {most}")
        return value

    return _read(name, "whole number", default, about, parse)


def decimal(name: str, default: float, *, about: str) -> float:
    """A number of at least 0."""

    def parse(raw: str) -> float:
        try:
            value = float(raw)
        except ValueError:
            raise ValueError("expected a number") from None
        if not 0 <= value < float("inf"):
            raise ValueError("expected a number of at least 0")
        return value

    return _read(name, "number", default, about, parse)


def names(name: str, default: tuple[str, ...] = (), *, about: str) -> list[str]:
    """A list, separated by commas."""
    values = _read(name, "list", ",".join(default) or "empty", about, lambda raw: raw)
    return (
        list(default)
        if values == (",".join(default) or "empty")
        else [v.strip() for v in values.split(",") if v.strip()]
    )


def networks(name: str, *, allowed: bool, about: str) -> list[IPv4Network | IPv6Network]:
    """A list of networks, separated by commas; refused, where it is not `allowed`."""

    def parse(raw: str) -> list[IPv4Network | IPv6Network]:
        return [ip_network(part.strip()) for part in raw.split(",") if part.strip()]

    found = _read(name, "list", "", about, _checked(parse))
    if found and not allowed:
        raise BadSetting(name, "is for development and tests, and needs DEBUG=on or MINTENANCE_TEST=1.")
    return parse(found)


def moment(name: str, default: str, *, about: str) -> datetime:
    """A time in RFC 3339, with its offset."""

    def parse(raw: str) -> datetime:
        try:
            value = datetime.fromisoformat(raw)
        except ValueError:
            raise ValueError("expected a time such as 2027-06-30T00:00:00Z") from None
        if value.tzinfo is None:
            raise ValueError("expected a time with its offset, such as 2027-06-30T00:00:00Z")
        return value

    return parse(_read(name, "time", default, about, _checked(parse)))


def database(name: str, default: str = _MISSING, *, about: str) -> dict[str, Any]:
    """postgres://user:password@host:port/name, as Django's DATABASES entry without engine options."""

    def parse(raw: str) -> dict[str, Any]:
        url = urlsplit(raw)
        if url.scheme not in ("postgres", "postgresql"):
            raise ValueError("expected postgres://user:password@host:port/name")
        query = dict(part.split("=", 1) for part in url.query.split("&") if "=" in part)
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(url.path.lstrip("/")),
            "USER": unquote(url.username or ""),
            "PASSWORD": unquote(url.password or ""),
            "HOST": unquote(query.pop("host", "") or url.hostname or ""),
            "PORT": str(url.port or ""),
            "OPTIONS": query,
        }

    return parse(_read(name, "URL", default, about, _checked(parse)))


def storage(name: str, folder: Path, *, about: str) -> dict[str, Any]:
    """s3://key:secret@host:port/bucket, as an entry of Django's STORAGES; without it the folder."""
    found: str | dict[str, Any] = _read(name, "URL", "", about, lambda raw: backend(raw, folder))
    return backend("", folder) if isinstance(found, str) else found


def mailer(name: str, folder: str, *, about: str) -> dict[str, Any]:
    """smtp://user:password@host:port?tls=on (STARTTLS), or smtps://…, as an entry of Django's MAILERS; else files."""

    def parse(raw: str) -> dict[str, Any]:
        url = urlsplit(raw)
        query = dict(part.partition("=")[::2] for part in url.query.split("&") if part)
        if url.scheme not in ("smtp", "smtps") or not url.hostname or not set(query) <= {"tls"}:
            raise ValueError("expected smtp://user:password@host:port?tls=on or smtps://user:password@host:port")
        options = {
            "host": url.hostname,
            "port": url.port or {"smtp": 25, "smtps": 465}[url.scheme],
            "username": unquote(url.username or ""),
            "password": unquote(url.password or ""),
            "use_tls": query.get("tls", "off") in ("on", "1", "true"),
            "use_ssl": url.scheme == "smtps",
            "timeout": 30,
        }
        return {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": options,
        }

    files = {
        "BACKEND": "django.core.mail.backends.filebased.EmailBackend",
        "OPTIONS": {"file_path": folder},
    }
    value = _read(name, "URL", "", about, _checked(parse))
    return parse(value) if value else files


def is_test() -> bool:
    """Whether the switches that are for tests only may be used."""
    return os.environ.get("MINTENANCE_TEST") == "1"


def test_only(name: str, default: str, *, about: str) -> str:
    """A switch that is refused unless MINTENANCE_TEST=1."""
    value = text(name, default, about=f"{about} For tests only: refused unless MINTENANCE_TEST=1.")
    if value != default and not is_test():
        raise BadSetting(name, "is for tests only, and needs MINTENANCE_TEST=1.")
    return value


def is_command(*commands: str) -> bool:
    """Whether manage.py was called with one of these commands."""
    return len(sys.argv) > 1 and sys.argv[1] in commands


def serves_asgi() -> bool:
    """Whether this process serves by ASGI: `manage.py run`, and `manage.py web` unless it is `--only http`."""
    return is_command("run", "web") and not {"http", "--only=http"} & set(sys.argv[2:])
