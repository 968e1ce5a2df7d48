"""A homeowner and a contractor, each in a browser of their own, from sign-up through chat to review.

It takes the Chromium of the machine. Where there is none, it says so.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.harness.site import Site, site

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PASSWORD = "a long walk on the shore"
WIDTHS = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="There is no Chromium on this machine: the pages' journeys need one."),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with site(tmp_path_factory.mktemp("pages"), worker=True) as running:
        yield running


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


class Visitor:
    """Somebody with a browser, whose page tells of every fault."""

    def __init__(self, chromium: Any, base: str, *, device: str, scheme: str) -> None:
        self.base, self.faults = base, []
        context = chromium.new_context(viewport=WIDTHS[device], color_scheme=scheme, base_url=base)
        self.page = context.new_page()
        self.page.set_default_timeout(15_000)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", lambda line: self.faults.append(line.text) if line.type == "error" else None)

    faults: list[str]

    def join(self, role: str, name: str) -> None:
        page = self.page
        page.goto("/")
        page.get_by_role("link", name="Get work done" if role == "homeowner" else "Offer your work").click()
        page.get_by_label("Your name").fill(name)
        page.get_by_label("E-mail address").fill(f"{name.split()[0].lower()}.{id(self)}@example.org")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Create account").click()
        page.get_by_text(f"Welcome, {name}.").wait_for()

    def fits(self) -> bool:
        """Whether nothing reaches beyond the side of the screen."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize(("device", "scheme"), [("desktop", "light"), ("phone", "dark")])
def test_from_sign_up_to_review(chromium: Any, running: Site, tmp_path: Path, device: str, scheme: str) -> None:
    ann = Visitor(chromium, running.urls[0], device=device, scheme=scheme)
    carl = Visitor(chromium, running.urls[0], device=device, scheme=scheme)

    ann.join("homeowner", "Ann Archer")
    job = _post_a_job(ann, tmp_path)
    carl.join("contractor", "Carl Carter")
    _bid(carl, job)

    ann.page.get_by_text("I can come on Monday.").wait_for()  # without a reload
    assert ann.fits()
    ann.page.get_by_role("link", name="Accept").click()
    ann.page.get_by_role("button", name="Yes, accept").click()
    ann.page.get_by_text("The job is awarded.").wait_for()

    _talk(ann, carl, job)
    _work_and_review(ann, carl, job)
    assert ann.faults == carl.faults == []
    assert running.failures() == []


def _post_a_job(ann: Visitor, folder: Path) -> str:
    file = folder / "tap.png"
    Image.new("RGB", (400, 300), "teal").save(file)
    page = ann.page
    page.get_by_label("What needs doing?").fill("Mend a dripping tap")
    page.get_by_label("Tell contractors about it").fill("It has dripped for a week.")
    page.get_by_label("Budget in £").fill("120")
    page.get_by_label("Latitude").fill("51.5014")
    page.get_by_label("Longitude").fill("-0.1419")
    page.get_by_label("Pictures").first.set_input_files(file)
    page.locator("input[name=images]").wait_for(state="attached")  # it has been uploaded
    assert ann.fits()
    page.get_by_role("button", name="Post this job").click()
    page.get_by_text("Your job is posted.").wait_for()
    assert page.locator(".gallery img").count() == 1
    return str(page.url)


def _bid(carl: Visitor, job: str) -> None:
    page = carl.page
    page.get_by_role("link", name="Mend a dripping tap").first.click()
    page.goto(job)
    page.get_by_label("Your price in £").fill("95")
    page.get_by_label("Message to the owner").fill("I can come on Monday.")
    page.get_by_role("button", name="Send bid").click()
    page.get_by_text("Your bid is with the owner.").wait_for()
    assert carl.fits()


def _talk(ann: Visitor, carl: Visitor, job: str) -> None:
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
    assert ann.fits()


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


def test_reading_works_without_javascript(chromium: Any, running: Site) -> None:
    context = chromium.new_context(java_script_enabled=False, base_url=running.urls[0])
    page = context.new_page()
    page.goto("/jobs?category=plumbing")
    page.get_by_label("Words").fill("nothing like this")
    page.get_by_role("button", name="Show").click()
    page.get_by_text("No open job answers to that.").wait_for()
