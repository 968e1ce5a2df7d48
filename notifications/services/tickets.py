"""Tickets for streams: given to somebody who has signed in, good once."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.utils import timezone

from accounts.actors import Actor
from accounts.exceptions import TokenInvalid
from core.operations import operation
from notifications.models import StreamTicket

LIFE = timedelta(seconds=60)
AT_A_TIME = 10_000


@operation
def give_ticket(*, by: Actor) -> tuple[str, datetime]:
    """A ticket of the caller's session, and when it is over. Only its hash is kept."""
    by.needs("account:write")  # for people: programs send their key with the stream
    ticket, until = secrets.token_urlsafe(32), timezone.now() + LIFE
    StreamTicket.objects.create(
        digest=_digest(ticket), person_id=by.person_id, session_id=by.session_id, expires_at=until
    )
    return ticket, until


@operation
def take_ticket(*, ticket: str) -> tuple[UUID, UUID | None]:
    """Whose it is, and of which session; it is used up. Of two at once one gets it. Raises TokenInvalid (401)."""
    found = StreamTicket.objects.select_for_update().filter(pk=_digest(ticket)).first()
    if found is None:
        raise TokenInvalid
    found.delete()
    if found.expires_at <= timezone.now():
        raise TokenInvalid
    return found.person_id, found.session_id


def forget_old_tickets() -> int:
    """Delete those that nobody has used in time; how many."""
    old = StreamTicket.objects.filter(expires_at__lt=timezone.now()).values("pk")[:AT_A_TIME]
    gone, _ = StreamTicket.objects.filter(pk__in=old).delete()
    return gone


def _digest(ticket: str) -> bytes:
    return sha256(ticket[:200].encode()).digest()
