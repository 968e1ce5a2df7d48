"""Rows by COPY, the fastest way into PostgreSQL."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Model

_ESCAPED = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


def copy_rows(model: type[Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write these rows, whose values stand in the order of `fields`. Other columns get the database's defaults."""
    columns = ", ".join(f'"{_column(model, name)}"' for name in fields)
    statement = f'COPY "{model._meta.db_table}" ({columns}) FROM STDIN'
    connection.ensure_connection()
    with connection.connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write("\t".join(map(_text, row)) + "\n")


def _column(model: type[Model], name: str) -> str:
    return str(getattr(model._meta.get_field(name), "column"))  # noqa: B009 - a reverse relation has none


def _text(value: Any) -> str:
    """One value as COPY's text format has it."""
    if value is None:
        return r"\N"
    if isinstance(value, str):
        return value.translate(_ESCAPED)
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        items = ",".join('"' + item.replace("\\", r"\\").replace('"', r"\"") + '"' for item in value)
        return ("{" + items + "}").translate(_ESCAPED)
    return str(value)
