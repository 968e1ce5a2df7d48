"""Staff show a code of their phone where the site wants it, and sign in anew after half an hour away."""

import time
from base64 import b32decode
from typing import Any

import pytest
from django.contrib.sessions.models import Session as BrowserSession
from django.test import Client
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.models import AuditRecord, Person
from mintenance.staff import site
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def robin() -> Person:
    return Person.objects.create_superuser("robin@example.org", PASSWORD, name="Robin")


@pytest.fixture
def browser(robin: Person) -> Client:
    client = Client()
    answer = client.post("/admin/login/?next=/admin/", {"username": robin.email, "password": PASSWORD})
    assert answer["Location"] == "/admin/"
    return client


@pytest.fixture
def wanted(settings: Any) -> None:
    settings.STAFF_TOTP = True


def code(secret: bytes, steps: int = 0) -> str:
    totp = TOTP(secret)
    totp.time = time.time() + 30 * steps
    return f"{totp.token():06d}"


def acts() -> list[str]:
    return list(AuditRecord.objects.order_by("number").values_list("act", flat=True))


@pytest.mark.usefixtures("wanted")
class TestTheCode:
    """The password alone opens nothing."""

    def test_without_one_there_is_only_the_page_for_it(self, browser: Client) -> None:
        answer = browser.get("/admin/accounts/person/", follow=True)
        assert answer.request["PATH_INFO"] == "/admin/verify/"
        assert answer.context["next"] == "/admin/accounts/person/"

    def test_the_first_sets_the_phone_up(self, browser: Client, robin: Person) -> None:
        secret = browser.get("/admin/verify/").context["secret"]
        assert browser.get("/admin/verify/").context["secret"] == secret
        answer = browser.post("/admin/verify/", {"code": code(b32decode(secret)), "next": "/admin/jobs/job/"})
        assert answer["Location"] == "/admin/jobs/job/"
        assert browser.get("/admin/").status_code == 200
        assert acts() == ["staff.signed_in", "staff.phone_set_up", "staff.code_shown"]

    @pytest.fixture
    def phone(self, robin: Person) -> TOTPDevice:
        return TOTPDevice.objects.create(user=robin, name="Phone", confirmed=True)

    def test_the_secret_is_not_shown_again(self, browser: Client, phone: TOTPDevice) -> None:
        assert browser.get("/admin/verify/").context["secret"] == ""
        assert TOTPDevice.objects.count() == 1

    def test_a_wrong_one_opens_nothing_and_the_next_try_has_to_wait(self, browser: Client, phone: TOTPDevice) -> None:
        wrong = f"{(int(code(phone.bin_key)) + 500_000) % 1_000_000:06d}"
        for given in (wrong, "", "abc", code(phone.bin_key)):
            assert b"not right" in browser.post("/admin/verify/", {"code": given}).content
        assert browser.get("/admin/").status_code == 302
        assert acts() == ["staff.signed_in"]

    def test_one_is_good_once(self, browser: Client, phone: TOTPDevice, robin: Person) -> None:
        once = code(phone.bin_key)
        assert browser.post("/admin/verify/", {"code": once}).status_code == 302
        other = Client()
        other.force_login(robin)
        assert other.post("/admin/verify/", {"code": once}).status_code == 200
        assert other.get("/admin/").status_code == 302

    def test_a_phone_that_was_taken_away_opens_nothing(self, browser: Client, phone: TOTPDevice) -> None:
        browser.post("/admin/verify/", {"code": code(phone.bin_key)})
        browser.post("/admin/otp_totp/totpdevice/", {
            "action": "delete_selected", "_selected_action": [phone.pk], "post": "yes",
        })  # fmt: skip
        assert acts()[-1] == "staff.phone_taken"
        assert browser.get("/admin/").status_code == 302

    def test_nobody_is_sent_elsewhere(self, browser: Client, phone: TOTPDevice) -> None:
        answer = browser.post("/admin/verify/", {"code": code(phone.bin_key), "next": "https://evil.example/"})
        assert answer["Location"] == "/admin/"

    def test_strangers_are_sent_to_sign_in(self) -> None:
        assert Client().get("/admin/verify/")["Location"] == "/admin/login/"
        assert Client().post("/admin/verify/", {"code": "123456"})["Location"] == "/admin/login/"


def test_the_page_of_a_phone_shows_no_secret(browser: Client, robin: Person) -> None:
    phone = TOTPDevice.objects.create(user=robin, name="Phone", confirmed=True)
    page = browser.get(f"/admin/otp_totp/totpdevice/{phone.pk}/change/")
    assert page.status_code == 200
    assert phone.key not in page.content.decode()


class TestIdling:
    """Half an hour without a request ends it."""

    def later(self, monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
        now = time.time() + seconds
        monkeypatch.setattr(site.time, "time", lambda: now)

    def test_after_half_an_hour(self, browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        assert browser.get("/admin/").status_code == 200
        for _ in range(2):
            self.later(monkeypatch, 29 * 60)
            assert browser.get("/admin/").status_code == 200
        self.later(monkeypatch, 31 * 60)
        assert browser.get("/admin/")["Location"].startswith("/admin/login/")
        assert BrowserSession.objects.count() == 0


def test_failures_are_logged_without_the_address_that_was_tried(
    robin: Person, caplog: pytest.LogCaptureFixture
) -> None:
    Client().post("/admin/login/", {"username": robin.email, "password": "guess"})
    assert "A sign-in to the admin has failed from 127.0.0.1." in caplog.messages
    assert robin.email not in caplog.text
    assert acts() == []
