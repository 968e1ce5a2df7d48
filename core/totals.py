"""How many rows a list has: exact while that is cheap, at most half a minute old beyond."""

from hashlib import blake2b
from threading import Lock
from typing import Any

from django.core.cache import cache
from django.db.models import IntegerField, QuerySet, Subquery

from core.shapes import SHAPES, Statement

EXACT_UP_TO = 10_000
KEPT_SECONDS = 30

_counting = Lock()  # one count of a large table at a time in a process; the others wait for its result


class CappedCount(Subquery):
    """How many rows, counted no further than one past what is promised to be exact. Not tied to the outer row, so
    PostgreSQL runs it once."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"

    def __init__(self, rows: QuerySet) -> None:
        super().__init__(rows.order_by().values("pk")[: EXACT_UP_TO + 1], output_field=IntegerField())


def large(listing: Any) -> tuple[int, bool] | None:
    """A total above the exact range that was counted in the last half minute."""
    found = cache.get(_key(listing))
    return None if found is None else (found, True)


def exact_or_estimated(listing: Any, capped: int) -> tuple[int, bool]:
    """The total from a capped count: itself, or the whole count (kept) where the cap was reached."""
    if capped <= EXACT_UP_TO:
        return capped, False
    with _counting:
        known = large(listing)
        if known is not None:
            return known
        whole = _whole_count(listing)
        cache.set(_key(listing), whole, KEPT_SECONDS)
    return whole, True


def count(listing: Any) -> tuple[int, bool]:
    """The total of a list whose page came back empty."""
    shape = (*listing.shape, "capped")
    rows = listing.rows
    statement = SHAPES.get_or_write(
        shape,
        lambda: Statement(
            rows().order_by().values("pk")[: EXACT_UP_TO + 1], wrap="SELECT COUNT(*) FROM ({}) AS counted"
        ),
    )
    return exact_or_estimated(listing, statement.run(listing.values)[0][0])


def _whole_count(listing: Any) -> int:
    shape = (*listing.shape, "whole")
    rows = listing.rows
    statement = SHAPES.get_or_write(
        shape, lambda: Statement(rows().order_by().values("pk"), wrap="SELECT COUNT(*) FROM ({}) AS counted")
    )
    return int(statement.run(listing.values)[0][0])


def _key(listing: Any) -> str:
    """One key for each shape and its values. Shapes hold classes, whose repr names them."""
    text = repr((listing.shape, sorted((name, str(value)) for name, value in listing.values.items())))
    return f"total:{blake2b(text.encode(), digest_size=16).hexdigest()}"
