"""A contractor's API keys: made, changed for a new secret, revoked."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from accounts import keys
from accounts.actors import GRANTABLE_SCOPES, Actor
from accounts.exceptions import TooManyKeys
from accounts.models import ApiKey, Person
from core.errors import FieldErrors, NotFound
from core.operations import operation

MOST_KEYS = 20
OVERLAP = timedelta(hours=24)


@operation
def create_key(
    *, name: str, scopes: Sequence[str], expires_at: datetime | None = None, by: Actor
) -> tuple[ApiKey, str]:
    """A new key and its text, which is shown this once. Raises TooManyKeys (409)."""
    _must_be_contractor(by)
    _check(scopes, expires_at)
    Person.objects.select_for_update(no_key=True).get(pk=by.person_id)  # the owner's other new keys wait to be counted
    if ApiKey.objects.filter(person_id=by.person_id, revoked_at=None).count() >= MOST_KEYS:
        raise TooManyKeys
    new = keys.make_key()
    key = ApiKey.objects.create(
        person_id=by.person_id,
        name=name,
        prefix=new.prefix,
        digest=new.digest,
        scopes=[scope for scope in GRANTABLE_SCOPES if scope in scopes],
        expires_at=expires_at,
    )
    return key, new.text


@operation
def rotate_key(*, key_id: UUID, by: Actor) -> tuple[ApiKey, str]:
    """Another text for the same key. The one before goes on working for a day; the one before that ends now."""
    key = _own(key_id, by)
    keys.forget_after_commit([key.prefix, key.previous_prefix])
    new = keys.make_key()
    key.previous_prefix, key.previous_digest = key.prefix, key.digest
    key.previous_until = timezone.now() + OVERLAP
    key.prefix, key.digest = new.prefix, new.digest
    key.save(update_fields=["prefix", "digest", "previous_prefix", "previous_digest", "previous_until"])
    return key, new.text


@operation
def revoke_key(*, key_id: UUID, by: Actor) -> None:
    """The key, and the one that it replaced, work no longer."""
    key = _own(key_id, by)
    keys.forget_after_commit([key.prefix, key.previous_prefix])
    key.revoked_at = timezone.now()
    key.save(update_fields=["revoked_at"])


def _must_be_contractor(by: Actor) -> None:
    by.needs("account:write")
    by.must_be("contractor")


def _own(key_id: UUID, by: Actor) -> ApiKey:
    _must_be_contractor(by)
    key = ApiKey.objects.select_for_update().filter(pk=key_id, person_id=by.person_id, revoked_at=None).first()
    if key is None:
        raise NotFound
    return key


def _check(scopes: Sequence[str], expires_at: datetime | None) -> None:
    unknown = sorted(set(scopes) - set(GRANTABLE_SCOPES))
    if unknown:
        raise FieldErrors({"scopes": [f"{scope} is not a scope." for scope in unknown]})
    if not scopes:
        raise FieldErrors({"scopes": ["Give the key at least one scope."]})
    if expires_at is not None and expires_at <= timezone.now():
        raise FieldErrors({"expiresAt": ["The date must be in the future."]})
