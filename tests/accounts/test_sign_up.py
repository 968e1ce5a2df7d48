"""Becoming a member."""

from typing import Any

import pytest

from accounts.models import Person, Session
from contractors.models import Contractor
from core.models import OutgoingMail
from tests.accounts.conftest import PERSON, bearer, token_in

pytestmark = pytest.mark.django_db


def test_a_homeowner_is_signed_in_at_once(ann: Any, rest: Any) -> None:
    assert ann["user"]["email"] == "ann@example.org"
    assert ann["user"]["role"] == "homeowner"
    assert ann["user"]["emailVerified"] is False
    me = rest.get("users/me", **bearer(ann))
    assert me.json()["data"] == ann["user"]
    person = Person.objects.get()
    assert person.password.startswith("argon2$argon2id$")
    assert not Contractor.objects.exists()


def test_a_contractor_gets_a_profile(post: Any) -> None:
    post("signup", **{**PERSON, "role": "contractor"}, businessName="Ann’s Pipes")
    assert Contractor.objects.get().business_name == "Ann’s Pipes"


def test_a_contractor_without_a_business_name_is_called_as_the_person(post: Any) -> None:
    post("signup", **{**PERSON, "role": "contractor"})
    assert Contractor.objects.get().business_name == "Ann Archer"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "no address"), ("email", "a" * 250 + "@example.org"), ("email", 5), ("email", None),
        ("password", "short"), ("password", "password1"), ("password", "x" * 129), ("password", "ann archer"),
        ("password", "ann@example.org"), ("name", ""), ("name", "x" * 101), ("name", "two\nlines"),
        ("role", "staff"), ("role", "owner"), ("businessName", "Of a homeowner"),
    ],
)  # fmt: skip
def test_bad_input_is_named_and_changes_nothing(post: Any, field: str, value: Any) -> None:
    response = post("signup", **{**PERSON, field: value})
    assert response.status_code == 400
    assert list(response.json()["details"]) == [field]
    assert not Person.objects.exists()
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize("field", ["is_staff", "isSuperuser", "emailVerified", "id"])
def test_nobody_gives_themselves_more(post: Any, field: str) -> None:
    response = post("signup", **PERSON, **{field: True})
    assert (response.status_code, response.json()["code"]) == (400, "unknown_field")


@pytest.mark.parametrize("email", ["ann@example.org", "ANN@Example.ORG", "  ann@example.org "])
def test_an_address_serves_once_however_it_is_spelled(ann: Any, post: Any, email: str) -> None:
    response = post("signup", **{**PERSON, "email": email})
    assert (response.status_code, response.json()["code"]) == (409, "email_taken")
    assert Person.objects.count() == 1
    assert Session.objects.count() == 1


def test_a_password_may_begin_and_end_with_spaces(post: Any) -> None:
    post("signup", **{**PERSON, "password": "  a long walk "})
    assert post("signin", email=PERSON["email"], password="a long walk").status_code == 401
    assert post("signin", email=PERSON["email"], password="  a long walk ").status_code == 200


def test_a_key_for_safe_sending_is_refused(rest: Any) -> None:
    response = rest.post("auth/signup", PERSON, idempotency_key="1")
    assert (response.status_code, response.json()["code"]) == (400, "idempotency_not_supported")


def test_the_mail_confirms_the_address(ann: Any, post: Any, rest: Any, letters: Any) -> None:
    [letter] = letters()
    assert letter.to == ["ann@example.org"]
    for _ in range(2):  # a link that is opened twice confirms once, and says no ill
        assert post("email/verify", token=token_in(letter)).status_code == 204
    assert rest.get("users/me", **bearer(ann)).json()["data"]["emailVerified"] is True


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "x" * 2000, "\u0000"])
def test_other_words_confirm_nothing(ann: Any, post: Any, token: str) -> None:
    response = post("email/verify", token=token)
    assert response.status_code == 400
    assert Person.objects.get().email_verified_at is None


def test_the_mail_confirms_no_other_address(ann: Any, post: Any, letters: Any) -> None:
    [letter] = letters()
    Person.objects.update(email="ann@example.net")
    assert post("email/verify", token=token_in(letter)).json()["code"] == "link_invalid"


class TestWhereTheAddressMustBeConfirmed:
    """EMAIL_VERIFICATION=required."""

    @pytest.fixture(autouse=True)
    def _required(self, settings: Any) -> None:
        settings.EMAIL_VERIFICATION = "required"

    def test_known_and_unknown_addresses_are_answered_alike(self, post: Any, letters: Any) -> None:
        answers = [post("signup", **PERSON) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [202, 202]
        assert [answer.content for answer in answers] == [b"", b""]
        assert Person.objects.count() == 1
        assert not Session.objects.exists()
        assert [letter.subject for letter in letters()] == [
            "Confirm your address",
            "You have an account already",
        ]

    def test_nobody_enters_before(self, post: Any, letters: Any) -> None:
        post("signup", **PERSON)
        refused = post("signin", email=PERSON["email"], password=PERSON["password"])
        assert (refused.status_code, refused.json()["code"]) == (403, "email_not_verified")
        post("email/verify", token=token_in(letters()[0]))
        assert post("signin", email=PERSON["email"], password=PERSON["password"]).status_code == 200
