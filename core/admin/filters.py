"""Filters whose choices are known: Django would read the whole table to find which values it holds."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet


def one_of(field: str, values: Callable[[], Iterable[str]]) -> type[SimpleListFilter]:
    """A filter for a column that holds one of these. They are asked for when a list is shown."""

    class OneOf(SimpleListFilter):
        title = field.replace("_", " ")
        parameter_name = field

        def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
            """Each value as it is."""
            return [(value, value) for value in sorted(values())]

        def queryset(self, request: Any, queryset: QuerySet[Any]) -> QuerySet[Any]:
            """All, where none was chosen."""
            chosen = self.value()
            return queryset if chosen is None else queryset.filter(**{field: chosen})

    return OneOf
