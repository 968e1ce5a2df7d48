"""Every list of the admin, every filter, search and sort of it: on large tables, none reads much more than it shows.

What a plan really reads is measured, not what it is called: a scan of a whole table is fine where it stops early.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db import connection
from django.test import Client, RequestFactory
from django.urls import reverse

from core.admin import counting
from tests import cast
from tests.admin import many
from tests.admin.browsers import browser_of

pytestmark = pytest.mark.django_db
ROWS, CAP = 6_000, 400
MOST = 5 * CAP
"""Rows that a scan may read for a page of 100 and a count up to CAP: what is filtered for is a fifth, or rare."""

SMALL = {"Group", "ReactorPosition", "TOTPDevice"}
ORDER = (
    "Person", "Image", "Contractor", "Job", "Conversation", "Message", "PortfolioItem", "Document", "Endpoint", "Delivery", "AuditRecord",
)  # fmt: skip
"""What others refer to goes first."""


def large_models() -> list[Any]:
    """The registered ones, in an order in which they can be filled."""
    found = [model for model in admin.site._registry if model.__name__ not in SMALL]
    names = {name: number for number, name in enumerate(ORDER)}
    return sorted(found, key=lambda model: names.get(model.__name__, len(ORDER)))


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Client:
    """A superuser's, on a site that has grown."""
    for model in large_models():
        many.fill(model, ROWS)
    monkeypatch.setattr(counting, "EXACT_UP_TO", CAP)
    monkeypatch.setattr("events.admin.NEWEST", CAP)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL jit = off; SET LOCAL enable_seqscan = off; SET LOCAL random_page_cost = 1.1")
    return browser_of(cast.staff(is_superuser=True))


def pages_of(model: Any) -> Iterator[dict[str, str]]:
    """What may stand in the address of its list."""
    yield {}
    model_admin = admin.site._registry[model]
    shown = _changelist(model_admin)
    for name in model_admin.sortable_by:
        column = shown.list_display.index(name)
        yield from ({"o": f"{column}"}, {"o": f"-{column}"})
    yield from filters_of(shown)
    row = model._default_manager.order_by("pk").first()
    for path in model_admin.search_fields:
        yield {"q": f'"{_word(row, path)}"'}


def _changelist(model_admin: Any) -> ChangeList:
    request = RequestFactory().get("/")
    request.user = cast.staff(is_superuser=True).person
    return model_admin.get_changelist_instance(request)


def filters_of(shown: ChangeList) -> Iterator[dict[str, str]]:
    """Each choice of each filter, as the list offers it."""
    for spec in shown.filter_specs:
        for choice in spec.choices(shown):
            query = choice["query_string"].lstrip("?")
            if query:
                yield dict([query.split("=", 1)])


def _word(row: Any, path: str) -> str:
    """What the first row would be searched by."""
    value: Any = row
    for part in path.lstrip("=@").split("__"):
        value = getattr(
            value, {"search": "title" if hasattr(value, "title") else "business_name"}.get(part, part), None
        )
    value = str(getattr(value, "pk", value))
    return value if path[0] in "=@" else value[5:11]


@contextmanager
def statements() -> Iterator[list[tuple[str, Any]]]:
    """The reads of the block, with their values."""
    found: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, is_many: bool, context: Any) -> Any:
        if sql.startswith(("SELECT", "WITH")):
            found.append((sql, params))
        return execute(sql, params, is_many, context)

    with connection.execute_wrapper(note):
        yield found


def most_read(sql: str, params: Any) -> tuple[int, str]:
    """The rows that the greediest scan of the statement looks at, and of which table."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql}", params)
        plan = cursor.fetchone()[0]
    left, found = [(json.loads(plan) if isinstance(plan, str | bytes) else plan)[0]["Plan"]], [(0, "")]
    while left:
        node = left.pop()
        left += node.get("Plans", [])
        if "Scan" in node["Node Type"] and "Relation Name" in node:
            seen = ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck")
            rows = sum(node.get(name, 0) for name in seen) * node["Actual Loops"]
            found.append((int(rows), node["Relation Name"]))
    return max(found)


def greedy(browser: Client, url: str, query: dict[str, str], most: int = MOST) -> list[str]:
    """Statements of the page that read more than `most` rows of a table."""
    with statements() as ran:
        answer = browser.get(url, query)
    assert answer.status_code == 200, (url, query, answer.status_code)
    measured = [(*most_read(sql, params), sql) for sql, params in ran]
    return [f"{url} {query}: {rows} of {table}: {sql[-600:]}" for rows, table, sql in measured if rows > most]


def test_no_list_reads_much_more_than_it_shows(browser: Client) -> None:
    faults = []
    for model in large_models():
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for query in pages_of(model):
            faults += greedy(browser, url, query)
    assert not faults, "\n".join(faults)


def test_the_front_page_and_the_stories_read_what_they_show(browser: Client) -> None:
    from accounts.models import Person
    from jobs.models import Job

    faults = greedy(
        browser, reverse("admin:index"), {}, most=ROWS
    )  # the figures of 30 days are of all that happened in them
    faults += greedy(browser, reverse("admin:job_story", args=[Job.objects.latest("created_at").pk]), {})
    faults += greedy(browser, reverse("admin:person_story", args=[Person.objects.earliest("created_at").pk]), {})
    assert not faults, "\n".join(faults)
