"""Endpoints: made, changed, given another secret, deleted."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils import timezone

from accounts.actors import Actor
from accounts.models import Person
from core.errors import NotFound
from core.operations import operation
from events.reactors import newest_position
from webhooks import schedule, signing
from webhooks.addresses import check_url
from webhooks.exceptions import EndpointLimit
from webhooks.models import DisabledReason, Endpoint, EndpointStatus
from webhooks.patterns import check_patterns

MOST = 20  # of one person
SCOPE = "webhooks:manage"


def create_endpoint(*, url: str, events: Sequence[str], by: Actor, **more: Any) -> tuple[Endpoint, str]:
    """A new endpoint and its secret, which is shown this once. Raises UrlNotAllowed (400), EndpointLimit (409).

    `more` is description and ordered. The name is looked up before the transaction begins.
    """
    by.needs(SCOPE)
    check_patterns(events)
    check_url(url)
    return _create(url=url, events=list(dict.fromkeys(events)), by=by, **more)


@operation
def _create(*, url: str, events: list[str], by: Actor, **more: Any) -> tuple[Endpoint, str]:
    Person.objects.select_for_update(no_key=True).get(pk=by.person_id)  # their other new ones wait to be counted
    if Endpoint.objects.filter(person=by.person_id).count() >= MOST:
        raise EndpointLimit
    secret = signing.make_secret()
    endpoint = Endpoint.objects.create(
        person_id=by.person_id,
        url=url,
        events=events,
        secret=signing.encrypt(secret),
        after_position=newest_position(),
        **more,
    )
    return endpoint, secret


def edit_endpoint(*, endpoint_id: UUID, changes: Mapping[str, Any], by: Actor) -> Endpoint:
    """Change one's own. What waits for a disabled endpoint is sent when it is enabled again."""
    by.needs(SCOPE)
    if not Endpoint.objects.visible_to(by.viewer).filter(pk=endpoint_id).exists():
        raise NotFound
    if "events" in changes:
        check_patterns(changes["events"])
    if "url" in changes:
        check_url(changes["url"])
    return _edit(endpoint_id=endpoint_id, changes=changes, by=by)


@operation
def _edit(*, endpoint_id: UUID, changes: Mapping[str, Any], by: Actor) -> Endpoint:
    endpoint = lock_endpoint(endpoint_id, by=by)
    changed = [name for name, value in changes.items() if getattr(endpoint, name) != value]
    if not changed:
        return endpoint
    for name in changed:
        setattr(endpoint, name, changes[name])
    if "status" in changed:
        is_enabled = endpoint.status == EndpointStatus.ENABLED
        endpoint.disabled_reason = None if is_enabled else DisabledReason.OWNER
        endpoint.failing_since = None
    endpoint.updated_at = timezone.now()
    endpoint.save(update_fields=[*changed, "disabled_reason", "failing_since", "updated_at"])
    return endpoint


@operation
def rotate_secret(*, endpoint_id: UUID, by: Actor) -> tuple[Endpoint, str]:
    """Another secret. The one before signs too for a day; the one before that does no longer."""
    endpoint = lock_endpoint(endpoint_id, by=by)
    secret = signing.make_secret()
    endpoint.previous_secret, endpoint.previous_until = endpoint.secret, timezone.now() + schedule.overlap()
    endpoint.secret, endpoint.updated_at = signing.encrypt(secret), timezone.now()
    endpoint.save(update_fields=["secret", "previous_secret", "previous_until", "updated_at"])
    return endpoint, secret


@operation
def delete_endpoint(*, endpoint_id: UUID, by: Actor) -> None:
    """Send nothing there any more, and keep nothing of what was sent."""
    lock_endpoint(endpoint_id, by=by).delete()


def lock_endpoint(endpoint_id: UUID, *, by: Actor) -> Endpoint:
    """One's own, locked. Raises NotFound."""
    by.needs(SCOPE)
    rows = Endpoint.objects.visible_to(by.viewer).select_for_update(of=("self",), no_key=True)
    endpoint: Endpoint | None = rows.filter(pk=endpoint_id).first()
    if endpoint is None:
        raise NotFound
    return endpoint
