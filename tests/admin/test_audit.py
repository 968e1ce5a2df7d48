"""What staff do is written down for good, and nobody can mend it unseen."""

import threading
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from accounts.actors import SYSTEM, Actor
from accounts.audit import GENESIS, audit, end_of_chain, erase_reasons_about
from accounts.models import AuditRecord
from accounts.services.people import edit_person, end_sessions_of, restore_person, suspend_person
from core.errors import FieldErrors
from jobs.services import edit_job, hide_review, review_contractor, show_review
from tests import cast
from tests.cast import Who


@pytest.fixture
def guarded(db: None) -> None:
    """As on a real site, in this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_auditrecord ENABLE TRIGGER audit_never_emptied")


def said() -> list[tuple[str, str]]:
    rows = AuditRecord.objects.order_by("number").values_list("act", "reason__words")
    return [(act, words or "") for act, words in rows]


def verify(since: str = "") -> None:
    call_command("audit_verify", since=since)


def behind_its_back(sql: str, *values: Any) -> None:
    """As somebody with the database in their hands would."""
    with connection.cursor() as cursor:
        for act, then in (("DISABLE", sql), ("ENABLE", "")):
            for table in ("accounts_auditrecord", "accounts_auditreason"):
                cursor.execute(f"ALTER TABLE {table} {act} TRIGGER USER")
            if then:
                cursor.execute(then, values)


@pytest.mark.django_db
class TestWhatIsKept:
    """Who did what to whom, why, when, and by which request."""

    def test_a_row_says_all_of_it(self, ann: Who, sam: Who) -> None:
        by = Actor(id=sam.id, role="staff", is_staff=True, request_id="r-1")
        suspend_person(person_id=ann.id, reason=" Spam. ", by=by)
        row = AuditRecord.objects.get()
        assert (row.number, row.who, row.act) == (1, sam.id, "person.suspended")
        assert (row.target_type, row.target_id, row.reason.words, row.request_id) == (
            "user",
            str(ann.id),
            "Spam.",
            "r-1",
        )
        assert bytes(row.previous) == GENESIS

    def test_what_changes_nothing_is_no_act(self, ann: Who, sam: Who) -> None:
        suspend_person(person_id=ann.id, reason="Spam.", by=sam.actor)
        suspend_person(person_id=ann.id, reason="Spam.", by=sam.actor)
        with pytest.raises(FieldErrors):
            suspend_person(person_id=ann.id, reason=" ", by=sam.actor)
        edit_person(person_id=ann.id, changes={"name": ann.person.name}, by=sam.actor)
        assert said() == [("person.suspended", "Spam.")]

    def test_acts_on_people(self, ann: Who, sam: Who) -> None:
        suspend_person(person_id=ann.id, reason="Spam.", by=sam.actor)
        restore_person(person_id=ann.id, reason="A mistake.", by=sam.actor)
        edit_person(person_id=ann.id, changes={"name": "Anna"}, by=sam.actor)
        end_sessions_of(person_id=ann.id, by=sam.actor)
        assert said() == [
            ("person.suspended", "Spam."), ("person.restored", "A mistake."), ("person.edited", "name"),
            ("person.signed_out", ""),
        ]  # fmt: skip

    def test_acts_on_work(self, ann: Who, carl: Who, sam: Who) -> None:
        done = cast.moved(cast.assigned(ann, carl), "in_progress", "completed", by=ann)
        review = review_contractor(job_id=done.pk, rating=1, comment="Bad.", by=ann.actor)
        hide_review(review_id=review.pk, reason="Rude.", by=sam.actor)
        show_review(review_id=review.pk, by=sam.actor)
        edit_job(job_id=cast.job_of(ann).pk, changes={"status": "cancelled", "cancel_reason": "A scam."}, by=sam.actor)
        assert said() == [("review.hidden", "Rude."), ("review.restored", ""), ("job.cancelled", "A scam.")]

    def test_others_are_not_watched(self, ann: Who) -> None:
        cast.moved(cast.job_of(ann), "cancelled", by=ann)
        suspend_person(person_id=ann.id, reason="By a timer.", by=SYSTEM)
        assert said() == []


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_written(sam: Who) -> None:
    with pytest.raises(transaction.TransactionManagementError):
        audit("person.suspended", target_type="user", target_id=1, by=sam.actor)
    assert said() == []


@pytest.mark.django_db(transaction=True)
def test_acts_at_the_same_moment_stand_one_after_another(sam: Who) -> None:
    people = [cast.homeowner() for _ in range(8)]

    def act(who: Who) -> None:
        suspend_person(person_id=who.id, reason="Spam.", by=sam.actor)
        connection.close()

    threads = [threading.Thread(target=act, args=[who]) for who in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert list(AuditRecord.objects.order_by("number").values_list("number", flat=True)) == list(range(1, 9))
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_auditrecord ENABLE TRIGGER audit_never_emptied")
    try:
        verify()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE accounts_auditrecord DISABLE TRIGGER audit_never_emptied")


@pytest.mark.usefixtures("guarded")
class TestTheChain:
    """The database refuses every change; what was changed behind its back is found."""

    @pytest.fixture(autouse=True)
    def _three(self, guarded: None, sam: Who) -> None:
        for _ in range(3):
            suspend_person(person_id=cast.homeowner().id, reason="Spam.", by=sam.actor)

    @pytest.mark.parametrize(
        "sql",
        [
            "UPDATE accounts_auditrecord SET act = 'nothing'",
            "UPDATE accounts_auditreason SET words = 'Nothing.'",
            "DELETE FROM accounts_auditrecord WHERE number = 3",
            "TRUNCATE accounts_auditrecord",
        ],
    )
    def test_the_database_refuses(self, sql: str) -> None:
        never = pytest.raises(DatabaseError, match="never changed")
        with never, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
        assert AuditRecord.objects.filter(reason__words="Spam.", act="person.suspended").count() == 3

    def test_it_is_whole(self, capsys: pytest.CaptureFixture[str]) -> None:
        verify()
        assert f"Its end: {end_of_chain()}" in capsys.readouterr().out

    @pytest.mark.parametrize(
        ("sql", "fault"),
        [
            ("UPDATE accounts_auditrecord SET act = 'nothing' WHERE number = 2", "2 was altered"),
            ("UPDATE accounts_auditreason SET words = 'Nothing.' WHERE record_id = 2", "reason of 2 was altered"),
            ("UPDATE accounts_auditrecord SET created_at = created_at + interval '1 s' WHERE number = 2", "2 was"),
            ("DELETE FROM accounts_auditrecord WHERE number = 2", "2 to 2 are missing"),
            ("UPDATE accounts_auditrecord SET previous = digest WHERE number = 3", "3 does not follow"),
        ],
    )
    def test_what_was_changed_is_found(self, sql: str, fault: str) -> None:
        behind_its_back(sql)
        with pytest.raises(CommandError, match=fault):
            verify()

    def test_reasons_go_with_whom_they_are_about_and_the_chain_is_whole(self) -> None:
        about = AuditRecord.objects.get(number=2).target_id
        erase_reasons_about(about)
        assert AuditRecord.objects.filter(reason__isnull=True).get().number == 2
        verify()

    def test_a_cut_at_the_end_is_found_by_an_end_that_was_noted(self) -> None:
        noted = str(end_of_chain())
        verify(since=noted)
        behind_its_back("DELETE FROM accounts_auditrecord WHERE number = 3")
        verify()
        with pytest.raises(CommandError, match="is not part of the chain"):
            verify(since=noted)

    def test_a_trigger_that_is_off_is_found(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE accounts_auditrecord DISABLE TRIGGER audit_never_changed")
        with pytest.raises(CommandError, match="audit_never_changed"):
            verify()
