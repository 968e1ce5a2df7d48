"""Talking in a browser: what was said long ago, a connection that breaks, and what is refused."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.harness.site import Site
from tests.journeys.pages.browsers import Visitor

Visit = Callable[..., Visitor]
SAID, OLDER_THAN_A_DAY = 70, 25
SAY = """async ([conversation, texts]) => {
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
  for (const text of texts) {
    const body = JSON.stringify({ text });
    const answer = await fetch(`/api/v2/conversations/${conversation}/messages`, { method: "POST", headers, body });
    if (answer.status !== 201) throw new Error(await answer.text());
  }
}"""

PLACE = """([sequence, toTop]) => {
  const box = document.getElementById("said");
  if (toTop) box.scrollTop = 0;
  return document.querySelector(`[data-sequence="${sequence}"]`).getBoundingClientRect().top;
}"""


@dataclass
class Line:
    """A visitor's sockets, which can be cut."""

    is_cut: bool = False
    open_ones: list[Any] = field(default_factory=list)

    def take(self, socket: Any) -> None:
        """Let it through, or not."""
        if self.is_cut:
            socket.close(code=4000)
            return
        socket.connect_to_server()
        self.open_ones.append(socket)

    def cut(self) -> None:
        self.is_cut = True
        for socket in self.open_ones:
            socket.close(code=4000)
        self.open_ones.clear()


@pytest.fixture
def two(visit: Visit) -> tuple[Visitor, Visitor]:
    """A homeowner and a contractor, both at their conversation."""
    carl, ann = visit(), visit()
    carl.join("contractor", "Cy Chatter")
    carl.page.goto("/settings/profile")
    carl.page.goto("/contractors?sort=-createdAt")
    carl.page.get_by_role("link", name="Cy Chatter").first.click()
    ann.join("homeowner", "Amy Asker")
    ann.page.goto(carl.page.url)
    ann.page.get_by_role("button", name="Send a message").click()
    ann.page.get_by_label("Message", exact=True).wait_for()
    carl.page.goto(ann.page.url)
    ann.page.locator("#presence", has_text="online").wait_for()
    return ann, carl


def _say(visitor: Visitor, text: str) -> None:
    visitor.page.get_by_label("Message", exact=True).fill(text)
    visitor.page.get_by_role("button", name="Send").click()


def test_older_messages_come_as_one_scrolls_up_and_the_place_is_kept(
    two: tuple[Visitor, Visitor], running: Site
) -> None:
    ann, carl = two
    conversation = ann.page.url.rsplit("/", 1)[-1]
    ann.page.evaluate(SAY, [conversation, [f"Number {number}." for number in range(1, SAID + 1)]])
    running.sql(
        "UPDATE messaging_message SET created_at = created_at - interval '1 day' WHERE conversation_id = %s AND sequence <= %s",
        [conversation, OLDER_THAN_A_DAY],
    )
    page = carl.page
    page.reload()
    first = page.locator("#messages [data-sequence]").first
    assert int(first.get_attribute("data-sequence")) == SAID - 49
    assert page.evaluate("document.getElementById('said').scrollTop") > 100
    carl.keep("chat/newest")
    before = page.evaluate(PLACE, [SAID - 49, True])
    page.locator("[data-sequence='1']").wait_for(state="attached")
    assert abs(page.evaluate(PLACE, [SAID - 49, False]) - before) < 3
    assert page.locator("#messages [data-sequence]").count() == SAID
    days = page.locator("#messages .day").all_inner_texts()
    assert len(days) == len(set(days)) == 2
    assert not page.locator("#older").is_visible()
    assert carl.faults == []


def test_what_is_written_without_a_connection_is_kept_marked_and_sent_once(visit: Visit, two: Any) -> None:
    ann, carl = two
    line = Line()
    ann.page.route_web_socket("**/ws", line.take)
    ann.page.reload()
    ann.page.locator("#presence", has_text="online").wait_for()
    line.cut()
    ann.page.locator("#lost").wait_for()
    _say(ann, "Are you there?")
    _say(carl, "I am.")
    ann.page.locator(".unsent", has_text="Not sent yet").wait_for()
    ann.keep("chat/lost")
    ann.page.reload()
    unsent = ann.page.locator(".unsent", has_text="Are you there?")
    unsent.wait_for()
    _say(carl, "Hello?")
    line.is_cut = False
    carl.page.locator(".theirs", has_text="Are you there?").wait_for()
    ann.page.locator(".theirs", has_text="Hello?").wait_for()
    unsent.wait_for(state="detached")
    assert not ann.page.locator("#lost").is_visible()
    for somebody, own in ((ann, "mine"), (carl, "theirs")):
        assert somebody.page.locator(f".{own}", has_text="Are you there?").count() == 1
    order = ann.page.locator("#messages [data-sequence]").evaluate_all("all => all.map(one => one.dataset.sequence)")
    assert order == sorted(order, key=int)


def test_a_read_mark_that_was_missed_comes_with_the_resume(two: Any) -> None:
    ann, carl = two
    line = Line()
    carl.page.goto("/dashboard")
    ann.page.route_web_socket("**/ws", line.take)
    ann.page.reload()
    ann.page.locator("#presence").filter(has_text="o").wait_for()
    _say(ann, "Read this.")
    mine = ann.page.locator(".mine[data-sequence]", has_text="Read this.")
    mine.wait_for()
    assert mine.locator(".seen").count() == 0
    line.cut()
    ann.page.locator("#lost").wait_for()
    carl.page.goto(ann.page.url)
    line.is_cut = False
    mine.locator(".seen").wait_for()


def test_what_is_refused_says_why_and_is_tried_again_or_discarded(two: Any) -> None:
    ann, _ = two
    ann.page.get_by_label("Message", exact=True).evaluate("field => field.maxLength = 9000")
    _say(ann, "x" * 5001)
    refused = ann.page.locator(".unsent", has_text="Not sent:")
    refused.wait_for()
    ann.keep("chat/refused")
    refused.get_by_role("button", name="Try again").click()
    refused.wait_for()
    refused.get_by_role("button", name="Discard").click()
    refused.wait_for(state="detached")
    ann.page.reload()
    assert ann.page.locator(".unsent").count() == 0
