"""GET users/me/export: all that is held about oneself, from a register that knows every field of every table."""

import asyncio
import json
import time
import tracemalloc
from io import BytesIO
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import AsyncRequestFactory

from accounts.services import exporting
from core import downloads
from core.holdings import HOLDINGS
from tests import cast
from tests.cast import STRANGER, Rest, Who, nothing_changes, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann() -> Who:
    return cast.homeowner(name="Ann Archer", email="ann@example.org")


def exported(rest: Rest, by: Who) -> Any:
    answer = rest.get("users/me/export", by=by)
    assert answer.status_code == 200, answer.content
    return json.loads(answer.getvalue())["data"]


class TestRegister:
    """core/holdings.py and each app's personal_data.py."""

    @pytest.mark.parametrize("model", apps.get_models(), ids=lambda model: model._meta.label)
    def test_every_field_of_every_table_is_in_it_once(self, model: Any) -> None:
        fields = {field.name for field in (*model._meta.concrete_fields, *model._meta.many_to_many)}
        known = HOLDINGS[model._meta.label].known
        assert sorted(known) == sorted(fields)

    def test_it_knows_no_table_that_is_not_there(self) -> None:
        assert set(HOLDINGS) == {model._meta.label for model in apps.get_models()}

    def test_sections_have_names_of_their_own(self) -> None:
        names = [section.name for holding in HOLDINGS.values() for section in holding.sections]
        assert len(set(names)) == len(names) >= 12

    def test_what_is_withheld_has_a_reason(self) -> None:
        assert [why for holding in HOLDINGS.values() for why in holding.withheld.values() if len(why) < 8] == []


class TestExport:
    """What somebody gets."""

    def test_an_owners(self, rest: Rest, ann: Who, carl: Who) -> None:
        job = cast.moved(cast.assigned(ann, carl), "in_progress", "completed", by=ann)
        rest.post("reports", {"targetType": "user", "targetId": str(carl.id), "reason": "spam"}, by=ann)
        rest.post("jobs", cast.JOB, by=ann, idempotency_key="k", x_request_id="r")
        data = exported(rest, ann)
        assert (data["account"]["email"], data["account"]["name"]) == ("ann@example.org", "Ann Archer")
        assert data["profile"] is None
        mine = next(row for row in data["jobs"] if row["id"] == str(job.pk))
        assert (mine["address"], mine["lat"], mine["budget"], mine["ownerId"]) == (
            "1 The Mall",
            51.501364,
            120,
            str(ann.id),
        )
        assert [row["key"] for row in data["keptAnswers"]] == ["k"]
        assert [row["targetId"] for row in data["reports"]] == [str(carl.id)]
        assert {row["resourceType"] for row in data["events"]} == {"job", "bid", "conversation"}
        assert "r" in {row["requestId"] for row in data["requests"]}
        assert data["bids"] == []
        assert len(data["bidsDecided"]) == 1
        assert len(data["sessions"]) == 1

    def test_a_contractors(self, rest: Rest, ann: Who, carl: Who) -> None:
        cast.bid_of(carl, cast.job_of(ann), message="I can.")
        carl.with_key("bids:read")
        data = exported(rest, carl)
        assert [row["message"] for row in data["bids"]] == ["I can."]
        assert data["profile"]["businessName"] == "Carl Carter Ltd"
        assert [row["name"] for row in data["apiKeys"]] == ["A program"]
        assert data["jobs"] == []

    def test_no_secret_and_nobody_elses(self, rest: Rest, ann: Who, bob: Who, carl: Who, dora: Who) -> None:
        job = cast.job_of(ann)
        cast.bid_of(carl, job, message="Carl's sealed offer")
        cast.bid_of(dora, job, message="Dora's sealed offer")
        cast.job_of(bob, title="Bob's own draft", status="draft")
        carl.with_key("bids:read")
        whole = json.dumps(exported(rest, carl))
        for word in ("Dora", "Bob", "The Mall", "ann@example.org", "argon2", "digest", "password"):
            assert word not in whole, word
        assert "Carl's sealed offer" in whole

    def test_it_is_a_file_that_nobody_keeps(self, rest: Rest, ann: Who) -> None:
        answer = rest.get("users/me/export", by=ann)
        assert answer["Content-Type"] == "application/json"
        assert answer["Content-Disposition"].startswith('attachment; filename="mintenance-')
        assert answer["Cache-Control"] == "private, no-store"

    def test_people_only(self, rest: Rest, carl: Who) -> None:
        key = carl.with_key("profile:write", "jobs:read", "bids:read", "events:read", "messages:read", "analytics:read")
        with nothing_changes():
            refused(rest.get("users/me/export", by=STRANGER), 401, "not_authenticated")
            refused(rest.get("users/me/export", by=key), 403, "insufficient_scope")
            refused(rest.get("users/me/export?userId=1", by=carl), 400, "invalid_parameter")

    def test_five_in_a_quarter_of_an_hour(self, rest: Rest, ann: Who, bob: Who) -> None:
        answers = [rest.get("users/me/export", by=ann) for _ in range(6)]
        assert [answer.status_code for answer in answers] == [200] * 5 + [429]
        assert answers[0]["RateLimit-Policy"] == '"export";q=5;w=900'
        assert rest.get("users/me/export", by=bob).status_code == 200
        assert rest.get("users/me", by=ann).status_code == 200

    def test_what_fails_half_way_is_no_file(self, rest: Rest, ann: Who, monkeypatch: Any) -> None:
        pieces = exporting._pieces

        def failing(person_id: Any) -> Any:
            yield from list(pieces(person_id))[:5]
            raise RuntimeError

        monkeypatch.setattr(exporting, "_pieces", failing)
        answer = rest.get("users/me/export", by=ann)
        assert (answer.status_code, answer["Content-Type"]) == (500, "application/problem+json")


def test_ten_thousand_rows_in_little_memory_within_seconds(rest: Rest, ann: Who) -> None:
    job = cast.job_of(ann)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO jobs_job (id, owner_id, title, description, category, budget, status, lat, lng, bidding_round, hidden)"
            " SELECT gen_random_uuid(), owner_id, title, repeat(description, 20), category, budget, 'draft', lat, lng, 0, false"
            " FROM jobs_job, generate_series(1, 10000) WHERE id = %s",
            [job.pk],
        )
    answer = rest.get("users/me/export", by=cast.Who(ann.id, ann.role))
    assert answer.streaming
    assert len(answer.getvalue()) == int(answer["Content-Length"])
    began = time.monotonic()
    tracemalloc.start()
    file = exporting.export_myself(by=ann.actor)
    size = file.seek(0, 2)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size > 10_000_000
    took = time.monotonic() - began
    assert peak < 4_000_000
    assert took < 10
    file.close()
    assert len(exported(rest, ann)["jobs"]) == 10_001


def test_a_large_file_comes_in_pieces_under_asgi_too(monkeypatch: Any) -> None:
    monkeypatch.setattr(downloads, "WHOLE", 100)
    monkeypatch.setattr(downloads, "PIECE", 64)
    request: Any = AsyncRequestFactory().get("/")
    response: Any = downloads.download(request, BytesIO(b"x" * 500), name="a.json", content_type="application/json")

    async def pieces() -> list[bytes]:
        return [piece async for piece in response]

    assert [len(piece) for piece in asyncio.run(pieces())] == [64] * 7 + [52]
    assert (response["Content-Length"], response.is_async) == ("500", True)
