"""One site with demo data and one browser for all that is tried on pages."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.harness.site import Site, site
from tests.journeys.pages.browsers import CHROMIUM, Visitor


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Say plainly where there is no browser. Threads of Playwright's may end after the loop that they belong to."""
    without = pytest.mark.skipif(CHROMIUM is None, reason="There is no Chromium on this machine, which the pages need.")
    for item in items:
        if item.path.parent.name == "pages" and item.path.parent.parent.name == "journeys":
            item.add_marker(without)
            item.add_marker(pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"))


@pytest.fixture(scope="package")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site as somebody runs it, with demo data."""
    with site(tmp_path_factory.mktemp("pages"), worker=True, WEBHOOK_ALLOW_NETS="127.0.0.1/32") as running:
        running.manage("demo")
        yield running


@pytest.fixture(scope="package")
def chromium() -> Iterator[Any]:
    """The browser. Each visitor has a window of their own, which shares nothing with others'."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Any, running: Site) -> Iterator[Any]:
    """Makes visitors, and closes their windows at the end."""
    visitors: list[Visitor] = []

    def make(**look: str) -> Visitor:
        visitors.append(Visitor(chromium, running.urls[0], **look))
        return visitors[-1]

    yield make
    for visitor in visitors:
        visitor.leave()
