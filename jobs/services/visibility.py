"""A suspended owner's jobs disappear with them, in the same transaction (settings.PERSON_SUSPENDED_HOOKS)."""

from typing import Any

from accounts.actors import Actor
from jobs.models import Job


def hide_jobs_of(*, person: Any, by: Actor) -> None:
    """Take the person's jobs from everybody but themselves, their contractor and staff."""
    Job.objects.filter(owner=person).update(hidden=True)


def show_jobs_of(*, person: Any, by: Actor) -> None:
    """Bring them back."""
    Job.objects.filter(owner=person).update(hidden=False)
