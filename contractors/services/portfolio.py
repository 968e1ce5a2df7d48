"""What a contractor shows of their work."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone

from accounts.actors import Actor
from accounts.services.images import attach_images, find_images
from contractors import events
from contractors.exceptions import PortfolioFull
from contractors.models import Contractor, PortfolioItem
from contractors.services.profiles import lock_profile
from core.errors import FieldErrors, NotFound
from core.operations import operation
from events.recording import record

MOST = 50


@operation
def add_to_portfolio(
    *, title: str, description: str = "", images: Sequence[str] = (), completed_on: date | None = None, by: Actor
) -> PortfolioItem:
    """Show a piece of work. Raises PortfolioFull."""
    profile = _own_profile(by)
    if profile.portfolio.count() >= MOST:
        raise PortfolioFull
    _check_day(completed_on)
    item = PortfolioItem.objects.create(
        contractor=profile, title=title, description=description, completed_on=completed_on
    )
    attach_images(item.pictures, images, by=by)
    _changed(profile, by)
    return item


@operation
def edit_portfolio_item(*, item_id: UUID, changes: Mapping[str, Any], by: Actor) -> PortfolioItem:
    """Change what is shown of a piece of work."""
    profile = _own_profile(by)
    item, fields = _own_item(profile, item_id), dict(changes)
    images = fields.pop("images", None)
    _check_day(fields.get("completed_on"))
    changed = [name for name, value in fields.items() if getattr(item, name) != value]
    shown = list(item.pictures.values_list("image_id", flat=True))
    moved = images is not None and [image.pk for image in find_images(images, by=by)] != shown
    if not changed and not moved:
        return item
    for name in changed:
        setattr(item, name, fields[name])
    item.updated_at = timezone.now()
    item.save(update_fields=[*changed, "updated_at"])
    if moved:
        attach_images(item.pictures, images or (), by=by)
    _changed(profile, by)
    return item


@operation
def remove_from_portfolio(*, item_id: UUID, by: Actor) -> None:
    """Show a piece of work no longer."""
    profile = _own_profile(by)
    _own_item(profile, item_id).delete()
    _changed(profile, by)


def _own_profile(by: Actor) -> Contractor:
    """One's own profile, held: two additions at once do not both find room."""
    by.needs("profile:write")
    by.must_be("contractor")
    return lock_profile(by.person_id)


def _own_item(profile: Contractor, item_id: UUID) -> PortfolioItem:
    item: PortfolioItem | None = profile.portfolio.filter(pk=item_id).first()
    if item is None:
        raise NotFound
    return item


def _check_day(day: date | None) -> None:
    if day is not None and day > timezone.now().date():
        raise FieldErrors({"completedOn": ["Work that is shown has been done: the day must not be in the future."]})


def _changed(profile: Contractor, by: Actor) -> None:
    profile.updated_at = timezone.now()
    profile.save(update_fields=["updated_at"])
    record(events.ContractorUpdated(profile), by=by)
