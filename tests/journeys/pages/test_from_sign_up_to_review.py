"""A homeowner and a contractor, each in a browser of their own, from sign-up through chat to review."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.harness.site import Site
from tests.journeys.pages.browsers import Visitor, picture

Visit = Callable[..., Visitor]
MOST_SCREENS = 5


@pytest.mark.parametrize(("device", "scheme"), [("desktop", "light"), ("phone", "dark")])
def test_from_sign_up_to_review(visit: Visit, running: Site, tmp_path: Path, device: str, scheme: str) -> None:
    ann, carl = visit(device=device, scheme=scheme), visit(device=device, scheme=scheme)

    ann.join("homeowner", "Ann Archer")
    job = _post_a_job(ann, tmp_path)
    assert len(ann.screens) <= MOST_SCREENS, ann.screens
    carl.join("contractor", "Carl Carter")
    _bid(carl)
    assert len(carl.screens) <= MOST_SCREENS, carl.screens

    ann.page.get_by_text("I can come on Monday.").wait_for()  # without a reload
    ann.keep("journey/03-a-bid")
    ann.page.get_by_role("link", name="Accept").click()
    ann.keep("journey/04-accept")
    ann.page.get_by_role("button", name="Yes, accept").click()
    ann.page.get_by_text("The job is awarded.").wait_for()

    _talk(ann, carl, job, tmp_path)
    _work_and_review(ann, carl, job)
    assert ann.faults == carl.faults == []
    assert running.failures() == []


def _post_a_job(ann: Visitor, folder: Path) -> str:
    page = ann.page
    page.get_by_label("What needs doing?").fill("Mend a dripping tap")
    page.get_by_label("Tell contractors about it").fill("It has dripped for a week.")
    page.get_by_label("Budget in £").fill("120")
    page.get_by_label("Latitude").fill("51.5014")
    page.get_by_label("Longitude").fill("-0.1419")
    page.get_by_label("Pictures").first.set_input_files(picture(folder))
    page.locator("input[name=images]").wait_for(state="attached")  # it has been uploaded
    ann.keep("journey/01-post-a-job")
    page.get_by_role("button", name="Post this job").click()
    page.get_by_text("Your job is posted.").wait_for()
    assert page.locator(".gallery img").count() == 1
    ann.keep("journey/02-posted")
    return str(page.url)


def _bid(carl: Visitor) -> None:
    page = carl.page
    page.get_by_role("link", name="Mend a dripping tap").first.click()
    page.get_by_label("Your price in £").fill("95")
    page.get_by_label("Message to the owner").fill("I can come on Monday.")
    page.get_by_role("button", name="Send bid").click()
    page.get_by_text("Your bid is with the owner.").wait_for()
    carl.keep("journey/02-bid")


def _talk(ann: Visitor, carl: Visitor, job: str, folder: Path) -> None:
    for somebody in (ann, carl):
        somebody.page.goto(job)
        somebody.page.get_by_role("button", name="Messages").click()
        somebody.page.get_by_label("Message", exact=True).wait_for()
    ann.page.locator("#presence", has_text="online").wait_for()
    carl.page.get_by_label("Message", exact=True).press_sequentially("Is nine all right?")
    ann.page.locator("#typing", has_text="is writing").wait_for()
    carl.page.get_by_role("button", name="Send").click()
    ann.page.locator(".theirs", has_text="Is nine all right?").wait_for()
    ann.page.get_by_label("Message", exact=True).fill("Nine is fine.")
    ann.page.get_by_role("button", name="Send").click()
    carl.page.locator(".theirs", has_text="Nine is fine.").wait_for()
    ann.page.locator(".mine:not(.unsent)", has_text="Nine is fine.").wait_for()
    ann.page.locator(".mine", has_text="Nine is fine.").locator(".seen").wait_for()
    ann.page.get_by_label("Add pictures").set_input_files(picture(folder, "olive"))
    ann.page.locator("#say input[name=images]").wait_for(state="attached")
    ann.keep("journey/05-talk")
    ann.page.get_by_role("button", name="Send").click()
    carl.page.locator(".theirs .shown img").wait_for()
    with carl.page.context.expect_page() as opened:
        carl.page.locator(".theirs .shown a").click()
    assert opened.value.evaluate("document.images[0].naturalWidth") == 400
    carl.keep("journey/05-talk-of-the-contractor")


def _work_and_review(ann: Visitor, carl: Visitor, job: str) -> None:
    for somebody in (ann, carl):
        somebody.page.goto(job)
    carl.page.get_by_role("button", name="Begin the work").click()
    carl.page.get_by_role("button", name="Say that the work is done").click()
    ann.page.get_by_text("Please look at it and confirm").wait_for()  # without a reload
    ann.page.get_by_role("button", name="Confirm that the work is done").click()
    ann.page.get_by_role("link", name="Review the work").click()
    ann.page.get_by_label("Your review").fill("Quick and clean.")
    ann.page.get_by_role("button", name="Publish review").click()
    ann.page.get_by_text("Your review is published.").wait_for()
    carl.page.locator("#bell .count").wait_for()
    ann.keep("journey/06-reviewed")
    carl.page.goto("/dashboard")
    carl.keep("journey/07-dashboard")


def test_reading_works_without_javascript(chromium: Any, running: Site) -> None:
    context = chromium.new_context(java_script_enabled=False, base_url=running.urls[0])
    page = context.new_page()
    page.goto("/jobs?category=plumbing")
    page.get_by_label("Words").fill("nothing like this")
    page.get_by_role("button", name="Show").click()
    page.get_by_text("No open job answers to that.").wait_for()
    context.close()
