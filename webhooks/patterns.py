"""Which types of event an endpoint wants: names, and patterns such as `bid.*`."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from core.errors import FieldErrors
from events.types import TYPES

MOST = 50
_FORM = re.compile(r"[a-z_]+(?:\.[a-z_]+)*(?:\.\*)?|\*")


@lru_cache(maxsize=4096)
def _form(pattern: str) -> re.Pattern[str]:
    return re.compile(re.escape(pattern).replace(r"\*", ".*"))


def matches(patterns: Iterable[str], type_of_event: str) -> bool:
    """Whether one of the patterns means this type."""
    return any(_form(pattern).fullmatch(type_of_event) for pattern in patterns)


def check_patterns(patterns: Sequence[str]) -> None:
    """Raises FieldErrors for one that means no type of event."""
    wrong = [p for p in patterns if not _FORM.fullmatch(p) or not any(matches([p], name) for name in TYPES)]
    if wrong:
        raise FieldErrors({"events": [f"No type of event is called {pattern[:60]!r}." for pattern in wrong[:20]]})


def types_of(patterns: Sequence[str]) -> list[str]:
    """All types that the patterns mean."""
    return sorted(name for name in TYPES if matches(patterns, name))
