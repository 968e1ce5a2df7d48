"""Somebody with a browser: the Chromium of the machine, at the size of a desktop or of a phone, in light or dark."""

import itertools
import shutil
from pathlib import Path
from typing import Any

from mintenance.launcher.places import CHECKOUT

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PASSWORD = "a long walk on the shore"
WIDTHS = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}
SCREENSHOTS = CHECKOUT / "var" / "screenshots"

_numbers = itertools.count(1)


class Visitor:
    """Somebody whose page tells of every fault, and who keeps pictures of what they saw."""

    def __init__(self, chromium: Any, base: str, *, device: str = "desktop", scheme: str = "light") -> None:
        self.faults: list[str] = []
        self.look = f"{device}-{scheme}"
        context = chromium.new_context(viewport=WIDTHS[device], color_scheme=scheme, base_url=base)
        self.page = context.new_page()
        self.page.set_default_timeout(15_000)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on(
            "console",
            lambda line: (
                self.faults.append(f"{self.page.url} {line.text} {line.location}") if line.type == "error" else None
            ),
        )
        self.screens: list[str] = []
        self.page.on("load", lambda page: self.screens.append(page.url.removeprefix(base)))

    def join(self, role: str, name: str) -> None:
        """Sign up from the front door, by mouse."""
        page = self.page
        page.goto("/")
        page.get_by_role("link", name="Get work done" if role == "homeowner" else "Offer your work").click()
        page.get_by_label("Your name").fill(name)
        page.get_by_label("E-mail address").fill(address_of(name))
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Create account").click()
        page.get_by_text(f"Welcome, {name}.").wait_for()

    def sign_in(self, email: str, password: str) -> None:
        """Sign in by the form."""
        page = self.page
        page.goto("/accounts/sign-in")
        page.get_by_label("E-mail address").fill(email)
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/dashboard")

    def turn_to(self, device: str, scheme: str) -> None:
        """Go on with another device, or at another time of the day."""
        self.look = f"{device}-{scheme}"
        self.page.set_viewport_size(WIDTHS[device])
        self.page.emulate_media(color_scheme=scheme)

    def fits(self) -> bool:
        """Whether nothing reaches beyond the side of the screen."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"))

    def keep(self, name: str) -> None:
        """A picture of the whole page, under var/screenshots; nothing on it reaches beyond the side of the screen."""
        file = SCREENSHOTS / f"{name}-{self.look}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=file, full_page=True, caret="initial")
        assert self.fits(), f"{name} is wider than the screen: {file}"

    def leave(self) -> None:
        """Close the browser's window."""
        self.page.context.close()


def address_of(name: str) -> str:
    """A mail address that nobody has had before."""
    return f"{name.split()[0].lower()}.{next(_numbers)}@example.org"


def picture(folder: Path, colour: str = "teal") -> Path:
    """A file for uploads."""
    from PIL import Image

    file = folder / f"{colour}.png"
    Image.new("RGB", (400, 300), colour).save(file)
    return file
