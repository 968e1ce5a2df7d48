"""People of a real site, made in bulk by SQL with tokens of their own, and requests by many of them at once."""

import asyncio
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from accounts import tokens
from core.ids import uuid7
from tests.harness.site import Site


@dataclass(frozen=True)
class Person:
    """Somebody signed in."""

    id: uuid.UUID
    role: str
    session: uuid.UUID

    @property
    def pair(self) -> tokens.Pair:
        return tokens.make_pair(person_id=self.id, role=self.role, session_id=self.session, generation=0)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.pair.access}"}


def make_people(site: Site, role: str, count: int) -> list[Person]:
    """So many people of this role, contractors with profiles."""
    people = [Person(uuid7(), role, uuid7()) for _ in range(count)]
    ids, sessions = [one.id for one in people], [one.session for one in people]
    site.sql(
        "INSERT INTO accounts_person (id, email, name, role, password, is_superuser, suspended_reason)"
        " SELECT id, id || '@example.org', 'Somebody', %s, '!', false, '' FROM unnest(%s::uuid[]) AS id",
        [role, ids],
    )
    site.sql(
        "INSERT INTO accounts_session (id, person_id, generation, user_agent, expires_at, ended_because)"
        " SELECT s, p, 0, '', %s, '' FROM unnest(%s::uuid[], %s::uuid[]) AS given(s, p)",
        [datetime.now(UTC) + timedelta(days=1), sessions, ids],
    )
    if role == "contractor":
        site.sql(
            "INSERT INTO contractors_contractor (person_id, business_name, bio, skills, max_concurrent_jobs, verified, rating,"
            " review_count, completed_jobs) SELECT id, 'Somebody Ltd', '', '{}', 3, false, 0, 0, 0 FROM unnest(%s::uuid[]) AS id",
            [ids],
        )
    return people


JOB = {
    "title": "Mend a dripping tap", "description": "It drips.", "category": "plumbing", "budget": 120,
    "location": {"lat": 51.5, "lng": -0.14}, "status": "posted",
}  # fmt: skip


def make_job(site: Site, owner: Person) -> uuid.UUID:
    """A posted job, by REST."""
    answer = httpx.post(f"{site.urls[0]}/api/v2/jobs", json=JOB, headers=owner.headers)
    assert answer.status_code == 201, answer.text
    return uuid.UUID(answer.json()["data"]["id"])


def make_bids(site: Site, job: uuid.UUID, bidders: Sequence[Person]) -> list[uuid.UUID]:
    """A pending bid of each."""
    ids = [uuid7() for _ in bidders]
    site.sql(
        "INSERT INTO bids_bid (id, job_id, contractor_id, amount, message, status, stale, round)"
        " SELECT b, %s, c, 100, 'Me.', 'pending', false, 0 FROM unnest(%s::uuid[], %s::uuid[]) AS given(b, c)",
        [job, ids, [one.id for one in bidders]],
    )
    return ids


@dataclass(frozen=True)
class Ask:
    """One request of many: to which process, what."""

    url: str
    headers: dict[str, str]
    body: Any = None
    method: str = "POST"


def all_at_once(asks: Sequence[Ask]) -> list[httpx.Response]:
    """Send them together, each over a connection of its own; the answers in the same order."""

    async def run() -> list[httpx.Response]:
        limits = httpx.Limits(max_connections=len(asks))
        async with httpx.AsyncClient(limits=limits, timeout=60, trust_env=False) as client:
            one = (client.request(a.method, a.url, headers=a.headers, json=a.body) for a in asks)
            return list(await asyncio.gather(*one))

    return asyncio.run(run())
