"""What the admin's tables share, and the doors' own tables to look at."""

from core.admin.counting import EXACT_UP_TO, Counted, LargePaginator, count_of
from core.admin.filters import one_of
from core.admin.lists import LargeAdmin, ReadOnlyAdmin, ReadOnlyInline

__all__ = [
    "EXACT_UP_TO",
    "Counted",
    "LargeAdmin",
    "LargePaginator",
    "ReadOnlyAdmin",
    "ReadOnlyInline",
    "count_of",
    "one_of",
    "tables",
]

from core.admin import tables
