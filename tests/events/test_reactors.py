"""Reactors: every event once and in order, however many workers there are and whatever is killed."""

import tempfile
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.db import connection, transaction
from django.utils import timezone

from core.models import OutgoingMail
from events import publishing
from events.models import ReactorPosition, RecordedEvent
from events.reactors import REACTORS, STRETCH, Reactor, newest_position, reactor
from mintenance.launcher.places import PASSABLE
from tests.faults.people import Person, make_people
from tests.harness.site import Site, site


def happen(count: int, kind: str = "job.posted") -> list[uuid.UUID]:
    """So many events, published."""
    made = RecordedEvent.objects.bulk_create(
        RecordedEvent(type=kind, resource_type="job", resource_id=uuid.uuid4(), is_public=False, audience=[], data={}, seen_by={})
        for _ in range(count)
    )  # fmt: skip
    publishing.publish()
    return [event.pk for event in made]


def write(events: Sequence[RecordedEvent]) -> None:
    """A row for each event, in the transaction of the reactor."""
    now = timezone.now()
    OutgoingMail.objects.bulk_create(
        OutgoingMail(kind="heard", person_id=event.pk, created_at=now, next_attempt_at=now) for event in events
    )


def heard() -> list[uuid.UUID]:
    return list(OutgoingMail.objects.order_by("pk").values_list("person_id", flat=True))


def position(name: str = "test") -> int:
    return ReactorPosition.objects.get(pk=name).position


@pytest.mark.django_db
class TestOne:
    """A single worker."""

    def test_it_hears_of_each_event_once_and_in_order(self) -> None:
        one = Reactor("test", None, write)
        made = happen(5)
        assert (one.run(), one.run()) == (5, 0)
        made += happen(3)
        assert one.run() == 3
        assert heard() == made
        assert position() == newest_position() == 8

    def test_it_hears_of_its_own_types_and_passes_over_the_others(self) -> None:
        one = Reactor("test", ("job.posted",), write)
        happen(2, "job.created")
        made = happen(1)
        happen(2, "job.created")
        assert one.run_once() == 5
        assert heard() == made

    def test_many_come_in_stretches(self) -> None:
        sizes: list[int] = []
        one = Reactor("test", None, lambda events: sizes.append(len(events)))
        happen(2 * STRETCH + 1)
        assert one.run() == 2 * STRETCH + 1
        assert sizes == [STRETCH, STRETCH, 1]

    def test_what_has_no_position_waits(self) -> None:
        happen(1)
        RecordedEvent.objects.update(position=None)
        assert Reactor("test", None, write).run() == 0

    def test_one_that_raises_keeps_its_place_and_leaves_nothing(self) -> None:
        made = happen(3)
        ill = True

        def react(events: Sequence[RecordedEvent]) -> None:
            write(events)
            if ill:
                raise RuntimeError("ill")

        one = Reactor("test", None, react)
        for _ in range(2):
            with pytest.raises(RuntimeError):
                one.run()
        assert (heard(), position()) == ([], 0)
        ill = False
        assert one.run() == 3
        assert heard() == made

    def test_each_has_a_position_of_its_own(self) -> None:
        made = happen(2)
        Reactor("test", None, write).run()
        Reactor("other", None, write).run()
        assert Counter(heard()) == dict.fromkeys(made, 2)

    def test_forgotten_events_are_no_obstacle(self) -> None:
        one = Reactor("test", None, write)
        happen(3)
        RecordedEvent.objects.filter(position__lt=3).delete()
        assert one.run() == 3
        assert len(heard()) == 1

    def test_two_of_one_name_are_refused(self) -> None:
        with pytest.raises(TypeError):
            reactor("notifications")(write)
        assert REACTORS["notifications"].react is not write

    def test_nothing_to_do_costs_two_looks(self, django_assert_num_queries: Any) -> None:
        one = Reactor("test", None, write)
        happen(1)
        one.run()
        with django_assert_num_queries(2):
            one.run()


@pytest.mark.django_db(transaction=True)
class TestSeveral:
    """Workers side by side, on connections of their own."""

    def test_one_that_is_at_work_is_left_alone(self) -> None:
        happen(1)
        one = Reactor("test", None, write)
        one.run()
        happen(1)
        with transaction.atomic():
            list(ReactorPosition.objects.select_for_update())
            found: list[int] = []
            other = threading.Thread(target=lambda: (found.append(one.run()), connection.close()))
            other.start()
            other.join(10)
        assert found == [0]
        assert one.run() == 1

    def test_each_event_is_heard_once_while_more_are_written(self) -> None:
        one, stop, made = Reactor("test", None, write), threading.Event(), []

        def work() -> None:
            while not stop.is_set() or one.run():
                one.run_once()
            connection.close()

        def talk() -> None:
            for _ in range(40):
                made.extend(happen(10))
            connection.close()

        workers = [threading.Thread(target=work) for _ in range(4)]
        talkers = [threading.Thread(target=talk) for _ in range(2)]
        for thread in (*workers, *talkers):
            thread.start()
        for thread in talkers:
            thread.join(60)
        stop.set()
        for thread in workers:
            thread.join(60)
        order = list(RecordedEvent.objects.order_by("position").values_list("pk", flat=True))
        assert len(order) == len(made) == 800
        assert heard() == order


@pytest.fixture(scope="module")
def real() -> Iterator[Site]:
    """A site whose processes each test starts."""
    with tempfile.TemporaryDirectory(prefix="mintenance-reactors-") as folder:
        Path(folder).chmod(PASSABLE)
        with site(Path(folder), webs=0) as running:
            yield running


def post_job(url: str, owner: Person) -> str:
    body = {
        "title": "Mend a dripping tap", "description": "It drips.", "category": "plumbing", "budget": 120,
        "location": {"lat": 51.5, "lng": -0.14}, "status": "posted",
    }  # fmt: skip
    answer = httpx.post(f"{url}/api/v2/jobs", json=body, headers=owner.headers)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["data"]["id"])


def told_of(real: Site, jobs: Sequence[str]) -> Counter[str]:
    rows = real.sql(
        "SELECT resource_id::text FROM notifications_notification WHERE resource_id = ANY(%s::uuid[])", [list(jobs)]
    )
    return Counter(row[0] for row in rows)


def wait_until_told(real: Site, jobs: Sequence[str], times: int) -> None:
    deadline = time.monotonic() + 20
    while told_of(real, jobs) != dict.fromkeys(jobs, times):
        assert time.monotonic() < deadline, (told_of(real, jobs), real.log.read_text()[-2000:])
        time.sleep(0.1)
    time.sleep(1.5)  # for whoever would do it again
    assert told_of(real, jobs) == dict.fromkeys(jobs, times)


def everybody_looks_for_everything(real: Site, people: Sequence[Person]) -> None:
    real.sql(
        "INSERT INTO jobs_savedsearch (id, person_id, name, categories, looks_in, lats, lngs)"
        " SELECT gen_random_uuid(), p, 'Mine', '{}', '{plumbing}', '(,)', '(,)' FROM unnest(%s::uuid[]) AS p",
        [[one.id for one in people]],
    )


def test_a_worker_tells_soon(real: Site) -> None:
    (ann,), (carl,) = make_people(real, "homeowner", 1), make_people(real, "contractor", 1)
    everybody_looks_for_everything(real, [carl])
    url, took = real.start_web(), []
    real.start_worker()
    for _ in range(10):
        job, answered = post_job(url, ann), time.monotonic()
        while not told_of(real, [job]):
            assert time.monotonic() < answered + 5, real.log.read_text()[-2000:]
            time.sleep(0.01)
        took.append(time.monotonic() - answered)
    assert sorted(took)[5] < 1, took
    real.sql("DELETE FROM jobs_savedsearch")


def test_killed_in_the_middle_it_is_done_once_by_whoever_is_left(real: Site) -> None:
    """Two workers die with the rows made and not committed; two more, side by side, go on."""
    real.stop()
    (ann,), searchers = make_people(real, "homeowner", 1), make_people(real, "contractor", 5)
    everybody_looks_for_everything(real, searchers)
    url, jobs = real.start_web(), []
    for _ in range(2):
        jobs.append(post_job(url, ann))
        doomed = real.start_worker(FAILPOINT="events.reacted:kill9@1")
        assert doomed.wait(30) == -9
        assert told_of(real, jobs) == {}
    for _ in range(2):
        real.start_worker()
    wait_until_told(real, jobs, times=5)
    more = [post_job(url, ann) for _ in range(20)]
    wait_until_told(real, more, times=5)
    told = real.sql(
        "SELECT count(*), count(DISTINCT resource_id) FROM events_recordedevent"
        " WHERE type = 'notification.created' AND audience[1] = ANY(%s)",
        [[one.id for one in searchers]],
    )
    assert told == [(5 * 22, 5 * 22)]
    assert real.failures() == []
