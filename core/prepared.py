"""Prepared statements by libpq's own call.

What psycopg's cursor and Django's wrapper do around a statement costs the process three times what libpq's blocking
call costs (90 µs against 25, measured on a job's detail), and a hot read is one statement. So statements that are
prepared anyway are prepared and executed here, through psycopg's public `pq` module and its adapters: the same
connection, the same values, the same errors. Where somebody listens to the cursor (a counted or logged query) it is not
used.
"""

import re
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg import errors
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import ExecStatus, TransactionStatus

MOST = 200  # statements of one connection, the longest unused forgotten first
_PLACE = re.compile("%s|%%")


class Prepared:
    """The statements that one connection of the driver's knows by name, by text and types of the values."""

    def __init__(self, pg: psycopg.Connection[Any]) -> None:
        self._names: OrderedDict[tuple[str, Any], bytes] = OrderedDict()
        self._made = 0
        self._adapters = Transformer(pg)

    def run(self, pg: psycopg.Connection[Any], sql: str, given: Sequence[Any]) -> list[Any]:
        """All rows. Raises psycopg's errors."""
        libpq, adapters = pg.pgconn, self._adapters
        values = adapters.dump_sequence(given, [PyFormat.AUTO] * len(given))
        key = (sql, adapters.types)
        name = self._names.get(key)
        if name is None:
            name = self._prepare(pg, sql)
        else:
            self._names.move_to_end(key)
        if not pg.autocommit and libpq.transaction_status == TransactionStatus.IDLE:
            _checked(pg, libpq.exec_(b"BEGIN"))
        result = _checked(pg, libpq.exec_prepared(name, values, adapters.formats))  # type: ignore[arg-type]  # bytes all
        if not result.nfields:
            return []
        adapters.set_pgresult(result)
        return adapters.load_rows(0, result.ntuples, tuple)

    def _prepare(self, pg: psycopg.Connection[Any], sql: str) -> bytes:
        types = self._adapters.types
        while len(self._names) >= MOST:
            _, gone = self._names.popitem(last=False)
            _checked(pg, pg.pgconn.exec_(b"DEALLOCATE " + gone))
        self._made += 1
        name = f"mintenance_{self._made}".encode()
        _checked(pg, pg.pgconn.prepare(name, _numbered(sql), types))
        self._names[sql, types] = name
        return name


def _numbered(sql: str) -> bytes:
    """`%s` as `$1`, `$2`; `%%` as `%`."""
    number = 0

    def place(found: re.Match[str]) -> str:
        nonlocal number
        if found[0] == "%%":
            return "%"
        number += 1
        return f"${number}"

    return _PLACE.sub(place, sql).encode()


def _checked(pg: psycopg.Connection[Any], result: Any) -> Any:
    if result.status not in (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK):
        raise errors.error_from_result(result, encoding=pg.info.encoding)
    return result


_known: WeakKeyDictionary[Any, Prepared] = WeakKeyDictionary()


def run(sql: str, given: Sequence[Any]) -> list[Any] | None:
    """Run a statement on this thread's connection. None where that is not possible. Raises Django's database errors.

    Outside a transaction it has to be a read: on a connection that turns out to be gone it is run again by the caller.
    """
    database = connections[DEFAULT_DB_ALIAS]  # looked up once: `django.db.connection` looks it up with every attribute
    if database.connection is None or database.execute_wrappers or database.queries_logged:
        return None
    database.validate_no_broken_transaction()
    pg = database.connection
    prepared = _known.get(pg)
    if prepared is None:
        prepared = _known.setdefault(pg, Prepared(pg))
    try:
        return prepared.run(pg, sql, given)
    except errors.InvalidSqlStatementName:  # somebody has deallocated them: the next to come prepares them again
        del _known[pg]
        with database.wrap_database_errors:
            raise
    except psycopg.Error:
        if pg.closed and not database.in_atomic_block:  # nothing can have come of it: it is asked once more
            database.close()
            return None
        with database.wrap_database_errors:
            raise
