"""How many rows a list has: exact while that is cheap, at most half a minute old beyond."""

from collections import OrderedDict
from hashlib import blake2b
from threading import Lock
from typing import Any

from django.core.cache import cache
from django.db.models import IntegerField, QuerySet, Subquery

from core import finished
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


class Remembered:
    """Exact totals of strangers' lists, each under the snapshot that it was counted under (core/finished.py)."""

    def __init__(self, most: int = 5000) -> None:
        self._most, self._lock = most, Lock()
        self._totals: OrderedDict[str, tuple[str, int]] = OrderedDict()

    def find(self, key: str, snapshot: str) -> int | None:
        """The total, if nothing has been committed since."""
        found = self._totals.get(key)
        return found[1] if found is not None and found[0] == snapshot else None

    def keep(self, key: str, snapshot: str, total: int) -> None:
        """Keep what was counted after this snapshot was taken: after any commit since, the next one differs."""
        with self._lock:
            self._totals.pop(key, None)
            self._totals[key] = (snapshot, total)
            while len(self._totals) > self._most:
                self._totals.popitem(last=False)


_remembered = Remembered()


def known(listing: Any) -> tuple[int, bool] | None:
    """A total that is known: exact as nothing was committed since, or an estimate of the last half minute."""
    key = _key(listing)
    if listing.viewer.is_anyone:
        listing.snapshot = finished.FINISHED.now()
        total = _remembered.find(key, listing.snapshot) if listing.snapshot else None
        if total is not None:
            return total, False
    found = cache.get(key)
    return None if found is None else (found, True)


def exact_or_estimated(listing: Any, capped: int) -> tuple[int, bool]:
    """The total from a capped count: itself, or the whole count (kept) where the cap was reached."""
    if capped <= EXACT_UP_TO:
        if listing.snapshot:
            _remembered.keep(_key(listing), listing.snapshot, capped)
        return capped, False
    with _counting:
        found = cache.get(_key(listing))
        if found is not None:
            return found, True
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
