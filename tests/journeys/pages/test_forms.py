"""Forms in a browser: errors, double clicks, and what happens when the site does not answer."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.harness.site import Site
from tests.journeys.pages.browsers import Visitor

Visit = Callable[..., Visitor]
PASTE = """(field, text) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text", text);
  field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}"""


def _fill(page: Any, title: str) -> None:
    page.goto("/jobs/new")
    page.get_by_label("What needs doing?").fill(title)
    page.get_by_label("Tell contractors about it").fill("It squeaks.")
    page.get_by_label("Budget in £").fill("80")
    page.get_by_label("Latitude").fill("51.5")
    page.get_by_label("Longitude").fill("-0.1")


def test_the_first_field_that_is_wrong_has_the_focus_and_all_is_kept(visit: Visit) -> None:
    visitor = visit()
    visitor.join("homeowner", "Flo Form")
    page = visitor.page
    _fill(page, "A door that squeaks")
    page.get_by_label("Budget in £").fill("1")
    page.evaluate("document.querySelector('main form').noValidate = true")
    page.get_by_role("button", name="Post this job").click()
    page.locator(".wrong-text").wait_for()
    assert page.evaluate("document.activeElement.name") == "budget"
    described = page.get_by_label("Budget in £").get_attribute("aria-describedby")
    assert page.locator(f"#{described.split()[-1]}").inner_text() == page.locator(".wrong-text").inner_text()
    assert page.get_by_label("What needs doing?").input_value() == "A door that squeaks"
    assert page.get_by_label("Tell contractors about it").input_value() == "It squeaks."
    visitor.keep("states/wrong")


def test_a_place_that_was_copied_from_a_map_fills_in_both_numbers(visit: Visit) -> None:
    visitor = visit()
    visitor.join("homeowner", "Mo Mapper")
    page = visitor.page
    page.goto("/jobs/new")
    for copied in (
        "51.5014, -0.1419",
        "https://maps.example/@51.5014,-0.1419,17z",
        "https://osm.example/#map=17/51.5014/-0.1419",
    ):
        page.get_by_label("Latitude").fill("")
        page.get_by_label("Latitude").evaluate(PASTE, copied)
        assert page.get_by_label("Latitude").input_value() == "51.5014"
        assert page.get_by_label("Longitude").input_value() == "-0.1419"


@pytest.mark.parametrize("device", ["phone", "desktop"])
def test_words_without_end_stay_on_the_screen(visit: Visit, device: str) -> None:
    visitor = visit(device=device)
    visitor.join("homeowner", f"Wolfeschlegelsteinhausen{'x' * 70}")
    page = visitor.page
    _fill(page, "Donaudampfschifffahrt" * 4)
    page.get_by_label("Tell contractors about it").fill("unbreakable" * 90)
    page.get_by_label("Address").fill("Llanfairpwllgwyngyll" * 6)
    page.get_by_role("button", name="Post this job").click()
    page.get_by_text("Your job is posted.").wait_for()
    visitor.keep("states/long-job")
    for name, address in (("home", "/"), ("list", "/jobs"), ("dashboard", "/dashboard"), ("settings", "/settings")):
        page.goto(address)
        visitor.keep(f"states/long-{name}")


def test_two_clicks_post_one_job(visit: Visit, running: Site) -> None:
    visitor = visit()
    visitor.join("homeowner", "Dot Double")
    _fill(visitor.page, "A gate, clicked twice")
    visitor.page.get_by_role("button", name="Post this job").dblclick()
    visitor.page.get_by_text("Your job is posted.").wait_for()
    assert running.sql("SELECT count(*) FROM jobs_job WHERE title = 'A gate, clicked twice'") == [(1,)]


def test_two_requests_at_once_post_one_job(visit: Visit, running: Site) -> None:
    visitor = visit()
    visitor.join("homeowner", "Pat Parallel")
    page = visitor.page
    _fill(page, "A roof, sent twice")
    both = page.evaluate("""() => {
      const body = () => new FormData(document.querySelector("main form"));
      const send = () => fetch("/jobs/new", { method: "POST", body: body() }).then((answer) => answer.url);
      return Promise.all([send(), send()]);
    }""")
    assert both[0] == both[1]
    assert running.sql("SELECT count(*) FROM jobs_job WHERE title = 'A roof, sent twice'") == [(1,)]


def test_a_list_that_cannot_be_loaded_says_so(visit: Visit) -> None:
    page = visit().page
    page.goto("/jobs")
    page.route("**/jobs?*", lambda route: route.abort())
    page.get_by_label("Trade").select_option("plumbing")
    page.get_by_role("alert").get_by_text("This could not be loaded.").wait_for()
    page.unroute("**/jobs?*")
    page.get_by_label("Trade").select_option("painting")
    page.wait_for_url("**category=painting**")
    page.get_by_role("alert").wait_for(state="detached")


def test_a_picture_that_is_none_is_refused_and_can_be_taken_away(visit: Visit, tmp_path: Any) -> None:
    visitor = visit()
    visitor.join("homeowner", "Pia Picture")
    page = visitor.page
    _fill(page, "A wall with a hole")
    file = tmp_path / "notes.png"
    file.write_text("no picture at all")
    page.get_by_label("Pictures").first.set_input_files(file)
    page.locator(".previews .wrong-text").wait_for()
    page.get_by_role("button", name="Take this picture away").click()
    page.get_by_role("button", name="Post this job").click()
    page.get_by_text("Your job is posted.").wait_for()
