"""API keys as programs send them: `mtn_<prefix>_<secret>`."""

import hashlib
import hmac
import re
import secrets
import string
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from accounts.actors import Actor
from accounts.exceptions import AccountSuspended, ApiKeyExpired, ApiKeyInvalid, ApiKeyRevoked
from accounts.models import ApiKey
from accounts.sessions import ShortMemory

_FORM = re.compile(r"mtn_([A-Za-z0-9]{8})_([A-Za-z0-9_-]{43})")
_LETTERS = string.ascii_letters + string.digits
_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key before it is shown, for the only time. What is kept of it is `prefix` and `digest`."""

    prefix: str
    secret: str

    @property
    def text(self) -> str:
        """As its owner sees it."""
        return f"mtn_{self.prefix}_{self.secret}"

    @property
    def digest(self) -> bytes:
        """SHA-256 of the secret, which has 256 random bits: no slower hash is needed."""
        return _digest(self.secret)


def make_key() -> NewKey:
    """A new one."""
    return NewKey("".join(secrets.choice(_LETTERS) for _ in range(8)), secrets.token_urlsafe(32))


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


@dataclass(frozen=True, slots=True)
class _Standing:
    """A key as it stands: what proves it, until when, and whom it acts for."""

    digest: bytes
    until: datetime | None
    is_revoked: bool
    is_suspended: bool
    last_used_at: datetime | None
    key_id: UUID
    actor: Actor


_memory: ShortMemory[str, _Standing | None] = ShortMemory()


def actor_of(text: str) -> Actor:
    """Whom the key acts for. Raises ApiKeyInvalid, ApiKeyExpired, ApiKeyRevoked (401) or AccountSuspended (403)."""
    form = _FORM.fullmatch(text)
    standing = _memory.recall(form[1], _read) if form else None
    if form is None or standing is None or not hmac.compare_digest(standing.digest, _digest(form[2])):
        raise ApiKeyInvalid
    now = timezone.now()
    if standing.is_revoked:
        raise ApiKeyRevoked
    if standing.until is not None and standing.until <= now:
        raise ApiKeyExpired
    if standing.is_suspended:
        raise AccountSuspended
    if standing.last_used_at is None or now - standing.last_used_at > _NOTED_EVERY:
        _note_use(form[1], standing.key_id, now)
    return standing.actor


def forget_after_commit(prefixes: Iterable[str | None]) -> None:
    """Look again next time: to be called in the transaction that changes keys with these prefixes."""
    _memory.forget_after_commit(prefix for prefix in prefixes if prefix)


def _read(prefix: str) -> _Standing | None:
    keys = ApiKey.objects.select_related("person")
    key = keys.filter(Q(prefix=prefix) | Q(previous_prefix=prefix)).first()
    if key is None:
        return None
    ends = [key.expires_at] if key.prefix == prefix else [key.expires_at, key.previous_until]
    digest = key.digest if key.prefix == prefix else key.previous_digest
    person = key.person
    return _Standing(
        digest=bytes(digest or b""),
        until=min((end for end in ends if end is not None), default=None),
        is_revoked=key.revoked_at is not None,
        is_suspended=not person.is_active,
        last_used_at=key.last_used_at,
        key_id=key.pk,
        actor=Actor(id=person.pk, role=person.role, scopes=frozenset(key.scopes), key_id=key.pk),
    )


def _note_use(prefix: str, key_id: UUID, now: datetime) -> None:
    """At most once a minute, so that reads stay reads."""
    stale = Q(last_used_at=None) | Q(last_used_at__lt=now - _NOTED_EVERY)
    ApiKey.objects.filter(stale, pk=key_id).update(last_used_at=now)
    _memory.forget(prefix)
