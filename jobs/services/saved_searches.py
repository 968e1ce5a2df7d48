"""Keeping a search for jobs, to hear of what is posted later."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import NumericRange
from django.utils import timezone

from accounts.actors import Actor
from accounts.models import Person
from core.errors import FieldErrors, NotFound
from core.geo import Circle
from core.operations import operation
from jobs.exceptions import TooManySavedSearches
from jobs.models import SavedSearch
from jobs.models.saved_searches import every_category

MOST = 20  # of one person
_EVERYWHERE = NumericRange(None, None)
_A_LITTLE = Decimal("0.000001")  # degrees by which a box is wider than its circle, for the rounding of its edges


@operation
def save_search(*, name: str, by: Actor, **criteria: Any) -> SavedSearch:
    """Keep a search. `criteria` are q, categories, lat, lng, radius, min_budget and max_budget, where given."""
    by.needs("profile:write")
    Person.objects.select_for_update(no_key=True).get(pk=by.person_id)  # their other new searches wait to be counted
    if SavedSearch.objects.filter(person_id=by.person_id).count() >= MOST:
        raise TooManySavedSearches
    search = SavedSearch(person_id=by.person_id, name=name, **criteria)
    _check(search)
    put_bounds(search)
    search.save(force_insert=True)
    return search


@operation
def edit_saved_search(*, search_id: UUID, changes: Mapping[str, Any], by: Actor) -> SavedSearch:
    """Change what one's own search looks for, from the next job on."""
    search = _own(search_id, by)
    changed = [name for name, value in changes.items() if getattr(search, name) != value]
    if changed:
        for name in changed:
            setattr(search, name, changes[name])
        _check(search)
        put_bounds(search)
        search.updated_at = timezone.now()
        search.save(update_fields=[*changed, "looks_in", "lats", "lngs", "updated_at"])
    return search


@operation
def delete_saved_search(*, search_id: UUID, by: Actor) -> None:
    """Keep one's own search no longer."""
    _own(search_id, by).delete()


def put_bounds(search: SavedSearch) -> None:
    """Say what the search looks for once more, in the form that an index finds it by."""
    search.looks_in = list(search.categories) or every_category()
    search.lats, search.lngs = _EVERYWHERE, _EVERYWHERE
    if search.lat is None or search.lng is None or search.radius is None:
        return
    circle = Circle(float(search.lat), float(search.lng), search.radius)
    box = circle.values()
    search.lats = _between(box["south"], box["north"])
    if not circle.crosses_antimeridian:  # else any longitude: such circles are few, and their distance is looked at
        search.lngs = _between(box["west"], box["east"])


def _between(low: float, high: float) -> NumericRange:
    return NumericRange(Decimal(str(low)) - _A_LITTLE, Decimal(str(high)) + _A_LITTLE, "[]")


def _check(search: SavedSearch) -> None:
    place = {"lat": search.lat, "lng": search.lng, "radius": search.radius}
    missing = [name for name, value in place.items() if value is None]
    if 0 < len(missing) < len(place):
        raise FieldErrors({name: ["lat, lng and radius go together."] for name in missing})
    if search.min_budget is not None and search.max_budget is not None and search.min_budget > search.max_budget:
        raise FieldErrors({"maxBudget": ["Must not be less than minBudget."]})


def _own(search_id: UUID, by: Actor) -> SavedSearch:
    by.needs("profile:write")
    rows = SavedSearch.objects.visible_to(by.viewer).select_for_update(of=("self",), no_key=True)
    search: SavedSearch | None = rows.filter(pk=search_id).first()
    if search is None:
        raise NotFound
    return search
