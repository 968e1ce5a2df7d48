"""What staff decide on reports: done, told to both sides, written down, once."""

import threading
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.exceptions import NotHideable, ReportDecided, TargetGone
from accounts.models import AuditRecord, Report
from accounts.services.moderating import decide_report
from accounts.services.people import suspend_person
from accounts.services.reports import report
from core.errors import FieldErrors, Forbidden, NotFound
from jobs.services import review_contractor
from messaging.services import start_conversation
from notifications.models import Notification
from tests import cast
from tests.cast import Rest, Who, nothing_changes

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann() -> Who:
    return cast.homeowner(name="Ann Archer")


def reported(kind: str, pk: Any, by: Who) -> Report:
    return report(target_type=kind, target_id=pk, reason="abuse", by=by.actor)


def decide(one: Report, outcome: str, by: Who, reason: str = "Rude.") -> Report:
    return decide_report(report_id=one.pk, outcome=outcome, reason=reason, by=by.actor)


def told(who: Who) -> list[tuple[str, str]]:
    return list(Notification.objects.filter(person=who.id).order_by("pk").values_list("type", "body"))


def review_of(ann: Who, carl: Who) -> Any:
    done = cast.moved(cast.assigned(ann, carl), "in_progress", "completed", by=ann)
    return review_contractor(job_id=done.pk, rating=1, comment="Bad.", by=ann.actor)


class TestHiding:
    """What can be hidden goes from the public and comes back."""

    def test_a_review(self, rest: Rest, ann: Who, carl: Who, sam: Who) -> None:
        review = review_of(ann, carl)
        one = reported("review", review.pk, carl)
        decide(one, "hidden", sam)
        assert rest.get(f"contractors/{carl.id}/reviews").json()["data"] == []
        assert told(carl) == [("report.decided", "What you reported is not shown any more.")]
        assert told(ann) == [("moderation.hidden", "Rude.")]
        decide(one, "restored", sam, "A mistake.")
        assert len(rest.get(f"contractors/{carl.id}/reviews").json()["data"]) == 1
        assert told(ann)[1:] == [("moderation.restored", "A mistake.")]
        acts = list(AuditRecord.objects.order_by("number").values_list("act", "reason__words"))
        assert acts == [
            ("review.hidden", "Rude."), ("report.hidden", "Rude."),
            ("review.restored", "A mistake."), ("report.restored", "A mistake."),
        ]  # fmt: skip

    def test_a_job_stays_hidden_when_its_owner_comes_back(self, rest: Rest, ann: Who, carl: Who, sam: Who) -> None:
        job = cast.job_of(ann)
        one = reported("job", job.pk, carl)
        decide(one, "hidden", sam)
        assert rest.get(f"jobs/{job.pk}").status_code == 404
        assert rest.get(f"jobs/{job.pk}", by=ann).status_code == 200
        again = reported("user", ann.id, carl)
        decide(again, "suspended", sam)
        decide(again, "restored", sam)
        assert rest.get(f"jobs/{job.pk}").status_code == 404
        decide(one, "restored", sam)
        assert rest.get(f"jobs/{job.pk}").status_code == 200

    def test_a_shown_job_of_a_suspended_owner_stays_away(self, rest: Rest, ann: Who, carl: Who, sam: Who) -> None:
        job = cast.job_of(ann)
        one = reported("job", job.pk, carl)
        decide(one, "hidden", sam)
        suspend_person(person_id=ann.id, reason="Spam.", by=sam.actor)
        decide(one, "restored", sam)
        assert rest.get(f"jobs/{job.pk}").status_code == 404

    def test_messages_bids_and_people_are_not_hidden(self, ann: Who, carl: Who, sam: Who) -> None:
        talk, _ = start_conversation(user_id=carl.id, text="You fool.", by=ann.actor)
        bid = cast.bid_of(carl, cast.job_of(ann))
        for one in (
            reported("message", talk.messages.get().pk, carl),
            reported("bid", bid.pk, ann),
            reported("user", ann.id, carl),
        ):
            with nothing_changes(), pytest.raises(NotHideable):
                decide(one, "hidden", sam)


class TestOtherActs:
    """Warn, suspend, dismiss."""

    def test_a_warning_is_told_with_its_reason_and_without_the_reporter(self, ann: Who, carl: Who, sam: Who) -> None:
        talk, _ = start_conversation(user_id=carl.id, text="You fool.", by=ann.actor)
        decide(reported("message", talk.messages.get().pk, carl), "warned", sam, "Stay polite.")
        assert told(ann) == [("moderation.warned", "Stay polite.")]
        assert told(carl) == [("report.decided", "We have warned who wrote it.")]

    def test_suspending_shuts_the_author_out(self, rest: Rest, ann: Who, carl: Who, sam: Who) -> None:
        one = reported("job", cast.job_of(ann).pk, carl)
        _ = ann.headers
        decide(one, "suspended", sam)
        assert rest.get("users/me", by=ann).status_code == 401
        decide(one, "restored", sam)
        assert ann.person.suspended_at is None

    def test_a_dismissal_is_told_to_the_reporter_alone(self, ann: Who, carl: Who, sam: Who) -> None:
        decide(reported("user", ann.id, carl), "dismissed", sam, "Fine.")
        assert told(carl) == [("report.decided", "We found nothing that breaks our rules.")]
        assert told(ann) == []

    def test_of_what_is_gone_only_a_dismissal_is_left(self, ann: Who, carl: Who, sam: Who) -> None:
        one = Report.objects.create(reporter_id=carl.id, target_type="job", target_id=uuid4(), reason="spam")
        with nothing_changes(), pytest.raises(TargetGone):
            decide(one, "warned", sam)
        assert decide(one, "dismissed", sam).closed_at is not None


class TestRefusals:
    """Staff alone, for a reason, once."""

    @pytest.fixture
    def one(self, ann: Who, carl: Who) -> Report:
        return reported("user", ann.id, carl)

    def test_nobody_else(self, one: Report, ann: Who, carl: Who) -> None:
        for who in (ann, carl):
            with nothing_changes(), pytest.raises(Forbidden):
                decide(one, "dismissed", who)

    def test_no_reason_and_no_report(self, one: Report, sam: Who) -> None:
        with nothing_changes(), pytest.raises(FieldErrors):
            decide(one, "warned", sam, "  ")
        with nothing_changes(), pytest.raises(NotFound):
            decide_report(report_id=uuid4(), outcome="warned", reason="x", by=sam.actor)

    def test_the_same_again_changes_nothing_and_another_is_refused(self, one: Report, sam: Who) -> None:
        decide(one, "warned", sam)
        with nothing_changes():
            decide(one, "warned", sam)
            with pytest.raises(ReportDecided):
                decide(one, "suspended", sam)

    def test_nobody_decides_on_what_is_their_own(self, carl: Who, sam: Who) -> None:
        one = reported("user", sam.id, carl)
        with nothing_changes(), pytest.raises(Forbidden):
            decide(one, "dismissed", sam)

    def test_staff_do_not_shut_each_other_out(self, carl: Who, sam: Who) -> None:
        one, kim = reported("user", sam.id, carl), cast.staff()
        with nothing_changes(), pytest.raises(Forbidden):
            decide(one, "suspended", kim)
        decide(one, "suspended", cast.staff(is_superuser=True))
        assert sam.person.suspended_at is not None


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_decides() -> None:
    ann, carl = cast.homeowner(), cast.contractor()
    one, outcomes = reported("user", ann.id, carl), []
    start = threading.Barrier(2)

    def act(outcome: str) -> None:
        who = cast.staff()
        start.wait()
        try:
            decide(one, outcome, who)
            outcomes.append(outcome)
        except ReportDecided:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=[outcome]) for outcome in ("suspended", "dismissed")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert outcomes.count("refused") == 1
    decided = Report.objects.get().outcome
    assert decided in outcomes
    assert (ann.person.suspended_at is not None) == (decided == "suspended")
    assert AuditRecord.objects.filter(target_type="report").count() == 1


class TestTheQueue:
    """In the admin."""

    @pytest.fixture
    def browser(self) -> Client:
        client = Client()
        client.force_login(cast.staff(is_superuser=True).person)
        return client

    def test_a_message_stands_among_its_neighbours(self, browser: Client, ann: Who, carl: Who) -> None:
        from messaging.services import send_message

        talk, _ = start_conversation(user_id=carl.id, text="Good day.", by=ann.actor)
        message = send_message(conversation_id=talk.message_id, text="You fool.", by=ann.actor)
        message = message[0] if isinstance(message, tuple) else message
        one = reported("message", message.message_id, carl)
        page = browser.get(reverse("admin:accounts_report_change", args=[one.message_id])).content.decode()
        assert "<strong>You fool.</strong>" in page
        assert "<dd>Good day.</dd>" in page
        assert "was reported:\n      undecided 1" in page

    def test_several_at_once_each_by_itself(self, browser: Client, ann: Who, bob: Who, carl: Who) -> None:
        mine = [reported("job", cast.job_of(ann).pk, carl), reported("user", bob.id, carl)]
        answer = browser.post(
            reverse("admin:accounts_report_changelist"),
            {"action": "hide", "reason": "A scam.", "_selected_action": [str(one.pk) for one in mine]},
            follow=True,
        )
        page = answer.content.decode()
        assert "Hidden: abuse of job" in page
        assert "Only jobs and reviews can be hidden" in page
        assert list(Report.objects.order_by("pk").values_list("outcome", flat=True)) == ["hidden", None]

    def test_from_its_own_page(self, browser: Client, ann: Who, carl: Who) -> None:
        one = reported("user", ann.id, carl)
        address = reverse("admin:accounts_report_decide", args=[one.pk])
        assert browser.get(address).status_code == 405
        assert browser.post(address, {"outcome": "eaten", "reason": "x"}).status_code == 400
        assert b"Say why." in browser.post(address, {"outcome": "warned"}, follow=True).content
        answer = browser.post(address, {"outcome": "warned", "reason": "Stay polite."}, follow=True)
        assert b"Done: warn its author." in answer.content
        assert told(ann) == [("moderation.warned", "Stay polite.")]

    def test_the_page_of_one_that_is_not_there(self, browser: Client) -> None:
        assert browser.get(reverse("admin:accounts_report_change", args=[uuid4()])).status_code == 302
