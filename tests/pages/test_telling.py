"""Telling staff of something, and being told of jobs that one looks for: on pages."""

import re
from html import unescape

import pytest
from django.test import Client

from accounts.models import Report
from jobs.models import SavedSearch
from messaging.models import Conversation, Message
from tests.cast import Who, assigned, job_of, nothing_changes
from tests.pages.people import browser_of, page, send

pytestmark = pytest.mark.django_db


def link_to_report(shown: str, kind: str) -> str:
    """The address behind the link that is shown."""
    return unescape(re.findall(rf'href="(/report\?type={kind}[^"]*)"', shown)[0])


def test_a_job_is_reported_by_the_link_on_its_page(ann: Who, carl: Who) -> None:
    job, client = job_of(ann), browser_of(carl)
    address = link_to_report(page(client, f"/jobs/{job.pk}"), "job")
    assert str(job.pk) in page(client, address)
    fields = {"target_type": "job", "target_id": str(job.pk), "reason": "fraud", "comment": "Too good"}
    answer = client.post(address, {**fields, "next": f"/jobs/{job.pk}"})
    assert answer["Location"] == f"/jobs/{job.pk}"
    report = Report.objects.get()
    assert (report.reporter_id, report.reported_id, report.reason) == (carl.id, ann.id, "fraud")
    again = client.post(address, fields)
    assert again.status_code == 409
    assert "Too good" in again.text
    assert Report.objects.count() == 1


def test_a_message_is_reported_by_whom_it_went_to_and_not_by_who_said_it(ann: Who, carl: Who) -> None:
    assigned(ann, carl)
    address = f"/inbox/{Conversation.objects.get().pk}"
    send(browser_of(ann), address, text="Pay me beside the site")
    assert "type=message" not in page(browser_of(ann), address)
    shown = page(browser_of(carl), address)
    assert str(Message.objects.get(text="Pay me beside the site").pk) in link_to_report(shown, "message")


def test_nobody_reports_what_is_their_own_or_what_they_do_not_see(ann: Who, bob: Who) -> None:
    draft = job_of(ann, status="draft")
    own, other = browser_of(ann), browser_of(bob)
    fields = {"target_type": "job", "target_id": str(draft.pk), "reason": "spam"}
    with nothing_changes():
        assert own.post("/report", fields).status_code == 400
        assert other.post("/report", fields).status_code == 404
    assert Client().get("/report").status_code == 302


def test_a_search_is_saved_from_the_list_and_deleted(carl: Who) -> None:
    client = browser_of(carl)
    assert "Tell me of new jobs" not in page(client, "/jobs")
    shown = page(client, "/jobs?category=plumbing&minBudget=100&lat=51.5&lng=-0.1&radius=10")
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', shown.split("Tell me of new jobs")[1]))
    fields.pop("csrfmiddlewaretoken", None)
    assert "We tell you of every new job" in send(client, "/settings/searches", **fields, name="Taps")
    search = SavedSearch.objects.get()
    assert (search.name, search.categories, search.min_budget, search.radius) == ("Taps", ["plumbing"], 100, 10)
    assert "within 10 km" in page(client, "/settings/searches")
    assert "The search is deleted." in send(client, f"/settings/searches/{search.pk}/delete")
    assert not SavedSearch.objects.exists()


def test_others_do_not_delete_it(carl: Who, dora: Who) -> None:
    send(browser_of(carl), "/settings/searches", name="Taps", q="tap")
    other = browser_of(dora)
    assert "Taps" not in page(other, "/settings/searches")
    with nothing_changes():
        assert other.post(f"/settings/searches/{SavedSearch.objects.get().pk}/delete").status_code == 404
