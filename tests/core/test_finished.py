"""Finished answers: kept for strangers while nothing is committed, and for nobody else."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import finished
from tests import cast
from tests.cast import Rest

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _the_real_site(settings: Any, monkeypatch: Any) -> None:
    settings.ROOT_URLCONF, settings.FINISHED_ANSWERS = "mintenance.urls", True
    monkeypatch.setattr(finished, "FINISHED", finished.Finished())


def statements(rest: Rest, path: str, **more: Any) -> tuple[Any, int]:
    with CaptureQueriesContext(connection) as queries:
        answer = rest.get(path, **more)
    return answer, len(queries)


def asked_again(rest: Rest, path: str, **more: Any) -> Any:
    """Once more, with the one statement that looks at the snapshot. That is the cluster's, where another process of this
    run commits too: then what was kept is made anew, and asked for once more."""
    for _ in range(50):
        answer, count = statements(rest, path, **more)
        if count == 1:
            return answer
    raise AssertionError(f"nothing is kept: {count} statements each time")


def ask_twice(rest: Rest, path: str) -> Any:
    """Once to be kept, once from what is kept."""
    rest.get(path)
    return rest.get(path)


def test_the_third_asking_only_looks_at_the_snapshot(rest: Rest) -> None:
    cast.job_of(cast.homeowner())
    kept = ask_twice(rest, "jobs")
    again = asked_again(rest, "jobs")
    assert again.content == kept.content
    own = {"RateLimit", "X-Request-ID"}
    assert {n: v for n, v in again.headers.items() if n not in own} == {
        n: v for n, v in kept.headers.items() if n not in own
    }
    assert again["RateLimit"] != kept["RateLimit"], "each is counted"


def test_a_commit_is_seen_at_once(rest: Rest) -> None:
    ann = cast.homeowner()
    cast.job_of(ann)
    ask_twice(rest, "jobs")
    cast.job_of(ann)
    assert rest.get("jobs").json()["meta"]["total"] == 2


def test_a_write_of_this_process_is_seen_though_the_snapshot_was_just_looked_at(rest: Rest, settings: Any) -> None:
    settings.FINISHED_SECONDS = 3600
    ann = cast.homeowner()
    ask_twice(rest, "jobs")
    assert rest.post("jobs", {**cast.JOB, "status": "posted"}, by=ann).status_code == 201
    assert rest.get("jobs").json()["meta"]["total"] == 1


def test_the_signed_in_get_their_own(rest: Rest) -> None:
    ann = cast.homeowner()
    cast.job_of(ann)
    ask_twice(rest, "jobs")
    mine = rest.get("jobs", by=ann)
    assert mine.json()["data"][0]["location"]["address"] == "1 The Mall"
    assert "address" not in rest.get("jobs").json()["data"][0]["location"]
    assert mine["Cache-Control"] == "private, no-store"


def test_what_differs_by_a_header_is_kept_apart(rest: Rest) -> None:
    ann = cast.homeowner()
    for _ in range(3):
        cast.job_of(ann)
    ask_twice(rest, "/api/jobs")
    assert rest.get("/api/jobs", api_version="2")["Api-Version"] == "2"
    assert rest.get("/api/jobs")["Api-Version"] == "1"
    assert rest.get("/api/jobs", accept_encoding="gzip").get("Content-Encoding") == "gzip"
    assert rest.get("/api/jobs").get("Content-Encoding") is None


def test_a_client_that_has_it_gets_a_304(rest: Rest) -> None:
    tag = ask_twice(rest, "jobs")["ETag"]
    answer = asked_again(rest, "jobs", if_none_match=tag)
    assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", tag)
    assert rest.get("jobs", if_none_match='"another"').status_code == 200


def test_limits_hold(rest: Rest, settings: Any) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "anonymous": (5, 900)}
    assert [rest.get("jobs").status_code for _ in range(7)] == [200] * 5 + [429] * 2


def test_refusals_and_private_answers_are_not_kept(rest: Rest) -> None:
    for path in ("jobs?colour=red", "jobs/0192d5f0-0000-7000-8000-000000000000", "bids"):
        first = ask_twice(rest, path)
        assert first.status_code >= 400
        assert rest.get(path).json()["requestId"] != first.json()["requestId"]


def test_the_room_is_bounded(monkeypatch: Any) -> None:
    monkeypatch.setattr(finished, "MOST_BYTES", 1000)
    kept = finished.Finished()
    for number in range(50):
        kept.find(number)
        kept.keep(number, finished.Answer("s", {}, b"x" * 100, None))
    assert kept._bytes <= 1000
    assert sum(answer is not None for answer in kept._answers.values()) == 10
