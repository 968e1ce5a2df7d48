"""Moderators, support and administrators: each view of the admin by each of them."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.test import Client
from django.urls import reverse

from accounts.models import Person, Report
from contractors.models import Document
from mintenance.roles import ADMINISTRATOR, MODERATOR, OURS, SUPPORT
from tests import cast
from tests.admin.browsers import APPS, browser_of, staff_of
from tests.admin.test_admin import address
from tests.cast import Who, nothing_changes

pytestmark = pytest.mark.django_db
ROLES = (SUPPORT, MODERATOR, ADMINISTRATOR)
MODELS = [model for model in apps.get_models() if model._meta.app_label in APPS]


@pytest.fixture
def as_(request: pytest.FixtureRequest) -> Any:
    return lambda role: browser_of(staff_of(role))


def test_a_migration_makes_them() -> None:
    steps = MigrationLoader(connection).get_migration("mintenance", "0002_staff_roles")
    needed = {label for label, _ in steps.dependencies}
    assert needed >= set(OURS)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_each_looks_at_every_list(model: Any, role: str, as_: Any) -> None:
    assert as_(role).get(address(model, "changelist")).status_code == 200


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_nothing_is_added_or_deleted(model: Any, role: str, as_: Any) -> None:
    browser, row = as_(role), cast.homeowner().id
    assert browser.get(address(model, "add")).status_code == 403
    if model is Person:
        assert browser.post(address(model, "delete", row), {"post": "yes"}).status_code == 403
    else:
        assert not admin.site._registry[model].has_delete_permission(None)


def report_of(carl: Who, ann: Who) -> Report:
    return Report.objects.create(reporter_id=carl.id, reported_id=ann.id, target_type="user", target_id=ann.id, reason="spam")  # fmt: skip


def act(browser: Client, model: Any, action: str, row: Any) -> Any:
    return browser.post(
        address(model, "changelist"), {"action": action, "reason": "Spam.", "_selected_action": [str(row.pk)]}
    )


@pytest.mark.parametrize(("role", "may"), [("", False), (SUPPORT, False), (MODERATOR, True), (ADMINISTRATOR, True)])
class TestActs:
    """Who may do what staff do."""

    def test_deciding_on_reports(self, role: str, may: bool, as_: Any, ann: Who, carl: Who) -> None:
        browser = as_(role)
        for number, send in enumerate((self.from_the_list, self.from_its_page)):
            one = report_of(carl if number else ann, cast.homeowner())
            send(browser, one)
            assert (Report.objects.get(pk=one.pk).outcome == "warned") is may

    def from_the_list(self, browser: Client, one: Report) -> None:
        act(browser, Report, "warn", one)

    def from_its_page(self, browser: Client, one: Report) -> None:
        browser.post(reverse("admin:accounts_report_decide", args=[one.pk]), {"outcome": "warned", "reason": "Spam."})

    def test_suspending(self, role: str, may: bool, as_: Any, ann: Who) -> None:
        act(as_(role), Person, "suspend", ann.person)
        assert (ann.person.suspended_at is not None) is may

    def test_documents(self, role: str, may: bool, as_: Any, carl: Who) -> None:
        paper = Document.objects.create(contractor_id=carl.id, kind="licence", filename="a.pdf", size=1, key="d")
        act(as_(role), Document, "approve", paper)
        assert (Document.objects.get().status == "approved") is may

    def test_the_form_of_a_person(self, role: str, may: bool, as_: Any, ann: Who) -> None:
        browser = as_(role)
        form = {"email": "taken@example.org", "name": "X", "role": "homeowner"}
        inlines = {
            f"{name}-{part}": "0" for name in ("sessions", "api_keys") for part in ("TOTAL_FORMS", "INITIAL_FORMS")
        }
        browser.post(address(Person, "change", ann.id), {**form, **inlines})
        assert (ann.person.email == "taken@example.org") is (role == ADMINISTRATOR)


@pytest.mark.parametrize("role", ROLES)
def test_nobody_takes_over_another_member_of_staff(role: str, as_: Any) -> None:
    root, browser = cast.staff(is_superuser=True), as_(role)
    password = {"password1": "a new long walk", "password2": "a new long walk"}
    with nothing_changes():
        assert browser.post(address(Person, "change", root.id), {"email": "mine@example.org"}).status_code == 403
        assert browser.post(reverse("admin:auth_user_password_change", args=[root.id]), password).status_code == 403
        act(browser, Person, "suspend", root.person)


OURS_TOO = {
    "job_story": ("get", (403, 200, 200, 200)),
    "person_story": ("get", (403, 200, 200, 200)),
    "accounts_report_decide": ("post", (403, 403, 302, 302)),
    "contractors_document_decide": ("post", (403, 403, 302, 302)),
    "contractors_document_file": ("get", (403, 302, 302, 302)),
    "verify": ("get", (200, 200, 200, 200)),
    "index": ("get", (200, 200, 200, 200)),
}
"""The admin's pages beside the usual ones of each table: how they are asked, and what each role gets, nobody first."""

USUAL = ("_changelist", "_add", "_history", "_delete", "_change", "_password_change", "_permission")
DJANGOS = {
    "login",
    "logout",
    "password_change",
    "password_change_done",
    "autocomplete",
    "jsi18n",
    "view_on_site",
    "app_list",
}


def names_of(patterns: Any) -> set[str]:
    found = set()
    for pattern in patterns:
        found |= names_of(pattern.url_patterns) if hasattr(pattern, "url_patterns") else {pattern.name}
    return found - {None}


def test_no_page_is_left_out() -> None:
    ours = {name for name in names_of(admin.site.urls[0]) if not name.endswith(USUAL)}
    assert ours - DJANGOS == set(OURS_TOO)


@pytest.mark.parametrize("number", range(4), ids=["nobody", *ROLES])
def test_who_gets_to_our_own_pages(number: int, as_: Any, ann: Who, carl: Who) -> None:
    browser = as_(("", *ROLES)[number])
    paper = Document.objects.create(contractor_id=carl.id, kind="licence", filename="a.pdf", size=1, key="d")
    rows = {
        "job_story": cast.job_of(ann), "person_story": ann.person, "accounts_report_decide": report_of(carl, ann),
        "contractors_document_decide": paper, "contractors_document_file": paper,
    }  # fmt: skip
    form = {"outcome": "dismissed", "reason": "Fine."}
    for name, (method, statuses) in OURS_TOO.items():
        url = reverse(f"admin:{name}", args=[rows[name].pk] if name in rows else [])
        sent = {**form, "outcome": "approved"} if name == "contractors_document_decide" else form
        answer = getattr(browser, method)(url, sent if method == "post" else {})
        assert answer.status_code == statuses[number], name
