"""What the links in our mail carry: signed words, of which nothing is stored.

They are made when the mail is written, and die by what they change: a reset with the password, the confirmation of an
address with the address.
"""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core import signing

from accounts.exceptions import LinkInvalid
from accounts.models import Person

VERIFY_WITHIN = timedelta(days=7)
_VERIFY = "accounts.verify"
_reset = PasswordResetTokenGenerator()


def reset_token(person: Person) -> str:
    """For one new password, within PASSWORD_RESET_TIMEOUT seconds, while password and address stay as they are."""
    return f"{person.pk.hex}.{_reset.make_token(person)}"


def person_to_reset(token: str) -> UUID:
    """Whose password a reset token is about; whether it is good is for `is_reset_token` to say. Raises LinkInvalid."""
    try:
        return UUID(hex=token.partition(".")[0])
    except ValueError:
        raise LinkInvalid from None


def is_reset_token(person: Person, token: str) -> bool:
    """Whether the token is (still) good for this person."""
    return _reset.check_token(person, token.partition(".")[2])


def verification_token(person: Person) -> str:
    """Proof that whoever holds it reads this person's mail."""
    return signing.dumps([person.pk.hex, person.email], salt=_VERIFY)


def read_verification(token: str) -> tuple[UUID, str]:
    """The person and the address that it proves. Raises LinkInvalid."""
    try:
        person_id, email = signing.loads(token, salt=_VERIFY, max_age=VERIFY_WITHIN)
        return UUID(hex=person_id), email
    except (signing.BadSignature, ValueError, TypeError):
        raise LinkInvalid from None


def page(path: str, token: str) -> str:
    """The address of one of our pages, with the token in it. The host is a setting, and never the request's."""
    return f"{settings.PUBLIC_URL}/accounts/{path}?token={token}"
