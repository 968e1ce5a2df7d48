"""How lists are searched, counted and sorted, and what they do not show."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Person, Session
from accounts.services.reports import report
from core.admin import counting, searching
from events import publishing
from events.models import RecordedEvent
from jobs.models import Job
from messaging.services import start_conversation
from notifications.models import Notification
from notifications.subscribers import tell_people
from tests import cast
from tests.admin.browsers import browser_of
from tests.admin.test_admin import address
from tests.cast import Who
from webhooks.models import Attempt, Delivery, Endpoint

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser() -> Client:
    return browser_of(cast.staff(name="Robin Keeper", is_superuser=True))


def found(browser: Client, model: Any, **query: str) -> list[Any]:
    answer = browser.get(address(model, "changelist"), query)
    assert answer.status_code == 200
    return list(answer.context["cl"].result_list)


class TestSearching:
    """Each word must be found, by one of the columns."""

    def test_a_part_of_a_name_or_an_address(self, browser: Client, ann: Who, bob: Who) -> None:
        assert found(browser, Person, q="rch") == [ann.person]
        assert found(browser, Person, q="ann ARCHER") == [ann.person]
        assert found(browser, Person, q='"ann baker"') == []
        assert found(browser, Person, q="an") == [ann.person], "two letters are a beginning"
        assert found(browser, Person, q=ann.person.email) == [ann.person]

    def test_an_id(self, browser: Client, ann: Who, bob: Who) -> None:
        assert found(browser, Person, q=str(bob.id)) == [bob.person]

    def test_by_another_table(self, browser: Client, ann: Who, bob: Who) -> None:
        job, _ = cast.job_of(ann), cast.job_of(bob)
        assert found(browser, Job, q="archer") == [job]
        assert found(browser, Job, q="archer dripping") == [job]
        assert found(browser, Job, q="archer boiler") == []

    @pytest.mark.parametrize("word", ["%", "_", "\\", "'", '"', "99999999999999999999", "10.0.0.300", "é" * 300])
    def test_odd_words_find_nothing_and_break_nothing(self, browser: Client, ann: Who, word: str) -> None:
        _ = ann.access_token, cast.job_of(ann)
        for model in (Person, Session, Job, RecordedEvent):
            assert found(browser, model, q=f"x{word}") == []
            browser.get(address(model, "changelist"), {"q": word})

    def test_what_was_left_out_is_said(self, browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(searching, "MOST_BEHIND", 2)
        for _ in range(3):
            cast.job_of(cast.homeowner(name="Many Smith"))
        answer = browser.get(address(Job, "changelist"), {"q": "smith"})
        assert len(answer.context["cl"].result_list) == 2
        assert "More than 2 people answer to “smith”" in answer.content.decode()


class TestCounting:
    """No further than is cheap, and in words beyond."""

    @pytest.fixture(autouse=True)
    def _three(self, monkeypatch: pytest.MonkeyPatch, ann: Who) -> None:
        monkeypatch.setattr(counting, "EXACT_UP_TO", 2)
        for _ in range(3):
            cast.job_of(ann)

    def test_a_part_of_a_table(self, browser: Client) -> None:
        page = browser.get(address(Job, "changelist"), {"status__exact": "posted"}).content.decode()
        assert "more than 2 jobs" in page

    def test_a_whole_table(self, browser: Client) -> None:
        assert "about 3 jobs" in browser.get(address(Job, "changelist")).content.decode()

    def test_few_rows_are_counted(self, browser: Client, ann: Who) -> None:
        page = browser.get(address(Job, "changelist"), {"q": str(Job.objects.first().pk)}).content.decode()
        assert "1 result" in page


def test_columns_without_an_index_do_not_sort(browser: Client, ann: Who) -> None:
    low, high = cast.job_of(ann, title="A thing", budget=60), cast.job_of(ann, title="B thing", budget=50)
    assert found(browser, Job, o="0") == [high, low], "by title: as without it"
    assert found(browser, Job, o="-3") == [low, high]
    assert found(browser, Job, o="3") == [high, low]
    assert found(browser, Job, o="x.-99") == [high, low]


def test_what_people_write_is_shown_once_it_was_reported(browser: Client, ann: Who, carl: Who) -> None:
    talk, _ = start_conversation(user_id=carl.id, text="You fool.", by=ann.actor)
    publishing.publish()
    tell_people.run_once()
    pages = [address(Notification, "change", Notification.objects.get(type="message.created").pk)]
    event = RecordedEvent.objects.get(type="message.created")
    hook = Endpoint.objects.create(
        person_id=carl.id, url="https://example.org/", events=["*"], secret=b"x", after_position=0
    )
    sent = Delivery.objects.create(
        endpoint=hook, event_id="evt_1", event_type=event.type, resource_id=event.resource_id, body='"You fool."'
    )
    Attempt.objects.create(
        delivery=sent, number=1, latency_ms=5, started_at=event.created_at, response_body="I got: You fool."
    )
    pages += [address(RecordedEvent, "change", event.pk), address(Delivery, "change", sent.pk)]
    for page in pages:
        answer = browser.get(page)
        assert answer.status_code == 200
        assert "You fool." not in answer.content.decode()
    report(target_type="message", target_id=talk.messages.get().pk, reason="abuse", by=carl.actor)
    for page in pages[1:]:
        assert "You fool." in browser.get(page).content.decode()
    assert "I got: You fool." in browser.get(pages[2]).content.decode()


def test_a_public_event_shows_what_it_says(browser: Client, ann: Who) -> None:
    cast.job_of(ann)
    event = RecordedEvent.objects.get(type="job.posted")
    assert "Mend a dripping tap" in browser.get(address(RecordedEvent, "change", event.pk)).content.decode()


def test_every_page_has_the_icon(browser: Client) -> None:
    for client, page in ((browser, "/admin/"), (Client(), "/admin/login/")):
        assert 'rel="icon" href="/static/icon' in client.get(page).content.decode()
