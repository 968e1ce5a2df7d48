"""The table of notifications: type of event → who is told, and in which words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from events.models import RecordedEvent
from jobs.models import Job, SavedSearch, Status

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
    body="{title} ({category}, budget {budget:,.2f})",
    url="/jobs/{id}",
    once=True,
)

TABLE: Mapping[str, Rule] = {
    "job.posted": _JOB_FOUND,
    "job.reopened": Rule(_JOB_FOUND.who, "Open again for “{search}”", _JOB_FOUND.body, _JOB_FOUND.url, once=True),
}
