"""The standing cast: people who are signed in, and what they can do to a job by its own services."""

import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts import keys, tokens
from accounts.actors import Actor
from accounts.models import ApiKey, Person, Session
from bids.models import Bid
from bids.services import accept_bid, submit_bid
from contractors.models import Contractor
from events.models import RecordedEvent
from jobs.models import Job
from jobs.services import create_job, edit_job

PASSWORD = "a long walk on the shore"
HASH = "argon2$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHRzb21l$unusable"  # nobody signs in with it; hashing takes long
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Who:
    """Somebody who calls: a person, or with `key` a program of theirs. `Who()` is a stranger."""

    id: UUID | None = None
    role: str = ""
    key: str = ""
    scopes: frozenset[str] | None = field(default=None)

    @property
    def person(self) -> Person:
        return Person.objects.get(pk=self.id)

    @property
    def actor(self) -> Actor:
        """For services."""
        return Actor(id=self.id, role=self.role, is_staff=self.role == "staff", scopes=self.scopes)

    @cached_property
    def headers(self) -> dict[str, str]:
        """For the REST door: a bearer token of a session of their own, or the key."""
        if self.key:
            return {"authorization": f"Api-Key {self.key}"}
        return {"authorization": f"Bearer {self.access_token}"} if self.id else {}

    @cached_property
    def access_token(self) -> str:
        assert self.id is not None
        session = Session.objects.create(person_id=self.id, expires_at=timezone.now() + timedelta(days=1))
        return tokens.make_pair(person_id=self.id, role=self.role, session_id=session.pk, generation=0).access

    def with_key(self, *scopes: str) -> "Who":
        """A program of theirs."""
        new = keys.make_key()
        ApiKey.objects.create(
            person_id=self.id, name="A program", prefix=new.prefix, digest=new.digest, scopes=list(scopes)
        )
        return replace(self, key=new.text, scopes=frozenset(scopes))


STRANGER = Who()


def make_person(role: str, name: str = "", **fields: Any) -> Who:
    """Somebody new, signed up long ago with a confirmed address."""
    number = next(_numbers)
    person = Person(
        email=fields.pop("email", f"{role}{number}@example.org"),
        name=name or f"{role.title()} {number}",
        role=role,
        password=HASH,
        **{"email_verified_at": timezone.now(), **fields},
    )
    person.save(force_insert=True)
    if role == "contractor":
        Contractor.objects.create(person=person, business_name=f"{person.name} Ltd")
    return Who(person.pk, role)


def homeowner(**fields: Any) -> Who:
    return make_person("homeowner", **fields)


def contractor(**fields: Any) -> Who:
    return make_person("contractor", **fields)


def staff(**fields: Any) -> Who:
    return make_person("staff", **fields)


JOB: dict[str, Any] = {
    "title": "Mend a dripping tap",
    "description": "The tap in the kitchen has dripped for a week.",
    "category": "plumbing",
    "budget": 120,
    "location": {"lat": 51.501364, "lng": -0.14189, "address": "1 The Mall"},
}
"""A job as REST takes it."""


def job_of(owner: Who, *, status: str = "posted", **fields: Any) -> Job:
    """A job of this homeowner's, by its service."""
    values = {**JOB, "budget": Decimal(JOB["budget"]), **fields}
    return create_job(**values, status=status, by=owner.actor)


class Rest:
    """Asks REST as somebody: `rest.post("jobs", {...}, by=owner)` → the response, with `.json()`."""

    def __init__(self, version: str = "v2") -> None:
        self.version = version
        self.client = Client(raise_request_exception=False)

    def ask(self, method: str, path: str, body: Any = None, *, by: Who = STRANGER,
            content_type: str = "application/json", **headers: str) -> Any:  # fmt: skip
        """`body` is sent as JSON unless it is bytes; `headers` with underscores for hyphens."""
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        address = path if path.startswith("/") else f"/api/{self.version}/{path}"
        more = {"content_type": content_type} if data or method not in ("GET", "HEAD") else {}
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.generic(method, address, data, headers={"host": "testserver", **by.headers, **given}, **more)

    def __getattr__(self, method: str) -> Any:
        return lambda path, body=None, **more: self.ask(method.upper(), path, body, **more)

    def upload(self, file: Any, *, by: Who, path: str = "images", **fields: str) -> Any:
        """A multipart form with this one file, and fields beside it."""
        address = f"/api/{self.version}/{path}"
        return self.client.post(address, {"file": file, **fields}, headers={"host": "testserver", **by.headers})


def bid_of(bidder: Who, job: Job, *, amount: Any = 100, message: str = "I can come on Monday.", **fields: Any) -> Bid:
    """A contractor's bid on a job, by its service."""
    return submit_bid(job_id=job.pk, amount=Decimal(amount), message=message, by=bidder.actor, **fields)


def assigned(owner: Who, bidder: Who, **fields: Any) -> Job:
    """A job of the owner's that the contractor has won."""
    job = job_of(owner, **fields)
    accept_bid(job_id=job.pk, bid_id=bid_of(bidder, job).pk, by=owner.actor)
    return Job.objects.get(pk=job.pk)


def moved(job: Job, *statuses: str, by: Who) -> Job:
    """The job after these moves."""
    for status in statuses:
        edit_job(job_id=job.pk, changes={"status": status, "cancel_reason": "It has to be."}, by=by.actor)
    return Job.objects.get(pk=job.pk)


TABLES = ("jobs_job", "jobs_jobimage", "bids_bid", "contractors_contractor", "accounts_person", "accounts_image",
          "accounts_report", "accounts_auditrecord", "accounts_auditreason", "accounts_apikey", "events_recordedevent", "jobs_review", "jobs_savedsearch",
          "notifications_notification", "contractors_portfolioitem", "contractors_portfolioimage", "contractors_document",
          "contractors_documentwarning", "core_outgoingmail", "messaging_conversation", "messaging_participant",
          "messaging_message", "messaging_messageimage", "notifications_preference", "notifications_streamticket",
          "webhooks_endpoint", "webhooks_delivery", "webhooks_attempt")  # fmt: skip


def everything() -> list[str]:
    """Every row that operations write, to see that a refusal changed nothing and recorded nothing."""
    with connection.cursor() as cursor:
        rows = []
        for table in TABLES:
            cursor.execute(f"SELECT to_jsonb(t) - 'last_used_at' FROM {table} t")
            rows += sorted(f"{table} {row}" for (row,) in cursor.fetchall())
    return rows


@contextmanager
def nothing_changes() -> Iterator[None]:
    """Fails where the block changes a row or records an event."""
    before = everything()
    yield
    assert everything() == before


def refused(response: Any, status: int, code: str) -> None:
    """Asserts that the answer is this refusal."""
    assert (response.status_code, response.json()["code"]) == (status, code), response.content


def events_since(position: int = 0) -> list[str]:
    """The types of the events recorded after so many, in the order in which they were written."""
    return list(RecordedEvent.objects.order_by("number").values_list("type", flat=True))[position:]
