"""Prepared statements by libpq's own call.

What psycopg's cursor and Django's wrapper do around a statement costs the process three times what libpq's blocking
call costs (90 µs against 25, measured on a job's detail), and a hot read is one statement. So statements that are
prepared anyway are prepared and executed here, through psycopg's public `pq` module and its adapters: the same
connection, the same values, the same errors. Where somebody listens to the cursor (a counted or logged query) it is not
used.
"""

import re
from collections import OrderedDict
from collections.abc import Callable, Sequence
from select import POLLIN, POLLOUT, poll
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg import errors
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import ExecStatus, TransactionStatus

MOST = 200  # statements of one connection, the longest unused forgotten first

Asked = tuple[str, Sequence[Any]]  # a statement and its values
Bound = tuple[bytes, Any, Any]  # the name it is prepared under, values and their formats as libpq takes them

_PLACE = re.compile("%s|%%")


class Prepared:
    """The statements that one connection of the driver's knows by name, by text and types of the values."""

    def __init__(self, pg: psycopg.Connection[Any]) -> None:
        self._names: OrderedDict[tuple[str, Any], bytes] = OrderedDict()
        self._made = 0
        self._adapters = Transformer(pg)

    def run(self, pg: psycopg.Connection[Any], sql: str, given: Sequence[Any]) -> list[Any]:
        """All rows. Raises psycopg's errors."""
        if _must_begin(pg):  # not in a pipeline: what sends into one holds the GIL, and this is every request's thread
            _checked(pg, pg.pgconn.exec_(b"BEGIN"))
        return self._rows(_checked(pg, pg.pgconn.exec_prepared(*self._bound(pg, sql, given))))

    def run_together(self, pg: psycopg.Connection[Any], asked: Sequence[Asked]) -> list[list[Any]]:
        """The rows of each, in one round trip (PostgreSQL 18, section 32.5). Where one fails the rest is not run."""
        bound = [self._bound(pg, sql, given) for sql, given in asked]
        begins = _must_begin(pg)
        results = _in_pipeline(pg, begins, bound)
        for result in results:
            _checked(pg, result)
        return [self._rows(result) for result in results[begins:]]

    def _bound(self, pg: psycopg.Connection[Any], sql: str, given: Sequence[Any]) -> Bound:
        adapters = self._adapters
        values = adapters.dump_sequence(given, [PyFormat.AUTO] * len(given))
        key = (sql, adapters.types)
        name = self._names.get(key)
        if name is None:
            name = self._prepare(pg, sql)
        else:
            self._names.move_to_end(key)
        return name, values, adapters.formats

    def _rows(self, result: Any) -> list[Any]:
        if not result.nfields:
            return []
        self._adapters.set_pgresult(result)
        return self._adapters.load_rows(0, result.ntuples, tuple)

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


def _must_begin(pg: psycopg.Connection[Any]) -> bool:
    return not pg.autocommit and pg.pgconn.transaction_status == TransactionStatus.IDLE


def _in_pipeline(pg: psycopg.Connection[Any], begins: bool, bound: Sequence[Bound]) -> list[Any]:
    """The results, that of BEGIN before them where it is sent."""
    libpq: Any = pg.pgconn
    libpq.enter_pipeline_mode()
    try:
        if begins:
            libpq.send_query_params(b"BEGIN", None)
        for one in bound:
            libpq.send_query_prepared(*one)
        libpq.pipeline_sync()
        _flush(libpq)
        results = [_next_result(libpq) for _ in range(begins + len(bound))]
        _next(libpq)  # that of the sync
    except BaseException:  # lost or interrupted: what is still to come would be taken for the answers of what is next
        pg.close()
        raise
    libpq.exit_pipeline_mode()
    return results


def _flush(libpq: Any) -> None:
    while libpq.flush():  # there is more than the other side takes: it may wait for us to read
        _wait(libpq, POLLIN | POLLOUT)
        libpq.consume_input()


def _next_result(libpq: Any) -> Any:
    result = _next(libpq)
    _next(libpq)  # None: there is no more of this statement
    return result


def _next(libpq: Any) -> Any:
    while libpq.is_busy():  # `get_result` alone would wait with the GIL
        _wait(libpq, POLLIN)
        libpq.consume_input()
    return libpq.get_result()


def _wait(libpq: Any, events: int) -> None:
    waiting = poll()
    waiting.register(libpq.socket, events)
    waiting.poll()


def _checked(pg: psycopg.Connection[Any], result: Any) -> Any:
    if result is None:  # the connection was lost before it came
        raise psycopg.OperationalError(pg.pgconn.get_error_message())
    if result.status not in (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK):
        raise errors.error_from_result(result, encoding=pg.info.encoding)
    return result


_known: WeakKeyDictionary[Any, Prepared] = WeakKeyDictionary()


def run(sql: str, given: Sequence[Any]) -> list[Any] | None:
    """Run a statement on this thread's connection. None where that is not possible. Raises Django's database errors.

    Outside a transaction it has to be a read: on a connection that turns out to be gone it is run again by the caller.
    """
    return _on_connection(lambda prepared, pg: prepared.run(pg, sql, given))


def run_together(asked: Sequence[Asked]) -> list[list[Any]] | None:
    """`run`, for several statements in one round trip: none may need what another has answered."""
    return _on_connection(lambda prepared, pg: prepared.run_together(pg, asked))


def _on_connection[T](run: Callable[[Prepared, psycopg.Connection[Any]], T]) -> T | None:
    database = connections[DEFAULT_DB_ALIAS]  # looked up once: `django.db.connection` looks it up with every attribute
    if database.connection is None or database.execute_wrappers or database.queries_logged:
        return None
    database.validate_no_broken_transaction()
    pg = database.connection
    prepared = _known.get(pg)
    if prepared is None:
        prepared = _known.setdefault(pg, Prepared(pg))
    try:
        return run(prepared, pg)
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
