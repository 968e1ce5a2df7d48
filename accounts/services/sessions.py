"""Ending sessions, and with them every token of theirs."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from accounts import sessions
from accounts.actors import Actor
from accounts.models import Session
from core.errors import NotFound
from core.operations import operation

KEPT_FOR = timedelta(days=30)


def end_sessions(rows: QuerySet[Any], *, because: str) -> int:
    """End those of these sessions that are alive, in the caller's transaction. Answers how many."""
    alive = rows.filter(ended_at=None).select_for_update(of=("self",)).order_by("pk")
    ids = list(alive.values_list("pk", flat=True))
    Session.objects.filter(pk__in=ids).update(ended_at=timezone.now(), ended_because=because)
    sessions.forget_after_commit(ids)
    return len(ids)


@operation
def end_session(*, session_id: UUID, by: Actor) -> None:
    """End one of the caller's own sessions, on whatever device. Raises NotFound."""
    by.needs("account:write")
    if not end_sessions(Session.objects.filter(pk=session_id, person_id=by.person_id), because="revoked"):
        raise NotFound


@operation
def end_other_sessions(*, by: Actor) -> None:
    """End all of the caller's sessions but the one that they ask in."""
    by.needs("account:write")
    others = Session.objects.filter(person_id=by.person_id)
    if by.session_id is not None:
        others = others.exclude(pk=by.session_id)
    end_sessions(others, because="revoked")


def forget_old_sessions() -> None:
    """Delete sessions that were over a month ago; until then they say which addresses are somebody's usual ones."""
    Session.objects.filter(expires_at__lt=timezone.now() - KEPT_FOR).delete()
