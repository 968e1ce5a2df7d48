"""GraphiQL: for browsers, from here alone."""

import re
import shutil

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from tests.faults.people import Person, make_job
from tests.harness.site import Site

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def test_a_browser_is_shown_it_and_all_its_files_are_here() -> None:
    page = Client().get("/graphql", headers={"accept": BROWSER})
    text = page.content.decode()
    files = re.findall(r'(?:src|href)="([^"]+)"', text)
    assert page.status_code == 200
    assert len(files) > 8
    for file in files:
        if file != "data:,":
            assert finders.find(file.removeprefix("/static/")), file
    policy = page["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "http:" not in policy


@pytest.mark.django_db
def test_programs_are_not() -> None:
    answer = Client().get("/graphql", headers={"accept": "*/*"})
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/json")


@pytest.mark.skipif(CHROMIUM is None, reason="There is no Chromium on this machine.")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_it_asks_explores_and_subscribes_under_its_policy(running: Site, owner: Person) -> None:
    from playwright.sync_api import sync_playwright

    job = str(make_job(running, owner))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        page.set_default_timeout(20_000)
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
        page.goto(f"{running.urls[0]}/graphql")
        run = page.get_by_role("button", name="Execute query")
        result = page.locator(".graphiql-response")
        run.click()
        result.get_by_text(job).wait_for()
        page.get_by_role("button", name="GraphiQL Explorer").click()
        page.locator(".graphiql-explorer-root").get_by_text("jobs", exact=True).wait_for()
        page.locator(".graphiql-query-editor .CodeMirror").click()
        page.keyboard.press("Control+A")
        page.keyboard.insert_text("subscription { jobCreated { id } }")
        page.wait_for_timeout(1000)  # GraphiQL looks at a document a moment after it was written
        run.click()
        page.get_by_role("button", name="Stop query").wait_for()
        page.wait_for_timeout(1000)
        new = str(make_job(running, owner))
        result.get_by_text(new).wait_for()
        browser.close()
    assert faults == []
