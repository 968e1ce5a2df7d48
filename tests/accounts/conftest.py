"""What the tests of accounts share."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import Person
from core import mail
from tests.cast import PASSWORD, Rest

PERSON = {"email": "ann@example.org", "password": PASSWORD, "name": "Ann Archer", "role": "homeowner"}


@pytest.fixture
def post(rest: Rest) -> Callable[..., Any]:
    """`post("signin", email=…)` asks an auth route."""
    return lambda path, by=None, **body: rest.post(f"auth/{path}", body, **({"by": by} if by else {}))


@pytest.fixture
def ann(post: Any) -> dict[str, Any]:
    """Somebody who has just signed up: what she was answered."""
    response = post("signup", **PERSON)
    assert response.status_code == 201, response.content
    data: dict[str, Any] = response.json()["data"]
    return data


@pytest.fixture
def make_verified(ann: Any) -> None:
    Person.objects.filter(pk=ann["user"]["id"]).update(email_verified_at="2026-01-01T00:00Z")


@pytest.fixture
def letters(mailoutbox: list[Any]) -> Callable[[], list[Any]]:
    """Sends what is queued, and answers all letters so far."""

    def send() -> list[Any]:
        mail.send_due()
        return mailoutbox

    return send


def token_in(letter: Any) -> str:
    """The token of the link in a letter."""
    found: str = letter.body.split("?token=")[1].split()[0]
    return found


def bearer(data: dict[str, Any]) -> dict[str, str]:
    """The header of what a sign-in answered."""
    return {"authorization": f"Bearer {data['accessToken']}"}
