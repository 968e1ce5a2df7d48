"""What `manage.py demo` prints: people with the means to sign in as them, and jobs."""

from collections.abc import Sequence
from typing import Any

from accounts.actors import SYSTEM
from accounts.models import Person
from accounts.services.signing_in import open_session
from jobs.models import Job
from mintenance.demo.people import PASSWORD, Somebody

MOST = 100  # people of each role, and jobs, that are printed


def describe(people: Sequence[Somebody]) -> dict[str, list[dict[str, Any]]]:
    """`users` (id, email, password, role, accessToken) and `jobs` (id, userId, title, status), at most so many."""
    shown = _some_of_each_role(people)
    found = Person.objects.in_bulk([one.id for one in shown])
    users = [
        {
            "id": str(one.id),
            "email": one.email,
            "password": PASSWORD,
            "role": one.role,
            "accessToken": open_session(found[one.id], user_agent="manage.py demo", by=SYSTEM).tokens.access,
        }
        for one in shown
    ]
    return {"users": users, "jobs": _jobs(people)}


def _some_of_each_role(people: Sequence[Somebody]) -> list[Somebody]:
    kept: dict[str, list[Somebody]] = {}
    for one in people:
        of_role = kept.setdefault(one.role, [])
        if len(of_role) < MOST:
            of_role.append(one)
    return [one for of_role in kept.values() for one in of_role]


def _jobs(people: Sequence[Somebody]) -> list[dict[str, Any]]:
    """The newest jobs of this data set's owners."""
    owners = [one.id for one in people if one.role == "homeowner"][:MOST]
    rows = Job.objects.filter(owner__in=owners).order_by("-created_at", "-pk")[:MOST]
    return [{"id": str(job.pk), "userId": str(job.owner_id), "title": job.title, "status": job.status} for job in rows]
