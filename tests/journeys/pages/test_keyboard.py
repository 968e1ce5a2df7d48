"""Both ways into the marketplace with nothing but a keyboard: what has the focus is always seen to have it."""

from collections.abc import Callable

from tests.journeys.pages.browsers import PASSWORD, Visitor, address_of

Visit = Callable[..., Visitor]
MOST_TABS = 90
FOCUS = """() => {
  const at = document.activeElement;
  const style = getComputedStyle(at);
  const name = at.getAttribute("aria-label") || at.labels?.[0]?.innerText || at.innerText || "";
  const box = at.getBoundingClientRect();
  return {
    name: name.trim(), seen: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    onScreen: at === document.body || box.bottom > 0 && box.top < innerHeight,
  };
}"""


class Keys:
    """Somebody who presses keys."""

    def __init__(self, visitor: Visitor) -> None:
        self.page = visitor.page

    def to(self, name: str) -> "Keys":
        """Tab on to what is called so."""
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            focus = self.page.evaluate(FOCUS)
            assert not focus["name"] or (focus["seen"] and focus["onScreen"]), f"the focus is not to be seen: {focus}"
            if focus["name"].startswith(name):
                return self
        raise AssertionError(f"{name} is not to be reached by the keyboard")

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def press(self, key: str = "Enter") -> None:
        self.page.keyboard.press(key)

    def sign_up(self, door: str, name: str) -> None:
        """From the front door to the first page as a member."""
        self.page.goto("/")
        self.to("Skip to the content").press()
        self.to(door).press()
        self.page.get_by_role("heading", name="Join Mintenance").wait_for()
        self.to("Your name").type(name)
        self.to("E-mail address").type(address_of(name))
        self.to("Password").type(PASSWORD)
        self.press()
        self.page.get_by_text(f"Welcome, {name}.").wait_for()


def test_a_homeowner_posts_a_job(visit: Visit) -> None:
    visitor = visit()
    keys, page = Keys(visitor), visitor.page
    keys.sign_up("Get work done", "Kay Keyes")
    keys.to("What needs doing?").type("A shelf for the hall")
    keys.to("Trade").type("Carp")
    keys.to("Tell contractors about it").type("Oak, two metres long.")
    keys.to("Budget in £").type("90")
    keys.to("Latitude").type("51.5")
    keys.to("Longitude").type("-0.1")
    keys.to("Post this job").press()
    page.get_by_text("Your job is posted.").wait_for()
    assert page.get_by_text("Carpentry").first.is_visible()
    assert visitor.faults == []


def test_a_contractor_bids(visit: Visit) -> None:
    visitor = visit(device="phone", scheme="dark")
    keys, page = Keys(visitor), visitor.page
    keys.sign_up("Offer your work", "Kit Carver")
    title = page.locator(".card .name").first.inner_text()
    keys.to(title).press()
    page.get_by_role("heading", name="Make an offer").wait_for()
    keys.to("Your price in £").type("75")
    keys.to("Message to the owner").type("Next week suits me.")
    keys.to("Send bid").press()
    page.get_by_text("Your bid is with the owner.").wait_for()
    assert visitor.faults == []


def test_the_menu_opens_closes_and_gives_the_focus_back(visit: Visit) -> None:
    visitor = visit()
    visitor.join("homeowner", "Mel Menu")
    keys, page = Keys(visitor), visitor.page
    keys.to("Account").press()
    keys.to("Settings")
    keys.press("Escape")
    assert page.locator(".menu[open]").count() == 0
    assert page.evaluate(FOCUS)["name"] == "Account"
