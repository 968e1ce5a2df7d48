"""Expressions by which PostgreSQL writes JSON."""

from collections.abc import Mapping
from typing import Any, override

from django.core.exceptions import EmptyResultSet
from django.db import models
from django.db.models import QuerySet, Subquery
from django.db.models.expressions import Func


class JSONText(models.Field):
    """The type `json`: text that keeps the order of its members, unlike `jsonb`."""

    @override
    def db_type(self, connection: Any) -> str:
        return "json"


class Row(Func):
    """One JSON object, with its members in the declared order."""

    def __init__(self, members: Mapping[str, Any]) -> None:
        for name in members:
            if not name.isidentifier():  # it is written into the SQL
                raise ValueError(f"{name!r} cannot name a member")
        self.names = tuple(members)
        super().__init__(*members.values(), output_field=JSONText())

    @override
    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        columns, params = [], []
        for name, expression in zip(self.names, self.source_expressions, strict=True):
            sql, given = compiler.compile(expression)
            columns.append(f'{sql} AS "{name}"')
            params.extend(given)
        return f"(SELECT ROW_TO_JSON(o) FROM (SELECT {', '.join(columns)}) o)", params  # noqa: S608 - names are checked


class Rows(Subquery):
    """A JSON list of a correlated queryset of one JSON column; empty, never null."""

    template = "(SELECT COALESCE(JSON_AGG(l.o), '[]') FROM (%(subquery)s) AS l(o))"

    def __init__(self, queryset: QuerySet) -> None:
        super().__init__(queryset, output_field=JSONText())

    @override
    def as_sql(self, *args: Any, **kwargs: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        try:
            sql, params = super().as_sql(*args, **kwargs)
        except EmptyResultSet:
            return "'[]'::json", []
        return sql, list(params)


class Moves(Func):
    """A JSON list of the states whose condition holds."""

    template = "TO_JSON(ARRAY_REMOVE(ARRAY[%(expressions)s]::text[], NULL))"

    def __init__(self, *states: Any) -> None:
        super().__init__(*states, output_field=JSONText())

    @override
    def as_sql(self, *args: Any, **kwargs: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        if not self.source_expressions:
            return "'[]'::json", []
        sql, params = super().as_sql(*args, **kwargs)
        return sql, list(params)
