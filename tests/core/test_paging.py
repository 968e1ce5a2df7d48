"""Cursors and sorts, before they meet a database."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.http import QueryDict

from core.filters import InvalidParameter
from core.ids import uuid7
from core.paging import (
    Cursor,
    InvalidCursor,
    Order,
    Sort,
    key_text,
    read_number,
    read_order,
)

SORTS = {
    "createdAt": Sort("created_at", "time"),
    "distance": Sort("distance", "number", needs_point=True),
}


def test_a_cursor_reads_back_what_it_was_made_from():
    moment, pk = datetime(2026, 1, 2, 3, 4, 5, 678, UTC), uuid7()
    cursor = Cursor.decode(Cursor("-createdAt", key_text(moment), pk, True).encode())
    assert (cursor.pk, cursor.backwards) == (pk, True)
    assert cursor.values(Order("createdAt", SORTS["createdAt"], True)) == {
        "cursor_key": moment,
        "cursor_id": pk,
    }


@pytest.mark.parametrize("text", ["x", "é", "e30", "bnVsbA", "WzEsMl0", "a" * 5000, "W1tbW1tb", "\0"])
def test_a_text_that_no_list_gave_is_refused(text):
    with pytest.raises(InvalidCursor):
        Cursor.decode(text)


def test_a_cursor_of_another_sort_is_refused():
    cursor = Cursor("createdAt", "2026-01-01T00:00:00+00:00", UUID(int=1))
    with pytest.raises(InvalidCursor):
        cursor.values(Order("createdAt", SORTS["createdAt"], True))


@pytest.mark.parametrize("key", ["soon", "2026-01-01T00:00:00", "", "NaN", "9" * 400])
def test_a_cursor_with_a_key_of_another_type_is_refused(key):
    with pytest.raises(InvalidCursor):
        Cursor("-createdAt", key, UUID(int=1)).values(Order("createdAt", SORTS["createdAt"], True))


@pytest.mark.parametrize("text", ["0", "-1", "101", "1.5", "one", "", "١", "9" * 30])
def test_a_limit_outside_its_range_is_refused_by_name(text):
    with pytest.raises(InvalidParameter) as refusal:
        read_number(QueryDict(f"limit={text}"), "limit", 20, 100)
    assert set(refusal.value.details) == {"limit"}


def test_distance_is_a_sort_only_where_there_is_a_point():
    with pytest.raises(InvalidParameter):
        read_order(QueryDict("sort=distance"), SORTS, "-createdAt", has_point=False)
    assert read_order(QueryDict("sort=distance"), SORTS, "-createdAt", has_point=True).text == "distance"
