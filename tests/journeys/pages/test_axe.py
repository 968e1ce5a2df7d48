"""axe-core looks at every page, as everybody who may read it: at a desktop in light, and on a phone in the dark."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.urls import URLPattern, get_resolver, reverse

from accounts.pages import Page
from mintenance.launcher.places import CHECKOUT
from tests.harness.site import Site
from tests.journeys.pages.browsers import Visitor

AXE = CHECKOUT / "tests" / "clients" / "node_modules" / "axe-core" / "axe.min.js"
RUN = """async () => {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const found = await axe.run(document, { runOnly: tags, resultTypes: ["violations"] });
  return found.violations
    .filter(({ impact }) => ["serious", "critical"].includes(impact))
    .map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 200)} ${nodes[0].failureSummary.slice(0, 300)}`);
}"""
LOOKS = [("desktop", "light"), ("phone", "dark")]
PASSWORD = "demo-house-42"
NOT_PAGES = {"bell", "rotate-key", "rotate-endpoint-secret"}  # a piece of every page; two that lead to another

PUBLIC = (
    "home", "jobs-page", "job-page", "contractors-page", "contractor-page", "sign-up", "sign-in", "ask-for-reset", "reset",
    "verify", "resend",
)  # fmt: skip
OWN = (
    "home", "jobs-page", "job-page", "dashboard", "notices", "settings", "preferences", "change-password", "sessions", "data",
    "developers", "event-types-page", "endpoints", "inbox",
)  # fmt: skip
SEEN_BY = {
    "stranger": PUBLIC,
    "homeowner": (*OWN, "new-job", "edit-job", "accept-bid", "write-review", "conversation-page", "contractor-page"),
    "contractor": (*OWN, "my-profile", "conversation-page", "endpoint", "edit-endpoint", "delivery-page"),
    "staff": OWN,
}

# A job that is open, with a bid to be accepted; its owner and the bidder, who have talked with somebody.
OPEN_JOB = """
    SELECT job.id, bid.id, owner.email, bidder.email, bidder.id, asked.conversation_id, answered.conversation_id
    FROM jobs_job job JOIN bids_bid bid ON bid.job_id = job.id AND bid.status = 'pending'
    JOIN accounts_person owner ON owner.id = job.owner_id JOIN accounts_person bidder ON bidder.id = bid.contractor_id
    JOIN messaging_participant asked ON asked.person_id = owner.id
    JOIN messaging_participant answered ON answered.person_id = bidder.id
    WHERE job.status = 'posted' ORDER BY job.id, bid.id LIMIT 1
"""

needs_axe = pytest.mark.skipif(
    not AXE.exists(), reason="axe-core is not installed: scripts/set-up-clients does it, by npm."
)
Visit = Callable[..., Visitor]


def _pages(patterns: Any = None) -> Iterator[str]:
    """The names of all routes at which there is a page to read."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if not isinstance(pattern, URLPattern):
            yield from _pages(pattern.url_patterns)
        elif issubclass(getattr(pattern.callback, "view_class", object), Page):
            view: Any = pattern.callback.view_class
            if hasattr(view, "get") and "get" in view.http_method_names:
                yield str(pattern.name)


def test_no_page_is_left_out() -> None:
    assert set(_pages()) - NOT_PAGES == {name for names in SEEN_BY.values() for name in names}


@needs_axe
@pytest.mark.parametrize("role", list(SEEN_BY))
def test_axe_finds_nothing_serious(visit: Visit, running: Site, role: str) -> None:
    job, bid, owner, bidder, contractor, asked, answered = running.sql(OPEN_JOB)[0]
    visitor = visit()
    emails = {"homeowner": owner, "contractor": bidder, "staff": "staff@demo.example"}
    if role in emails:
        visitor.sign_in(emails[role], PASSWORD)
    given = {
        "job-page": [job], "edit-job": [job], "write-review": [job], "accept-bid": [job, bid],
        "contractor-page": [contractor], "conversation-page": [asked if role == "homeowner" else answered],
    }  # fmt: skip
    if role == "contractor":
        given |= _an_endpoint(visitor)
    found = {}
    for device, scheme in LOOKS:
        visitor.turn_to(device, scheme)
        for name in SEEN_BY[role]:
            found |= _look(visitor, reverse(name, args=given.get(name)), f"{role}/{name}")
        if role == "stranger":
            found |= _wrong_forms(visitor)
    assert not found


def _look(visitor: Visitor, address: str, name: str) -> dict[str, list[str]]:
    """What axe finds there, if it finds anything."""
    answer = visitor.page.goto(address)
    assert answer.ok, (address, answer.status)
    return _judge(visitor, name)


def _judge(visitor: Visitor, name: str) -> dict[str, list[str]]:
    visitor.keep(f"pages/{name}")
    visitor.page.evaluate(AXE.read_text())
    found = visitor.page.evaluate(RUN)
    return {f"{name} ({visitor.look})": found} if found else {}


def _an_endpoint(visitor: Visitor) -> dict[str, list[str]]:
    """Makes one, and has a test sent to it: nobody answers there."""
    page = visitor.page
    page.goto("/developers/webhooks")
    page.get_by_label("URL").fill("http://127.0.0.1:9/hook")
    page.get_by_label("Everything that concerns me").check()
    page.get_by_role("button", name="Add endpoint").click()
    page.get_by_role("status").get_by_role("link").first.click()
    page.get_by_role("button", name="Send a test").click()
    page.locator(".attempt .wrong-text").wait_for()
    *_, endpoint, _, delivery = page.url.split("/")
    return {"endpoint": [endpoint], "edit-endpoint": [endpoint], "delivery-page": [endpoint, delivery]}


def _wrong_forms(visitor: Visitor) -> dict[str, list[str]]:
    """A form with what is wrong beside its fields, a list that is empty, and a page that is not there."""
    page = visitor.page
    page.goto("/accounts/sign-up")
    page.evaluate("document.querySelector('main form').noValidate = true")
    page.get_by_role("button", name="Create account").click()
    page.locator(".wrong-text").first.wait_for()
    found = _judge(visitor, "stranger/wrong")
    found |= _look(visitor, "/jobs?q=nothing-like-this", "stranger/empty")
    page.goto("/nowhere")
    return found | _judge(visitor, "stranger/nowhere")
