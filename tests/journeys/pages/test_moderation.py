"""A moderator at work in a real browser: from the front page of the admin to a review that the public sees no more."""

import itertools
from typing import Any

import pytest

from tests.harness.site import Site
from tests.journeys.pages.browsers import Visitor
from tests.journeys.pages.test_axe import AXE, PASSWORD, RUN, needs_axe

MODERATOR = "mo@demo.example"
REASON = "It names a neighbour, who did not ask to be named."

# A review that the public sees, and who else took part.
REVIEW = """
    SELECT review.comment, review.contractor_id, author.email, reported.email
    FROM jobs_review review JOIN accounts_person author ON author.id = review.author_id
    JOIN accounts_person reported ON reported.id = review.contractor_id
    WHERE review.hidden_at IS NULL AND author.email LIKE '%@demo.example' ORDER BY review.created_at DESC, review.id LIMIT 1
"""
NEW_MODERATOR = f"""
from django.contrib.auth.models import Group
from accounts.models import Person
person = Person.objects.create_user({MODERATOR!r}, {PASSWORD!r}, name="Mo Derato", role="staff")
person.groups.add(Group.objects.get(name="moderator"))
"""


@pytest.fixture(scope="module")
def moderator(running: Site) -> str:
    """A member of staff in the group of moderators, as a superuser adds one."""
    running.manage("shell", "-c", NEW_MODERATOR)
    return MODERATOR


def sign_in(visitor: Visitor, email: str) -> None:
    """By the admin's own form."""
    page = visitor.page
    page.goto("/admin/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("heading", name="To look at").wait_for()


def keep_all_looks(visitor: Visitor, name: str) -> None:
    """A picture at each size and in each light; then as before."""
    for device in ("phone", "desktop"):
        for scheme in ("dark", "light"):
            visitor.turn_to(device, scheme)
            visitor.page.evaluate("Promise.all(document.getAnimations().map((one) => one.finished))")  # colours fade
            visitor.keep(f"admin/{name}")


def test_a_review_is_hidden_from_the_queue(visit: Any, running: Site, moderator: str) -> None:
    comment, contractor, author, reported = running.sql(REVIEW)[0]
    profile = f"/contractors/{contractor}"
    reader, mo, carl, ann = visit(), visit(), visit(), visit()
    reader.page.goto(profile)
    reader.page.get_by_text(comment).wait_for()
    carl.sign_in(reported, PASSWORD)
    _report(carl, profile, comment)

    sign_in(mo, moderator)
    keep_all_looks(mo, "dashboard")
    _decide(mo)

    reader.page.reload()
    assert reader.page.get_by_text(comment).count() == 0
    _is_told(carl, "We have looked at your report")
    ann.sign_in(author, PASSWORD)
    _is_told(ann, "Your review is not shown any more")
    ann.page.get_by_text(REASON).first.wait_for()
    assert "Its end:" in running.manage("audit_verify")
    acts = [act for (act,) in running.sql("SELECT act FROM accounts_auditrecord ORDER BY number")]
    assert acts[-2:] == ["review.hidden", "report.hidden"]
    assert "staff.signed_in" in acts
    assert [*mo.faults, *carl.faults, *ann.faults, *reader.faults] == []
    assert running.failures() == []


def _report(carl: Visitor, profile: str, comment: str) -> None:
    """By the link beside the review."""
    page = carl.page
    page.goto(profile)
    page.locator(".review").filter(has_text=comment).get_by_role("link", name="Report this review").click()
    page.get_by_label("It insults or threatens somebody").check()
    page.get_by_label("Tell us more").fill("It is about my neighbour.")
    page.get_by_role("button", name="Send the report").click()
    page.get_by_text("Staff will look at it.").wait_for()


def _decide(mo: Visitor) -> None:
    page = mo.page
    page.get_by_role("link", name="Open reports").click()
    page.get_by_role("cell", name="It is about my neighbour.").wait_for()
    keep_all_looks(mo, "queue")
    page.get_by_role("row").filter(has_text="It is about my neighbour.").get_by_role("link").first.click()
    page.get_by_role("heading", name="What was reported").wait_for()
    keep_all_looks(mo, "report")
    page.get_by_label("Reason", exact=True).fill(REASON)
    page.get_by_role("button", name="Hide it").click()
    page.get_by_text("Done: hide it.").wait_for()
    mo.keep("admin/decided")


def _is_told(who: Visitor, title: str) -> None:
    who.page.goto("/notifications")
    who.page.get_by_text(title).first.wait_for()


def test_what_staff_look_at_fits_every_screen(visit: Any, running: Site, moderator: str) -> None:
    mo = visit()
    sign_in(mo, moderator)
    ((job, person),) = running.sql("SELECT job_id, contractor_id FROM jobs_review ORDER BY id LIMIT 1")
    places = {
        "job-story": f"/admin/jobs/{job}/story",
        "person-story": f"/admin/people/{person}/story",
        "people": "/admin/accounts/person/?q=demo",
        "person": f"/admin/accounts/person/{person}/change/",
        "jobs": "/admin/jobs/job/?status__exact=posted",
        "documents": "/admin/contractors/document/?lapse=soon",
        "events": "/admin/events/recordedevent/?type=job.posted",
        "audit": "/admin/accounts/auditrecord/",
    }
    for name, address in places.items():
        answer = mo.page.goto(address)
        assert answer.ok, address
        keep_all_looks(mo, name)
    assert mo.faults == []


@needs_axe
@pytest.mark.parametrize(("device", "scheme"), [("desktop", "light"), ("phone", "dark")])
def test_axe_finds_nothing_serious_in_what_is_ours(
    visit: Any, running: Site, moderator: str, device: str, scheme: str
) -> None:
    mo = visit(device=device, scheme=scheme)
    sign_in(mo, moderator)
    ((job, person),) = running.sql("SELECT job_id, contractor_id FROM jobs_review ORDER BY id LIMIT 1")
    found = {}
    for address in (
        "/admin/",
        "/admin/accounts/report/",
        f"/admin/jobs/{job}/story",
        f"/admin/people/{person}/story",
        "/admin/accounts/person/",
    ):
        mo.page.goto(address)
        mo.page.evaluate(AXE.read_text())
        found[address] = [line for line in mo.page.evaluate(RUN) if 'id="searchbar"' not in line]  # Django's own field
    assert not any(found.values()), "\n".join(itertools.chain.from_iterable(found.values()))
