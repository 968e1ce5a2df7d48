"""All that is known of a job, and of a person, for one page each. Only what the looking member of staff may see."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse

from accounts.actors import Actor
from accounts.models import ApiKey, AuditReason, AuditRecord, Person, Report, Session
from bids.models import Bid
from contractors.models import Document
from events.models import RecordedEvent
from jobs.models import Job, Review
from messaging.models import Message

MOST = 100  # rows of a section; the lists have the rest
REASONS = ("cancelReason", "rejectionReason", "hiddenReason")  # what events call them

Column = str | Callable[[Any], Any]
"""A path to a value of the row, or what makes one of it."""


@dataclass(frozen=True)
class Section:
    """A table: its rows are texts, and each leads to the page of what it is about."""

    title: str
    heads: list[str]
    rows: list[tuple[str, list[Any]]] = field(default_factory=list)


def _section(user: Any, title: str, rows: QuerySet[Any], *columns: Column) -> Section | None:
    """The newest rows, or None where this member of staff may not look at their table."""
    meta = rows.model._meta
    if not user.has_perm(f"{meta.app_label}.view_{meta.model_name}"):
        return None
    return Section(
        title, [_head(name) for name in columns], [(_page(row), _cells(row, columns)) for row in rows[:MOST]]
    )


def _head(name: Column) -> str:
    if not isinstance(name, str):
        return name.__name__.strip("_")
    return name.split("__")[-1].replace("_id", "").replace("_", " ")


def _page(row: Any) -> str:
    meta = row._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])


def _cells(row: Any, columns: tuple[Column, ...]) -> list[Any]:
    values = [_value(row, name) if isinstance(name, str) else name(row) for name in columns]
    return ["" if value is None else value for value in values]


def _value(row: Any, path: str) -> Any:
    value = row
    for part in path.split("__"):
        value = value.get(part) if isinstance(value, dict) else getattr(value, part, None)
    return value


def story_of_job(job: Job, user: Any, *, by: Actor) -> list[Section]:
    """What happened to it, its bids, what was said once it was reported, reports, and what staff did."""
    bids = Bid.objects.filter(job=job)
    said = Message.objects.visible_to(by.viewer).filter(conversation__job=job).order_by("-created_at")
    ids = [job.pk, *bids.values_list("pk", flat=True), *job.reviews.values_list("pk", flat=True)]
    happened = RecordedEvent.objects.filter(resource_id__in=ids).order_by("-number")
    about = [*ids, *said.values_list("pk", flat=True)[:MOST]]
    reports = Report.objects.filter(target_id__in=about).select_related("reporter").order_by("-created_at")
    return _present(
        _section(user, "What happened", happened,
                 "created_at", "type", "data__status", "actor_id", _why, "request_id"),
        _section(user, "Bids", bids.select_related("contractor").order_by("-created_at"),
                 "created_at", "contractor", "amount", "status", "stale", "rejection_reason"),
        _section(user, "Reviews", job.reviews.order_by("-created_at"),
                 "created_at", "rating", "comment", "hidden_reason"),
        _section(user, "Messages", said.select_related("sender"), "created_at", "sender", "text"),
        _section(user, "Reports", reports, "created_at", "target_type", "reason", "reporter", "outcome", "decision"),
        _acts(user, "What staff did", Q(target_id__in=[str(pk) for pk in about])),
    )  # fmt: skip


def _why(event: RecordedEvent) -> Any:
    """The reason that was given for it, whoever may read it."""
    looks = [event.data, *(look for look in event.seen_by.values() if look)]
    return next((look[name] for look in looks for name in REASONS if look.get(name)), "")


def story_of_person(person: Person, user: Any) -> list[Section]:
    """Ways in, work, judgements, reports from both sides, and what staff did to them, or they as staff."""
    jobs = Job.objects.filter(Q(owner=person) | Q(contractor=person.pk)).order_by("-created_at")
    bids = Bid.objects.filter(contractor=person.pk).select_related("job").order_by("-created_at")
    reviews = Review.objects.filter(Q(author=person) | Q(contractor=person.pk)).order_by("-created_at")
    about = AuditReason.objects.filter(about=person.pk).order_by("-record").values_list("record", flat=True)[:MOST]
    return _present(
        _section(user, "Sessions", Session.objects.filter(person=person).order_by("-last_used_at"),
                 "created_at", "address", "user_agent", "last_used_at", "ended_because"),
        _section(user, "Keys", ApiKey.objects.filter(person=person).order_by("-created_at"),
                 "created_at", "name", "prefix", "last_used_at", "revoked_at"),
        _section(user, "Jobs", jobs, "created_at", "title", "status", "budget"),
        _section(user, "Bids", bids, "created_at", "job", "amount", "status"),
        _section(user, "Reviews", reviews, "created_at", "rating", "comment", "hidden_reason"),
        _section(user, "Documents", Document.objects.filter(contractor=person.pk).order_by("-created_at"),
                 "created_at", "kind", "status", "expires_on", "reason"),
        _section(user, "Was reported", person.reports_about.select_related("reporter").order_by("-created_at"),
                 "created_at", "target_type", "reason", "reporter", "outcome", "decision"),
        _section(user, "Has reported", person.reports.order_by("-created_at"),
                 "created_at", "target_type", "reason", "outcome"),
        _acts(user, "What staff did", Q(target_id=str(person.pk)) | Q(number__in=list(about))),
        _acts(user, "What they did as staff", Q(who=person.pk)),
    )  # fmt: skip


def _acts(user: Any, title: str, which: Q) -> Section | None:
    rows = AuditRecord.objects.filter(which).select_related("reason").order_by("-number")
    return _section(user, title, rows, "created_at", "act", "who", "reason", "request_id")


def _present(*sections: Section | None) -> list[Section]:
    """Those that may be looked at, with people's names where their ids were."""
    shown = [section for section in sections if section is not None]
    ids = {cell for section in shown for _, cells in section.rows for cell in cells if isinstance(cell, UUID)}
    names = {person.pk: person for person in Person.objects.filter(pk__in=ids)}
    for section in shown:
        for _, cells in section.rows:
            cells[:] = [names.get(cell, cell) if isinstance(cell, UUID) else cell for cell in cells]
    return shown
