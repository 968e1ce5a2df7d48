"""Profiles."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.actors import Actor
from accounts.services.erasing import DELETED_USER
from contractors import events
from contractors.models import Contractor, Document, PortfolioItem
from core import storage
from core.erasing import Gone
from core.errors import NotFound
from core.operations import operation
from events.recording import record


def open_profile(*, person: Any, business_name: str | None, by: Actor) -> None:
    """The profile of a contractor who has just signed up (settings.PERSON_CREATED_HOOKS); others have none."""
    if person.role == "contractor":
        Contractor.objects.create(person=person, business_name=business_name or person.name)


def erase_profile(*, person: Any, gone: Gone, by: Actor) -> None:
    """Take out of the profile of somebody who leaves for good what they wrote (settings.PERSON_ERASED_HOOKS).

    The numbers stay beside the bids and jobs that others have with them. Papers and what was shown of their work go.
    """
    keys = list(Document.objects.filter(contractor=person.pk).values_list("key", flat=True))
    Document.objects.filter(contractor=person.pk).delete()
    transaction.on_commit(partial(storage.delete, *keys))
    PortfolioItem.objects.filter(contractor=person.pk).delete()
    gone.add([person.pk], businessName=DELETED_USER, bio="", skills=[], location=None, serviceRadiusKm=None)
    nothing: dict[str, Any] = {"bio": "", "skills": [], "lat": None, "lng": None, "service_radius_km": None}
    Contractor.objects.filter(pk=person.pk).update(business_name=DELETED_USER, verified=False, **nothing)


def lock_profile(person_id: UUID) -> Contractor:
    """A contractor's profile, held until the transaction ends. Raises NotFound where there is none."""
    held = Contractor.objects.select_for_update(of=("self",), no_key=True).defer("search")
    profile: Contractor | None = held.filter(pk=person_id).first()
    if profile is None:
        raise NotFound
    return profile


@operation
def edit_profile(*, changes: Mapping[str, Any], by: Actor) -> Contractor:
    """Change one's own profile. `location` is lat and lng together, or None."""
    by.needs("profile:write")
    by.must_be("contractor")
    profile = lock_profile(by.person_id)
    fields = dict(changes)
    if "location" in fields:
        place = fields.pop("location") or {"lat": None, "lng": None}
        fields |= {"lat": place["lat"], "lng": place["lng"]}
    changed = [name for name, value in fields.items() if getattr(profile, name) != value]
    if changed:
        for name in changed:
            setattr(profile, name, fields[name])
        profile.updated_at = timezone.now()
        profile.save(update_fields=[*changed, "updated_at"])
        record(events.ContractorUpdated(profile), by=by)
    return profile
