"""Everybody's pages: what each role sees, with Django's own client."""

import pytest
from django.test import Client

from tests.cast import Who, bid_of, job_of
from tests.pages.people import browser_of, page

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/", "/jobs", "/contractors", "/accounts/sign-up", "/accounts/sign-in"])
def test_a_stranger_reads_the_public_pages(address: str, ann: Who) -> None:
    job_of(ann)
    assert "Mintenance" in page(Client(), address)


@pytest.mark.parametrize(
    "address",
    [
        "/dashboard",
        "/inbox",
        "/notifications",
        "/settings",
        "/settings/password",
        "/settings/sessions",
        "/settings/notifications",
        "/settings/data",
        "/jobs/new",
    ],
)
def test_own_pages_ask_a_stranger_to_sign_in_and_open_for_a_member(address: str, ann: Who) -> None:
    answer = Client().get(address)
    assert answer.status_code == 302
    assert answer["Location"] == "/accounts/sign-in?next=" + address.replace("/", "%2F")
    answer = browser_of(ann).get(address)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("address", ["/settings/profile", "/developers"])
def test_a_contractor_has_a_profile_and_keys(address: str, carl: Who) -> None:
    assert page(browser_of(carl), address)


def test_a_homeowner_has_no_profile(ann: Who) -> None:
    assert browser_of(ann).get("/settings/profile").status_code == 403


def test_a_contractor_cannot_open_the_form_for_a_job(carl: Who) -> None:
    assert browser_of(carl).get("/jobs/new").status_code == 403


def test_the_list_is_narrowed_and_says_what_is_wrong_with_a_parameter(ann: Who) -> None:
    job_of(ann, title="Mend a dripping tap")
    job_of(ann, title="Paint the fence", category="painting")
    found = page(Client(), "/jobs?q=&category=painting&minBudget=")
    assert "Paint the fence" in found
    assert "Mend a dripping tap" not in found
    wrong = page(Client(), "/jobs?minBudget=much")
    assert "minBudget" in wrong
    assert 'role="alert"' in wrong


def test_a_draft_is_not_for_others(ann: Who, bob: Who) -> None:
    job = job_of(ann, status="draft")
    assert "Post it" in page(browser_of(ann), f"/jobs/{job.pk}")
    for other in (Client(), browser_of(bob)):
        answer = other.get(f"/jobs/{job.pk}")
        assert answer.status_code == 404
        assert "There is nothing here." in answer.text


def test_the_address_is_for_its_owner(ann: Who, carl: Who) -> None:
    job = job_of(ann)
    assert "1 The Mall" in page(browser_of(ann), f"/jobs/{job.pk}")
    for other in (Client(), browser_of(carl)):
        shown = page(other, f"/jobs/{job.pk}")
        assert "1 The Mall" not in shown
        assert "51.50" in shown
        assert "51.501" not in shown


def test_bids_are_sealed(ann: Who, carl: Who, dora: Who) -> None:
    job = job_of(ann)
    bid_of(carl, job, amount=97, message="I come on Monday")
    assert "I come on Monday" in page(browser_of(ann), f"/jobs/{job.pk}")
    assert "I come on Monday" in page(browser_of(carl), f"/jobs/{job.pk}")
    for other in (browser_of(dora), Client()):
        assert "I come on Monday" not in page(other, f"/jobs/{job.pk}")


def test_what_people_write_is_text(ann: Who) -> None:
    job = job_of(ann, title="<script>alert(1)</script>", description="<img src=x onerror=alert(2)>")
    shown = page(Client(), f"/jobs/{job.pk}")
    assert "<script>alert" not in shown
    assert "<img src=x" not in shown


def test_a_contractor_has_a_page(carl: Who) -> None:
    assert "Carl Carter Ltd" in page(Client(), f"/contractors/{carl.id}")
    assert Client().get(f"/contractors/{job_id()}").status_code == 404


def job_id() -> str:
    return "01890000-0000-7000-8000-000000000000"


def test_an_address_that_does_not_exist_has_a_page_of_ours(ann: Who) -> None:
    answer = browser_of(ann).get("/nowhere")
    assert answer.status_code == 404
    assert "There is nothing here." in answer.text
    assert "Go to the start" in answer.text


def test_pages_run_no_script_of_their_own(ann: Who) -> None:
    job = job_of(ann)
    for address in ("/", "/jobs", f"/jobs/{job.pk}", "/dashboard", "/settings"):
        answer = browser_of(ann).get(address)
        assert "script-src 'self'" in answer["Content-Security-Policy"]
        assert " style=" not in answer.text
        assert " onclick=" not in answer.text
        assert answer.text.count("<script") == answer.text.count("<script src=")
