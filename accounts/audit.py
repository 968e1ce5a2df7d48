"""The audit: what staff do is written down with the act itself, in a chain that nobody can mend unseen."""

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from accounts.actors import Actor
from accounts.models import AuditReason, AuditRecord

GENESIS = bytes(32)
TRIGGERS = ("audit_never_changed", "audit_never_emptied", "audit_reason_never_changed")
_LOCK = 7_261_001  # an advisory lock of ours: one act joins the chain at a time


def audit(act: str, *, target_type: str, target_id: Any, why: str = "", about: UUID | None = None, by: Actor) -> None:
    """Write down what a member of staff does, in the transaction of the act. Acts of others are not kept here.

    `about` is the person whose words a reason may quote: it goes when they do.
    Call it last: the end of the chain is held until the commit, and nothing else may be
    waited for meanwhile.
    """
    if not by.is_staff:
        return
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("An act is written down in its own transaction.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    last = AuditRecord.objects.order_by("-number").first()
    salt, words = secrets.token_bytes(16), why[:500]
    row = AuditRecord(
        number=last.number + 1 if last else 1,
        who=by.person_id,
        act=act,
        target_type=target_type,
        target_id=str(target_id),
        reason_digest=_digest_of_reason(salt, words),
        request_id=by.request_id,
        created_at=timezone.now(),
        previous=bytes(last.digest) if last else GENESIS,
    )
    row.digest = digest_of(row)
    row.save(force_insert=True)
    if words:
        AuditReason.objects.create(record=row, about=about, salt=salt, words=words)


def erase_reasons_about(person_id: UUID) -> None:
    """They may quote somebody who has left. The acts stay, and the chain is whole."""
    AuditReason.objects.filter(about=person_id).delete()


def _digest_of_reason(salt: bytes, words: str) -> bytes:
    return sha256(salt + words.encode()).digest()


def digest_of(row: AuditRecord) -> bytes:
    """The digest that the row must have."""
    said: dict[str, Any] = {
        "number": row.number,
        "who": str(row.who),
        "act": row.act,
        "targetType": row.target_type,
        "targetId": row.target_id,
        "reason": bytes(row.reason_digest).hex(),
        "requestId": row.request_id,
        "createdAt": row.created_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "previous": bytes(row.previous).hex(),
    }
    return sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).digest()


@dataclass(frozen=True)
class End:
    """Where the chain ends: how many rows, and the last digest. Kept elsewhere, it shows that nothing was cut off."""

    number: int
    digest: str

    def __str__(self) -> str:
        return f"{self.number}:{self.digest}"


def faults_in_chain(known: str = "") -> Iterator[str]:
    """What is wrong with the audit, in words. `known` is an end of the chain that was noted earlier."""
    yield from _faults_of_triggers()
    number, previous, seen = 0, GENESIS, not known
    for row in AuditRecord.objects.select_related("reason").order_by("number").iterator(chunk_size=2000):
        if row.number != number + 1:
            yield f"{number + 1} to {row.number - 1} are missing."
        if bytes(row.previous) != previous:
            yield f"{row.number} does not follow from the row before it."
        if bytes(row.digest) != digest_of(row):
            yield f"{row.number} was altered."
        if hasattr(row, "reason") and bytes(row.reason_digest) != _digest_of_reason(
            bytes(row.reason.salt), row.reason.words
        ):
            yield f"The reason of {row.number} was altered."
        number, previous = row.number, bytes(row.digest)
        seen = seen or known == str(End(number, previous.hex()))
    if not seen:
        yield f"The end that was noted earlier, {known}, is not part of the chain."


def end_of_chain() -> End:
    """The last row, to be noted elsewhere."""
    last = AuditRecord.objects.order_by("-number").first()
    return End(last.number, bytes(last.digest).hex()) if last else End(0, GENESIS.hex())


def _faults_of_triggers() -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgname = ANY(%s) AND tgenabled IN ('O', 'A')", [list(TRIGGERS)]
        )
        there = {name for (name,) in cursor.fetchall()}
    for name in TRIGGERS:
        if name not in there:
            yield f"The trigger {name}, which keeps rows from being changed, is missing or off."
