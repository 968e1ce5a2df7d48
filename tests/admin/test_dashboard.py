"""The admin's front page, and the story pages."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Report
from accounts.services.moderating import decide_report
from accounts.services.reports import report
from messaging.services import start_conversation
from mintenance.roles import SUPPORT
from mintenance.staff.dashboard import DAYS
from tests import cast
from tests.admin.browsers import browser_of, staff_of
from tests.cast import Who

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser() -> Client:
    return browser_of(staff_of(SUPPORT))


def page(browser: Client, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


class TestDashboard:
    """The figures, drawn, each with the list behind it."""

    def test_it_counts(self, browser: Client, ann: Who, carl: Who) -> None:
        job = cast.job_of(ann)
        cast.bid_of(carl, job)
        report(target_type="job", target_id=job.pk, reason="spam", by=carl.actor)
        found = page(browser, "/admin/")
        assert "Jobs posted</a>: 1, today 1" in found
        assert "Bids</a>: 1, today 1" in found
        assert "Jobs completed</a>: 0, today 0" in found
        assert "Open reports</a></dt><dd>1</dd>" in found
        assert found.count("<rect") == 3 * DAYS

    def test_each_figure_leads_to_its_list(self, browser: Client, ann: Who, carl: Who) -> None:
        cast.assigned(ann, carl)
        context = browser.get("/admin/").context
        figures = [*context["charts"], *context["tiles"], *context["waiting"]]
        assert len(figures) == 12
        for one in figures:
            answer = browser.get(one.url)
            assert answer.status_code == 200, one.title  # a filter that is not allowed is a redirect
        counts = {one.title: browser.get(one.url).context["cl"].result_count for one in figures}
        assert counts["Jobs posted"] == counts["Bids"] == counts["Bids accepted"] == 1
        assert counts["Jobs completed"] == counts["Jobs cancelled"] == 0

    def test_without_rights_there_are_no_figures(self, ann: Who) -> None:
        cast.job_of(ann)
        found = page(browser_of(cast.staff()), "/admin/")
        assert "<rect" not in found
        assert "Open reports" not in found

    def test_it_costs_the_same_for_many_rows(self, browser: Client, ann: Who) -> None:
        counts = []
        for _ in range(2):
            for _ in range(5):
                cast.job_of(ann)
            with CaptureQueriesContext(connection) as queries:
                page(browser, "/admin/")
            counts.append(len(queries))
        assert counts[0] == counts[1]


class TestStories:
    """One page for a job, one for a person."""

    def test_a_job(self, browser: Client, ann: Who, carl: Who, sam: Who) -> None:
        job = cast.assigned(ann, carl)
        talk, _ = start_conversation(user_id=carl.id, job_id=job.pk, text="You fool.", by=ann.actor)
        address = reverse("admin:job_story", args=[job.pk])
        assert "You fool." not in page(browser, address)
        message = talk.messages.order_by("-sequence").first()
        report(target_type="message", target_id=message.pk, reason="abuse", by=carl.actor)
        mine = report(target_type="job", target_id=job.pk, reason="spam", by=carl.actor)
        decide_report(report_id=mine.pk, outcome="hidden", reason="A scam.", by=sam.actor)
        found = page(browser, address)
        for said in (
            "job.posted",
            "job.assigned",
            "bid.accepted",
            "You fool.",
            "A scam.",
            "job.hidden",
            "Ann Archer &lt;",
        ):
            assert said in found, said

    def test_a_person(self, browser: Client, ann: Who, carl: Who, sam: Who) -> None:
        job = cast.job_of(ann)
        _ = ann.access_token
        mine = report(target_type="job", target_id=job.pk, reason="spam", by=carl.actor)
        decide_report(report_id=mine.pk, outcome="warned", reason="Be nice.", by=sam.actor)
        found = page(browser, reverse("admin:person_story", args=[ann.id]))
        for said in ("Mend a dripping tap", "Be nice.", "report.warned", "spam"):
            assert said in found, said
        assert "report.warned" in page(browser, reverse("admin:person_story", args=[sam.id]))
        assert "argon2" not in found

    def test_their_pages_lead_there(self, browser: Client, ann: Who) -> None:
        job = cast.job_of(ann)
        assert reverse("admin:job_story", args=[job.pk]) in page(browser, f"/admin/jobs/job/{job.pk}/change/")
        assert reverse("admin:person_story", args=[ann.id]) in page(browser, f"/admin/accounts/person/{ann.id}/change/")

    @pytest.mark.parametrize("name", ["job_story", "person_story"])
    def test_whom_it_is_for(self, name: str, browser: Client, ann: Who) -> None:
        pk: Any = cast.job_of(ann).pk if name == "job_story" else ann.id
        address = reverse(f"admin:{name}", args=[pk])
        assert browser_of(ann).get(address).status_code == 302
        assert browser_of(cast.staff()).get(address).status_code == 403
        assert browser.get(reverse(f"admin:{name}", args=[uuid4()])).status_code == 404

    def test_it_costs_the_same_for_many_rows(self, browser: Client, ann: Who, carl: Who) -> None:
        job = cast.job_of(ann)
        counts = []
        for _ in range(2):
            for _ in range(4):
                bidder = cast.contractor()
                cast.bid_of(bidder, job)
                report(target_type="job", target_id=job.pk, reason="spam", by=bidder.actor)
            with CaptureQueriesContext(connection) as queries:
                page(browser, reverse("admin:job_story", args=[job.pk]))
                page(browser, reverse("admin:person_story", args=[ann.id]))
            counts.append(len(queries))
        assert counts[0] == counts[1]
        assert Report.objects.count() == 8
