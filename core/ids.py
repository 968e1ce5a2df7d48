"""Identifiers: UUID version 7 (RFC 9562, section 5.7), so that new rows land at the end of an index."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from uuid_utils import uuid7 as _fast_uuid7
from uuid_utils.compat import uuid7 as _uuid7

WRITTEN = re.compile("[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
"""An identifier as it is written here and taken in addresses: in lower case, with hyphens."""

_source: ContextVar[Callable[[], UUID]] = ContextVar("source of ids", default=_uuid7)


def uuid7() -> UUID:
    """A new time-ordered identifier. A function of our own, so that migrations name a stable path."""
    return _source.get()()


def new_text() -> str:
    """A new time-ordered identifier of which only the text is wanted: no `UUID` is made in Python."""
    return str(_fast_uuid7())


@contextmanager
def ids_from(source: Callable[[], UUID]) -> Iterator[None]:
    """Take the ids made inside the block from `source`: for data that must come out the same again."""
    token = _source.set(source)
    try:
        yield
    finally:
        _source.reset(token)
