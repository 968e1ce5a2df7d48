"""The public cursor of the log: an event's id, made from its position."""

import re

from core.errors import BadInput, Gone

_FORM = re.compile(r"evt_([0-9a-f]{16})")
PREFIX = "evt_"


class InvalidEventCursor(BadInput):
    """The cursor is not one that this log gave."""

    code, message = "invalid_cursor", "This cursor makes no sense here. Start without one."


class CursorExpired(Gone):
    """The events after the cursor are not all kept any more."""

    code, message = (
        "cursor_expired",
        "This cursor is too old: events after it are gone. Read afresh, then go on from now.",
    )


def encode(position: int) -> str:
    """The id of the event at this position; sorts as text like the position does."""
    return f"{PREFIX}{position:016x}"


def decode(text: str) -> int:
    """The position of an id. Raises InvalidEventCursor."""
    match = _FORM.fullmatch(text)
    if match is None:
        raise InvalidEventCursor
    return int(match[1], 16)
