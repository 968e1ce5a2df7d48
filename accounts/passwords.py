"""Passwords: which are good enough, and looking one up in a time that tells nothing."""

from functools import cache

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts.models import Person
from core.errors import FieldErrors

LONGEST = 128


def check_new_password(password: str, person: Person, field: str = "password") -> None:
    """Refuse (FieldErrors) one that is short, common, or like the person's name or address."""
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise FieldErrors({field: list(error.messages)}) from None


def is_password_of(person: Person | None, password: str) -> bool:
    """Whether the password is this person's. Takes as long for nobody as for somebody."""
    if person is None or not person.has_usable_password():
        check_password(password, _nobodys())
        return False
    return person.check_password(password)


@cache
def _nobodys() -> str:
    return make_password("nobody knows this one")
