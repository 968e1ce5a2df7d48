"""Statements whose SQL the ORM writes once for each shape, and which run again with other values.

A shape is everything that the text of a statement depends on: which filters are there, what kind of viewer looks, the
sort, the limit. The values stand in it as `Slot`s. Writing SQL costs Django some milliseconds, running it again
costs PostgreSQL alone.
"""

import re
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import cache
from threading import Lock
from typing import Any, cast, override

import psycopg
from django.contrib.postgres.fields import ArrayField
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Field, ForeignObject, Lookup, Model, QuerySet
from django.db.models.expressions import Expression, Func
from django.db.models.sql.compiler import SQLCompiler
from psycopg.adapt import Loader

from core import prepared
from core.viewers import Viewer

KEPT = 512  # shapes of one process; a stranger who asks odd ones pays for them with the plain ORM's time, no more


class Slot(Expression):
    """A value that is not known while the SQL is written. It travels as a parameter and never as text."""

    def __init__(self, name: str, output_field: Field | None = None) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    @override
    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        return "%s", [self]

    def _unknown(self, *args: object) -> Any:
        raise TypeError(f"{self.name!r} has no value while the SQL is written; only the ORM may use it")

    __float__ = __int__ = __index__ = __format__ = _unknown

    def __repr__(self) -> str:
        return f"Slot({self.name!r})"


VIEWER = Slot("viewer")
"""The id of whoever looks."""


def slotted(viewer: Viewer) -> Viewer:
    """A viewer of this kind whose id is a slot, to write SQL for."""
    return Viewer(None if viewer.is_anyone else VIEWER, viewer.is_staff)


class Statement:
    """One SELECT with slots, run with values. It is prepared at its first run, unless told not to."""

    def __init__(self, rows: QuerySet, *, prepares: bool = True, wrap: str = "{}", more: Sequence[str] = ()) -> None:
        """`wrap` puts the SELECT inside a larger statement, whose own placeholders come after it and take `more`."""
        sql, params = rows.query.sql_with_params()
        self.sql = wrap.replace("{}", sql)
        self.prepares = prepares
        self.takes = [(p.name, None) if isinstance(p, Slot) else (None, p) for p in params]
        self.takes += [(name, None) for name in more]

    def run(self, values: Mapping[str, Any]) -> list[Any]:
        """All rows, as tuples. A `json` column is its bytes."""
        return run_prepared(*self.asked(values), prepares=self.prepares)

    def asked(self, values: Mapping[str, Any]) -> prepared.Asked:
        """The text and its values, for `run_together`."""
        return self.sql, [values[name] if name is not None else constant for name, constant in self.takes]


class ForEach:
    """A SELECT with slots, run once for many values of them: a slot named in `columns`, with its type in PostgreSQL, is
    a column of the rows that are given. It is planned anew for each run, as it is for few rows or for many."""

    def __init__(self, rows: QuerySet, columns: Mapping[str, str]) -> None:
        sql, params = rows.query.sql_with_params()
        left = iter(params)
        self._constants: list[Any] = []

        def place(found: re.Match[str]) -> str:
            if found[0] == "%%":
                return "%%"
            param = next(left)
            if isinstance(param, Slot):
                return f"given.{param.name}"
            self._constants.append(param)
            return "%s"

        written = re.sub("%s|%%", place, sql)
        arrays = ", ".join(f"%b::{type_}[]" for type_ in columns.values())
        rows_given = f"unnest({arrays}) WITH ORDINALITY AS given({', '.join(columns)}, number)"
        self._sql = f"SELECT given.number - 1, one.* FROM {rows_given} CROSS JOIN LATERAL ({written}) one"  # noqa: S608 - names from code

    def run(self, given: Sequence[Sequence[Any]]) -> list[Any]:
        """All rows for all the given ones, each behind the number (from 0) of what it was found for."""
        arrays = [list(column) for column in zip(*given, strict=True)]
        return run_prepared(self._sql, [*arrays, *self._constants], prepares=False) if given else []


class Instances(Statement):
    """A SELECT with slots of whole instances, but for the columns named in `without`, which are read when asked for."""

    def __init__(self, rows: QuerySet, *, without: Sequence[str] = ()) -> None:
        self._model = rows.model
        fields = [field for field in self._model._meta.concrete_fields if field.name not in without]
        if any(field.get_db_converters(connection) for field in fields):
            raise TypeError(f"{self._model.__name__} has columns that only the ORM can read.")
        self._names = [field.attname for field in fields]
        super().__init__(rows.values_list(*self._names))

    def first_of(self, found: Sequence[Any]) -> Any:
        """The first instance of the rows that `asked` has found, or None."""
        return self._model.from_db(DEFAULT_DB_ALIAS, self._names, found[0]) if found else None


class Insertion:
    """The INSERT of one instance of a model, whose text depends on nothing but the model."""

    def __init__(self, model: type[Model]) -> None:
        meta, quote = model._meta, connection.ops.quote_name
        self._made = [field for field in meta.concrete_fields if field.db_returning or field.has_db_default()]
        self._fields = [field for field in meta.concrete_fields if field not in self._made]
        into = ", ".join(quote(str(field.column)) for field in self._fields)
        back = ", ".join(quote(str(field.column)) for field in self._made)
        places = ", ".join(["%s"] * len(self._fields))
        returning = f" RETURNING {back}" if back else ""
        self._sql = f"INSERT INTO {quote(meta.db_table)} ({into}) VALUES ({places}){returning}"  # noqa: S608 - names from models

    def asked(self, instance: Model) -> prepared.Asked:
        """The text and its values, for `run_together`."""
        # Looked up once: the proxy is looked through with every attribute of every field.
        database = connections[DEFAULT_DB_ALIAS]
        return self._sql, [field.get_db_prep_save(field.pre_save(instance, True), database) for field in self._fields]

    def take(self, instance: Model, made: Sequence[Any]) -> None:
        """Put what the database has made up (defaults, generated columns) into the instance."""
        for field, value in zip(self._made, made[0] if made else (), strict=True):
            setattr(instance, field.attname, value)
        instance._state.adding, instance._state.db = False, DEFAULT_DB_ALIAS


@cache
def _insertion(model: type[Model]) -> Insertion:
    return Insertion(model)


def insert(instance: Model, *, then: Sequence[prepared.Asked] = ()) -> None:
    """`instance.save(force_insert=True)` without its signals and without writing the SQL again; and the statements that
    come after it, in the same round trip."""
    insertion = _insertion(type(instance))
    made, *_ = run_together([insertion.asked(instance), *then])
    insertion.take(instance, made)


def run_prepared(sql: str, given: Sequence[Any], *, prepares: bool = True) -> list[Any]:
    """All rows of one statement, as tuples. It is kept by the connection, so its text must not hold values."""
    if prepares and (rows := prepared.run(sql, given)) is not None:
        return rows
    connection.ensure_connection()
    # A plain cursor binds on the server; Django's own pastes the values in. Inside Django's wrapper it is counted,
    # logged, and its errors are translated, as for every other query.
    plain = psycopg.Cursor(connection.connection)
    with connection._prepare_cursor(plain) as cursor:  # type: ignore[attr-defined]
        cursor.execute(sql, given)
        return plain.fetchall() if plain.pgresult and plain.pgresult.nfields else []


def run_together(asked: Sequence[prepared.Asked]) -> list[list[Any]]:
    """The rows of each statement, in their order, in one round trip. None may need what another has answered."""
    found = prepared.run_together(asked) if len(asked) > 1 else None
    return found if found is not None else [run_prepared(sql, given) for sql, given in asked]


class Shapes:
    """The statements written so far, the least used forgotten first."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept, self._lock = kept, Lock()
        self._statements: OrderedDict[Hashable, Statement | ForEach] = OrderedDict()

    def get_or_write[S: Statement | ForEach](self, shape: Hashable, write: Callable[[], S]) -> S:
        """The statement of this shape. Two threads may both write a new one; either will do."""
        with self._lock:
            found = self._statements.get(shape)
            if found is not None:
                self._statements.move_to_end(shape)
                return cast(S, found)
        written = write()
        with self._lock:
            self._statements[shape] = written
            while len(self._statements) > self._kept:
                self._statements.popitem(last=False)
        return written

    def clear(self) -> None:
        """Forget all (after a test has changed settings or filters)."""
        with self._lock:
            self._statements.clear()


SHAPES = Shapes()

_PROJECTED = Shapes()
"""Of projections, which whoever asks makes up: however many there are, they push no other shape out."""


def shapes_of(want: object) -> Shapes:
    """Where statements are kept that show the whole (None), or a projection."""
    return SHAPES if want is None else _PROJECTED


@ForeignObject.register_lookup
@Field.register_lookup
class OneOf(Lookup):
    """`status__one_of=[…]`: one array parameter, whatever its length, where `in` would write one for each value."""

    lookup_name = "one_of"
    prepare_rhs = False

    @override
    def get_db_prep_lookup(self, value: Any, connection: Any) -> Any:
        return "%s", [list(value)]

    @override
    def as_sql(self, compiler: SQLCompiler, connection: Any) -> Any:
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return f"{left} = ANY({right})", [*left_params, *right_params]


class Unweighed(Func):
    """A slot whose value the planner does not see. Where it decides how many rows it finds, PostgreSQL plans a prepared
    statement anew with each run (section "PREPARE" of its manual); this one it plans once."""

    template = "(SELECT %(expressions)s::%(type)s)"

    def __init__(self, slot: Slot) -> None:
        super().__init__(slot, type=slot.output_field.db_type(connection), output_field=slot.output_field)


class ArrayOf(Func):
    """`ARRAY[…]` of the given expressions, for `contains` with a slot in it."""

    template = "ARRAY[%(expressions)s]::%(type)s[]"

    def __init__(self, *items: Any, base_field: Field) -> None:
        super().__init__(*items, type=base_field.db_type(connection), output_field=ArrayField(base_field))


class JSONBytes(Loader):
    """PostgreSQL's JSON text as it came: it goes out again without being read."""

    @override
    def load(self, data: Any) -> bytes:
        return bytes(data)


def load_json_as_bytes(connection: Any, **_: Any) -> None:
    """Receiver of `connection_created`. Columns of type `json` only; Django's JSONField is `jsonb`."""
    connection.connection.adapters.register_loader("json", JSONBytes)
