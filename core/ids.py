"""Identifiers: UUID version 7 (RFC 9562, section 5.7), so that new rows land at the end of an index."""

from uuid import UUID

from uuid_utils.compat import uuid7 as _uuid7


def uuid7() -> UUID:
    """A new time-ordered identifier. A function of our own, so that migrations name a stable path."""
    return _uuid7()
