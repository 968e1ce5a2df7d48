"""Contractors' papers at the hands of staff: those that lapse soon, the file, the decision on a document's own page."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditRecord
from contractors.models import Document
from mintenance.roles import MODERATOR, SUPPORT
from tests.admin.browsers import browser_of, staff_of
from tests.admin.test_admin import address
from tests.cast import Who, nothing_changes

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_() -> Any:
    return lambda role: browser_of(staff_of(role))


def document(carl: Who, days: int | None, status: str = "approved") -> Document:
    last = None if days is None else timezone.now().date() + timedelta(days=days)
    return Document.objects.create(
        contractor_id=carl.id,
        kind="licence",
        filename="a.pdf",
        size=1,
        key=f"d{days}{status}",
        status=status,
        expires_on=last,
    )


def decide(browser: Client, paper: Document, **form: str) -> Any:
    return browser.post(reverse("admin:contractors_document_decide", args=[paper.pk]), form, follow=True)


def test_those_that_lapse_soon_the_first_first(carl: Who, as_: Any) -> None:
    later, sooner = document(carl, 29), document(carl, 3)
    for days, status in ((31, "approved"), (None, "approved"), (3, "pending")):
        document(carl, days, status)
    answer = as_(SUPPORT).get(address(Document, "changelist"), {"lapse": "soon"})
    assert list(answer.context["cl"].result_list) == [sooner, later]


def test_a_moderator_decides_on_its_page(carl: Who, as_: Any) -> None:
    browser, paper = as_(MODERATOR), document(carl, 90, "pending")
    page = browser.get(address(Document, "change", paper.pk)).content.decode()
    assert "Approve: it is good" in page
    assert reverse("admin:contractors_document_file", args=[paper.pk]) in page
    assert "Approved: licence: a.pdf" in decide(browser, paper, outcome="approved").content.decode()
    assert "reason: Say why" in decide(browser, paper, outcome="refused").content.decode()
    decide(browser, paper, outcome="refused", reason="It is not yours.")
    paper.refresh_from_db()
    assert (paper.status, paper.reason) == ("refused", "It is not yours.")
    acts = AuditRecord.objects.order_by("number").values_list("act", "reason__words")
    assert list(acts) == [("document.approved", None), ("document.refused", "It is not yours.")]


def test_support_looks_and_does_not_decide(carl: Who, as_: Any) -> None:
    browser, paper = as_(SUPPORT), document(carl, 90, "pending")
    assert "Approve" not in browser.get(address(Document, "change", paper.pk)).content.decode()
    with nothing_changes():
        assert decide(browser, paper, outcome="approved").status_code == 403


def test_an_outcome_that_there_is_not(carl: Who, as_: Any) -> None:
    browser, paper = as_(MODERATOR), document(carl, 90)
    with nothing_changes():
        assert decide(browser, paper, outcome="burnt").status_code == 400


def test_the_file_opens_by_a_link_that_ends(carl: Who, as_: Any) -> None:
    answer = as_(SUPPORT).get(reverse("admin:contractors_document_file", args=[document(carl, 9).pk]))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/media/documents/")


def test_a_file_that_is_gone(carl: Who, as_: Any) -> None:
    paper = document(carl, 9)
    pk = paper.pk
    paper.delete()
    assert as_(SUPPORT).get(reverse("admin:contractors_document_file", args=[pk])).status_code == 404
