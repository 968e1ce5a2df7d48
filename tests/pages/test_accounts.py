"""Signing up, in and out, and what comes by mail, on pages."""

import re

import pytest
from django.test import Client

from accounts import links
from accounts.models import ApiKey, Person, Session
from accounts.services.sessions import end_sessions
from tests.cast import PASSWORD, Who
from tests.pages.people import browser_of, page, send

pytestmark = pytest.mark.django_db

NEW = {"email": "eve@example.org", "password": PASSWORD, "name": "Eve Elder", "role": "homeowner"}


def test_somebody_joins_and_comes_to_the_form_for_a_job() -> None:
    client = Client()
    answer = client.post("/accounts/sign-up", NEW)
    assert (answer.status_code, answer["Location"]) == (302, "/jobs/new")
    assert "Welcome, Eve Elder." in page(client, "/jobs/new")
    assert Session.objects.get(person__email="eve@example.org").ended_at is None


def test_what_is_wrong_stands_beside_the_field_and_values_are_kept() -> None:
    answer = Client().post("/accounts/sign-up", {**NEW, "password": "short"})
    assert answer.status_code == 400
    assert 'value="eve@example.org"' in answer.text
    assert re.search(r'id="id_password"[^>]*aria-invalid="true"|aria-invalid="true"[^>]*id="id_password"', answer.text)
    assert "autofocus" in answer.text
    assert not Person.objects.filter(email="eve@example.org").exists()


def test_an_address_that_is_taken_is_a_conflict() -> None:
    Client().post("/accounts/sign-up", NEW)
    answer = Client().post("/accounts/sign-up", NEW)
    assert answer.status_code == 409
    assert "There is an account with this address already." in answer.text


def test_signing_in_goes_on_to_what_was_asked_for() -> None:
    Client().post("/accounts/sign-up", NEW)
    given = {"email": NEW["email"], "password": PASSWORD}
    assert Client().post("/accounts/sign-in", {**given, "next": "/settings"})["Location"] == "/settings"
    elsewhere = Client().post("/accounts/sign-in", {**given, "next": "https://evil.example/"})
    assert elsewhere["Location"] == "/dashboard"


def test_a_wrong_password_is_said_and_opens_nothing() -> None:
    Client().post("/accounts/sign-up", NEW)
    client = Client()
    answer = client.post("/accounts/sign-in", {"email": NEW["email"], "password": "something else"})
    assert answer.status_code == 401
    assert "The address or the password is wrong." in answer.text
    assert client.get("/dashboard").status_code == 302


def test_a_session_that_was_ended_elsewhere_is_over_on_pages_and_for_the_api() -> None:
    client = Client()
    client.post("/accounts/sign-up", NEW)
    assert client.get("/api/v2/users/me").status_code == 200
    end_sessions(Session.objects.all(), because="revoked")
    assert client.get("/api/v2/users/me").status_code == 401
    assert client.get("/dashboard").status_code == 302
    assert client.get("/api/v2/jobs").status_code == 200  # the page has forgotten whom it was


def test_signing_out_ends_the_session() -> None:
    client = Client()
    client.post("/accounts/sign-up", NEW)
    assert "You have signed out." in send(client, "/accounts/sign-out")
    assert Session.objects.get().ended_at is not None


def test_a_form_from_elsewhere_is_refused() -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post("/accounts/sign-up", NEW).status_code == 403
    assert not Person.objects.exists()


def test_a_link_confirms_an_address() -> None:
    Client().post("/accounts/sign-up", NEW)
    token = links.verification_token(Person.objects.get())
    client = Client()
    assert token in page(client, f"/accounts/verify?token={token}")
    assert Person.objects.get().email_verified_at is None
    assert "your address is confirmed" in send(client, "/accounts/verify", token=token)
    assert Person.objects.get().email_verified_at is not None
    assert client.post("/accounts/verify", {"token": "nonsense"}).status_code == 400


def test_a_link_gives_a_new_password_once() -> None:
    Client().post("/accounts/sign-up", NEW)
    fields = {"token": links.reset_token(Person.objects.get()), "password": "another walk on the shore"}
    assert "Your new password is set." in send(Client(), "/accounts/reset", **fields)
    assert Client().post("/accounts/reset", fields).status_code == 400
    assert Client().post("/accounts/sign-in", {**fields, "email": NEW["email"]}).status_code == 302


def test_asking_for_a_link_answers_alike_for_every_address(ann: Who) -> None:
    texts = {send(Client(), "/accounts/forgot", email=email) for email in (ann.person.email, "nobody@example.org")}
    assert len({re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", text) for text in texts}) == 1


def test_a_password_is_changed_and_one_stays_in() -> None:
    client = Client()
    client.post("/accounts/sign-up", NEW)
    fields = {"current_password": PASSWORD, "new_password": "another walk on the shore"}
    assert "Your password is changed." in send(client, "/settings/password", **fields)
    assert client.get("/settings").status_code == 200
    assert client.post("/settings/password", fields).status_code == 400


def test_ones_name_is_changed(ann: Who) -> None:
    assert "Saved." in send(browser_of(ann), "/settings", name="Ann Adler")
    assert ann.person.name == "Ann Adler"


def test_a_key_is_shown_once_and_can_be_revoked(carl: Who) -> None:
    client = browser_of(carl)
    answer = client.post("/developers", {"name": "Diary", "scopes": ["jobs:read"]})
    shown = re.search(r"mtn_[A-Za-z0-9]{8}_[A-Za-z0-9_-]{43}", answer.text)
    assert shown is not None
    assert Client().get("/api/v2/jobs", headers={"authorization": f"Api-Key {shown[0]}"}).status_code == 200
    assert shown[0] not in page(client, "/developers")
    assert "The key works no longer." in send(client, f"/developers/keys/{ApiKey.objects.get().pk}/revoke")
    assert ApiKey.objects.get().revoked_at is not None


def test_a_homeowner_makes_no_key(ann: Who) -> None:
    assert browser_of(ann).post("/developers", {"name": "Diary", "scopes": ["jobs:read"]}).status_code == 403
    assert not ApiKey.objects.exists()


def test_ones_data_is_a_file(ann: Who) -> None:
    answer = browser_of(ann).post("/settings/data/export")
    assert answer["Content-Disposition"].startswith("attachment")
    assert ann.person.email.encode() in answer.getvalue()


def test_leaving_takes_the_right_password() -> None:
    client = Client()
    client.post("/accounts/sign-up", NEW)
    assert client.post("/settings/data", {"password": "something else"}).status_code == 400
    assert "Your account is deleted." in send(client, "/settings/data", password=PASSWORD)
    assert Person.objects.get().erased_at is not None


@pytest.mark.parametrize(
    ("says", "shown"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36", "Chrome on Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari on iPhone"),
        ("curl/8.14", "curl"),
        ("", "A program"),
    ],
)
def test_a_session_is_called_by_its_device_and_can_be_ended(says: str, shown: str) -> None:
    client = Client(headers={"user-agent": says})
    client.post("/accounts/sign-up", NEW)
    text = page(client, "/settings/sessions")
    assert f"<strong>{shown}</strong>" in text
    assert "This one" in text
    client.post(f"/settings/sessions/{Session.objects.get().pk}/end")
    assert client.get("/settings/sessions").status_code == 302
