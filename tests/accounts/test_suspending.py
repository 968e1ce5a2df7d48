"""Who is suspended or restored is told by mail, with the reason for the first."""

from typing import Any

import pytest

from accounts.services.people import restore_person, suspend_person
from core import mail
from core.models import OutgoingMail
from tests import cast
from tests.cast import Who

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann() -> Who:
    """With an account, and not as she signs up."""
    return cast.homeowner()


def test_the_suspended_read_why(ann: Who, sam: Who, mailoutbox: list[Any]) -> None:
    suspend_person(person_id=ann.id, reason="Three false jobs.", by=sam.actor)
    mail.send_due()
    (letter,) = mailoutbox
    assert (letter.to, letter.subject) == ([ann.person.email], "Your account is suspended")
    assert "The reason: Three false jobs." in letter.body
    assert sam.person.name not in letter.body


def test_the_restored_read_that_they_may_come_back(ann: Who, sam: Who, mailoutbox: list[Any]) -> None:
    suspend_person(person_id=ann.id, reason="Three false jobs.", by=sam.actor)
    mail.send_due()
    restore_person(person_id=ann.id, reason="Support says that they are genuine.", by=sam.actor)
    mail.send_due()
    letter = mailoutbox[1]
    assert (letter.to, letter.subject) == ([ann.person.email], "Your account is open again")
    assert "/accounts/sign-in" in letter.body
    assert "Support" not in letter.body, "the reason is for staff"


def test_what_is_not_so_any_more_is_not_said(ann: Who, sam: Who, mailoutbox: list[Any]) -> None:
    suspend_person(person_id=ann.id, reason="Spam.", by=sam.actor)
    restore_person(person_id=ann.id, by=sam.actor)
    suspend_person(person_id=ann.id, reason="Spam again.", by=sam.actor)
    mail.send_due()
    assert {letter.subject for letter in mailoutbox} == {"Your account is suspended"}
    assert all("Spam again." in letter.body for letter in mailoutbox)


def test_what_changes_nothing_tells_nobody(ann: Who, sam: Who) -> None:
    restore_person(person_id=ann.id, by=sam.actor)
    assert not OutgoingMail.objects.exists()
    suspend_person(person_id=ann.id, reason="Spam.", by=sam.actor)
    suspend_person(person_id=ann.id, reason="Spam.", by=sam.actor)
    assert OutgoingMail.objects.count() == 1
