"""The table of notifications: type of event → who is told, and in which words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q

from events.models import RecordedEvent
from jobs.models import Job, SavedSearch, Status
from messaging.models import Participant

Audience = Mapping[UUID, Mapping[str, Any]]
"""Person → names that stand in the words for them, beside those of the event's `data`."""


@dataclass(frozen=True)
class Rule:
    """One row. `title`, `body` and `url` are formats over the members of the event's `data` and the person's own names.

    `once`: a person is told of the same resource by this type once, however often it happens.
    """

    who: Callable[[RecordedEvent], Audience]
    title: str
    body: str
    url: str
    once: bool = False


def others(event: RecordedEvent) -> Audience:
    """Everybody whom the event concerns, but for who did it."""
    return {person: {} for person in event.audience if person != event.actor_id}


def listeners(event: RecordedEvent) -> Audience:
    """Who has not read the message yet, and does not have the conversation before their eyes."""
    data = event.data
    marks = Participant.objects.filter(conversation=data["conversationId"], person__in=list(others(event)))
    away = Q(open_until=None) | Q(open_until__lt=event.created_at)
    unread = marks.filter(away, read_sequence__lt=data["sequence"])
    return {person: {} for person in unread.values_list("person", flat=True)}


def searchers(event: RecordedEvent) -> Audience:
    """Those with a saved search that the job answers to, if it still takes bids; each with the first of theirs."""
    job = Job.objects.filter(pk=event.resource_id, status=Status.POSTED, hidden=False).first()
    found: dict[UUID, Mapping[str, Any]] = {}
    if job is not None:
        for person, name in SavedSearch.objects.matching(job).values_list("person", "name"):
            found.setdefault(person, {"search": name})
    return found


_JOB_FOUND = Rule(
    who=searchers,
    title="New job for “{search}”",
    body="{title} ({category}, budget £{budget:,.2f})",
    url="/jobs/{id}",
    once=True,
)

_OFFER = "{contractor[businessName]} offers £{amount:,.2f}."
_JOB, _BID = "/jobs/{id}", "/jobs/{job[id]}"

TABLE: Mapping[str, Rule] = {
    "bid.created": Rule(others, "New bid on “{job[title]}”", _OFFER, _BID),
    "bid.accepted": Rule(others, "Your bid on “{job[title]}” was accepted", "You have the job.", _BID),
    "bid.rejected": Rule(others, "Your bid on “{job[title]}” was turned down", "The job is not yours this time.", _BID),
    "job.assigned": Rule(others, "“{title}” is yours", "You can see the exact address now.", _JOB),
    "job.started": Rule(others, "Work on “{title}” has begun", "It is in progress.", _JOB),
    "job.completion_requested": Rule(
        others, "Is “{title}” done?", "The contractor says so. Confirm it, or it is completed by itself.", _JOB
    ),
    "job.completed": Rule(others, "“{title}” is completed", "The job is done.", _JOB),
    "job.cancelled": Rule(others, "“{title}” was cancelled", "Nothing more is to be done.", _JOB),
    "message.created": Rule(listeners, "{sender[name]} wrote to you", "{text:.200}", "/inbox/{conversationId}"),
    "review.created": Rule(others, "{author[name]} reviewed your work", "{rating} of 5: {comment:.200}", _BID),
    "review.replied": Rule(others, "A reply to your review of “{job[title]}”", "{reply:.200}", _BID),
    "contractor.verified": Rule(
        lambda event: {person: {} for person in event.audience},
        "You are verified",
        "Staff have looked at your documents and found them good.",
        "/contractors/{id}",
    ),
    "job.posted": _JOB_FOUND,
    "job.reopened": Rule(_JOB_FOUND.who, "Open again for “{search}”", _JOB_FOUND.body, _JOB_FOUND.url, once=True),
}
