"""How many rows a list has, without reading a large one through."""

from typing import Any

from django.core.paginator import Paginator
from django.db import connection
from django.utils.functional import cached_property

EXACT_UP_TO = 10_000


class Counted(int):
    """A number of rows as it is shown: exact, or as many as can be paged through, and in words that there are more."""

    words: str

    def __new__(cls, number: int, words: str = "") -> "Counted":
        """`words` stand where the number alone would not be true."""
        made = super().__new__(cls, number)
        made.words = words or str(number)
        return made

    def __str__(self) -> str:
        return self.words


def count_of(rows: Any) -> Counted:
    """Exact up to 10,000. A whole table that is larger is what the planner takes it for; a part of one is "more"."""
    capped = len(rows.order_by().values_list("pk")[: EXACT_UP_TO + 1])
    if capped <= EXACT_UP_TO:
        return Counted(capped)
    if rows.query.where:
        return Counted(EXACT_UP_TO, f"more than {EXACT_UP_TO:,}")
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE oid = %s::regclass", [rows.model._meta.db_table])
        return Counted(EXACT_UP_TO, f"about {max(capped, cursor.fetchone()[0]):,}")


class LargePaginator(Paginator):
    """Goes through the first 10,000 rows: further down, filters and the search lead to a row, and not its page."""

    @cached_property
    def count(self) -> Counted:
        """See `count_of`."""
        return count_of(self.object_list)
