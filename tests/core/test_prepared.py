"""Statements that libpq runs by itself: the same rows, the same errors, in the same transaction."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import DataError, IntegrityError, OperationalError, ProgrammingError, connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from core import prepared
from core.shapes import run_together
from events import log

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _connected() -> None:
    connection.ensure_connection()


def by_cursor(sql: str, given: list[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return list(cursor.fetchall())


@pytest.mark.parametrize(
    ("sql", "given"),
    [
        ("SELECT %s::int + 1, %s::text, '100%%'", [41, "it's"]),
        ("SELECT %s::uuid, %s::numeric(9, 2)", [UUID(int=7), Decimal("12.50")]),
        ("SELECT %s::int[], %s::text", [[1, 2, 3], None]),
        ("SELECT now() - now(), true, NULL::int", []),
        ("SELECT generate_series(1, %s)", [500]),
        ("SELECT 1 WHERE false", []),
    ],
)
def test_rows_are_what_a_cursor_reads(sql: str, given: list[Any]) -> None:
    for _ in range(3):
        assert prepared.run(sql, given) == by_cursor(sql, given)


def test_values_of_other_types_are_another_statement() -> None:
    for value in (1, 70_000, 5_000_000_000, None, 1):
        assert prepared.run("SELECT %s + 0", [value]) == [(value,)]


def test_errors_are_djangos() -> None:
    with pytest.raises(DataError):
        prepared.run("SELECT 1 / %s::int", [0])
    with pytest.raises(ProgrammingError):
        prepared.run("SELECT nothing", [])
    assert prepared.run("SELECT %s::int", [1]) == [(1,)]


def test_it_is_part_of_the_transaction() -> None:
    by_hand = "INSERT INTO django_site_of_test VALUES (%s::int) RETURNING n"
    prepared.run("CREATE TABLE django_site_of_test (n int UNIQUE)", [])
    try:
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            assert prepared.run(by_hand, [1]) == [(1,)]
            raise ZeroDivisionError
        assert by_cursor("SELECT count(*) FROM django_site_of_test", []) == [(0,)]
        with transaction.atomic():
            prepared.run(by_hand, [1])
            with pytest.raises(IntegrityError), transaction.atomic():
                prepared.run(by_hand, [1])
            prepared.run(by_hand, [2])
        assert by_cursor("SELECT array_agg(n ORDER BY n) FROM django_site_of_test", []) == [([1, 2],)]
        with pytest.raises(TransactionManagementError), transaction.atomic():
            with pytest.raises(IntegrityError), transaction.atomic(savepoint=False):
                prepared.run(by_hand, [1])
            prepared.run("SELECT 1", [])
    finally:
        prepared.run("DROP TABLE django_site_of_test", [])


def test_the_longest_unused_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepared, "MOST", 3)
    count = "SELECT count(*) FROM pg_prepared_statements WHERE starts_with(name, 'mintenance')"
    connection.close()
    connection.ensure_connection()
    for number in range(20):
        assert prepared.run(f"SELECT %s::int + {number}", [1]) == [(1 + number,)]
        assert prepared.run("SELECT %s::int AS kept", [number]) == [(number,)]
    assert prepared.run(count, []) == [(3,)]
    kept = "SELECT count(*) FROM pg_prepared_statements WHERE starts_with(name, 'mintenance') AND strpos(statement, ' AS kept') > 0"
    assert by_cursor(kept, []) == [(1,)]
    with transaction.atomic():
        prepared.run("SELECT %s::int + 100", [1])
        with pytest.raises(DataError), transaction.atomic():
            prepared.run("SELECT 1 / %s::int", [0])
        prepared.run("SELECT %s::int + 101", [1])


def test_one_that_somebody_has_deallocated_is_prepared_again() -> None:
    assert prepared.run("SELECT %s::int", [1]) == [(1,)]
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    with pytest.raises(ProgrammingError):
        prepared.run("SELECT %s::int", [1])
    assert prepared.run("SELECT %s::int", [2]) == [(2,)]


def test_a_new_connection_knows_none() -> None:
    assert prepared.run("SELECT %s::int", [1]) == [(1,)]
    connection.close()
    connection.ensure_connection()
    assert prepared.run("SELECT %s::int", [2]) == [(2,)]


def test_where_somebody_counts_it_leaves_the_statement_to_the_driver() -> None:
    assert prepared.run("SELECT %s::int", [1]) == [(1,)]
    with CaptureQueriesContext(connection):
        assert prepared.run("SELECT %s::int", [1]) is None


class TestTogether:
    def test_each_has_its_rows(self) -> None:
        asked: list[Any] = [("SELECT %s::int", [1]), ("SELECT 1 WHERE false", []), ("SELECT %s::text, 'b'", ["a"])]
        for _ in range(2):
            assert prepared.run_together(asked) == [[(1,)], [], [("a", "b")]]

    def test_one_that_fails_takes_those_after_it_along(self) -> None:
        prepared.run("CREATE TABLE django_site_of_test (n int UNIQUE)", [])
        insert = "INSERT INTO django_site_of_test VALUES (%s::int)"
        try:
            with pytest.raises(DataError), transaction.atomic():
                prepared.run_together([(insert, [1]), ("SELECT 1 / %s::int", [0]), (insert, [2])])
            assert by_cursor("SELECT count(*) FROM django_site_of_test", []) == [(0,)]
            with transaction.atomic():
                assert prepared.run_together([(insert, [1]), ("SELECT n FROM django_site_of_test", [])]) == [[], [(1,)]]
            assert prepared.run("SELECT n FROM django_site_of_test", []) == [(1,)]
        finally:
            prepared.run("DROP TABLE django_site_of_test", [])

    def test_more_than_either_side_holds_at_once(self) -> None:
        large = "x" * 3_000_000
        asked: list[Any] = [("SELECT %s::text || repeat('y', 3000000)", [large])] * 3
        found = prepared.run_together(asked)
        assert found is not None
        assert [len(rows[0][0]) for rows in found] == [6_000_000] * 3

    def test_a_connection_that_is_lost_in_between_is_an_error_and_the_next_one_works(self) -> None:
        asked: list[Any] = [("SELECT pg_terminate_backend(pg_backend_pid())", []), ("SELECT 1", [])]
        with pytest.raises(OperationalError), transaction.atomic():
            prepared.run_together(asked)
        connection.close()
        connection.ensure_connection()
        assert prepared.run_together([("SELECT %s::int", [1])]) == [[(1,)]]

    def test_where_somebody_listens_they_run_one_by_one(self) -> None:
        with CaptureQueriesContext(connection) as heard:
            assert run_together([("SELECT %s::int", [1]), ("SELECT 2", [])]) == [[(1,)], [(2,)]]
        assert len(heard) == 2

    def test_one_that_is_interrupted_leaves_nothing_for_the_next(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def interrupt(*_: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
            patched.setattr(prepared, "_next", interrupt)
            prepared.run_together([("SELECT %s::int", [1]), ("SELECT 2", [])])
        connection.close()
        connection.ensure_connection()
        assert prepared.run_together([("SELECT %s::int", [3])]) == [[(3,)]]


def test_what_has_been_published_is_planned_once() -> None:
    """However much of the log comes after the position: without `Unweighed` it would be planned with each run."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO events_recordedevent (id, position, type, resource_type, resource_id, request_id, is_public,"
            " audience, data, seen_by) SELECT gen_random_uuid(), n, 'x', 'job', gen_random_uuid(), '', false, '{}', '{}', '{}'"
            " FROM generate_series(1, 5000) n"
        )
        cursor.execute("ANALYZE events_recordedevent")
    for _ in range(12):
        assert len(log.news(4990, 500)) == 10
    plans = "SELECT generic_plans FROM pg_prepared_statements WHERE statement LIKE '%%events_recordedevent%%position%%'"
    assert [one for (one,) in by_cursor(plans, []) if one >= 5]
