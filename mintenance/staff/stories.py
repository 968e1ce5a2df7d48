"""All that is known of a job, and of a person, for one page each. Only what the looking member of staff may see."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse

from accounts.actors import Actor
from accounts.models import ApiKey, AuditRecord, Person, Report, Session
from bids.models import Bid
from events.models import RecordedEvent
from jobs.models import Job, Review
from messaging.models import Message

MOST = 100  # rows of a section; the lists have the rest


@dataclass(frozen=True)
class Section:
    """A table: its rows are texts, and each leads to the page of what it is about."""

    title: str
    heads: list[str]
    rows: list[tuple[str, list[Any]]] = field(default_factory=list)


def _section(user: Any, title: str, rows: QuerySet[Any], *columns: str) -> Section | None:
    """The newest rows, or None where this member of staff may not look at their table."""
    meta = rows.model._meta
    if not user.has_perm(f"{meta.app_label}.view_{meta.model_name}"):
        return None
    return Section(
        title, [_head(name) for name in columns], [(_page(row), _cells(row, columns)) for row in rows[:MOST]]
    )


def _head(name: str) -> str:
    return name.split("__")[-1].replace("_id", "").replace("_", " ")


def _page(row: Any) -> str:
    meta = row._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])


def _cells(row: Any, columns: tuple[str, ...]) -> list[Any]:
    cells = []
    for name in columns:
        value = row
        for part in name.split("__"):
            value = value.get(part) if isinstance(value, dict) else getattr(value, part, None)
        cells.append("" if value is None else value)
    return cells


def story_of_job(job: Job, user: Any, *, by: Actor) -> list[Section]:
    """What happened to it, its bids, what was said once it was reported, reports, and what staff did."""
    bids = Bid.objects.filter(job=job)
    about = Q(target_id=job.pk) | Q(target_id__in=bids.values("pk")) | Q(target_id__in=job.reviews.values("pk"))
    ids = [str(job.pk), *(str(pk) for pk in bids.values_list("pk", flat=True))]
    happened = RecordedEvent.objects.filter(resource_id__in=ids).order_by("-number")
    said = Message.objects.visible_to(by.viewer).filter(conversation__job=job).select_related("sender")
    reports = Report.objects.filter(about).select_related("reporter").order_by("-created_at")
    return _present(
        _section(user, "What happened", happened, "created_at", "type", "data__status", "actor_id", "request_id"),
        _section(user, "Bids", bids.select_related("contractor").order_by("-created_at"),
                 "created_at", "contractor", "amount", "status", "stale"),
        _section(user, "Reviews", job.reviews.order_by("-created_at"),
                 "created_at", "rating", "comment", "hidden_reason"),
        _section(user, "Messages", said.order_by("-created_at"), "created_at", "sender", "text"),
        _section(user, "Reports", reports, "created_at", "target_type", "reason", "reporter", "outcome", "decision"),
        _acts(user, "What staff did", Q(target_id__in=ids)),
    )  # fmt: skip


def story_of_person(person: Person, user: Any) -> list[Section]:
    """Ways in, work, judgements, reports from both sides, and what staff did to them, or they as staff."""
    jobs = Job.objects.filter(Q(owner=person) | Q(contractor=person.pk)).order_by("-created_at")
    bids = Bid.objects.filter(contractor=person.pk).select_related("job").order_by("-created_at")
    reviews = Review.objects.filter(Q(author=person) | Q(contractor=person.pk)).order_by("-created_at")
    return _present(
        _section(user, "Sessions", Session.objects.filter(person=person).order_by("-last_used_at"),
                 "created_at", "address", "user_agent", "last_used_at", "ended_because"),
        _section(user, "Keys", ApiKey.objects.filter(person=person).order_by("-created_at"),
                 "created_at", "name", "prefix", "last_used_at", "revoked_at"),
        _section(user, "Jobs", jobs, "created_at", "title", "status", "budget"),
        _section(user, "Bids", bids, "created_at", "job", "amount", "status"),
        _section(user, "Reviews", reviews, "created_at", "rating", "comment", "hidden_reason"),
        _section(user, "Was reported", person.reports_about.select_related("reporter").order_by("-created_at"),
                 "created_at", "target_type", "reason", "reporter", "outcome", "decision"),
        _section(user, "Has reported", person.reports.order_by("-created_at"),
                 "created_at", "target_type", "reason", "outcome"),
        _acts(user, "What staff did", Q(target_id=str(person.pk)) | Q(reason__about=person.pk)),
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
