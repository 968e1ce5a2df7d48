"""Types of the schema that belong to no app."""

from enum import Enum

import strawberry

from core.graphql.values import DateTime


@strawberry.enum
class SortDirection(Enum):
    """Which way to sort."""

    ASC = ""
    DESC = "-"


@strawberry.type
class PageInfo:
    """Whether there is more, and where the page begins and ends."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@strawberry.type
class Location:
    """A place. The exact one and its address are for those who have to go there."""

    lat: float
    lng: float
    address: str | None


@strawberry.type
class DeletePayload:
    """That something is gone."""

    success: bool
    id: strawberry.ID | None = None
    message: str | None = None


@strawberry.input
class PaginationInput:
    """`limit` is from 1 to 100; `after` or `before` is a cursor, not both."""

    limit: int | None = 20
    after: str | None = None
    before: str | None = None


@strawberry.input
class DateRangeInput:
    """From one time to another."""

    from_: DateTime = strawberry.field(name="from")
    to: DateTime


@strawberry.input
class LocationFilter:
    """A circle."""

    lat: float
    lng: float
    radius_km: float


@strawberry.input
class LocationInput:
    """A place. The address is for the owner, the assigned contractor and staff."""

    lat: float
    lng: float
    address: str | None = strawberry.UNSET


def sort_of(sort: object) -> dict[str, str]:
    """The input of a sort as REST's parameter; none leaves REST's own order."""
    if sort is None:
        return {}
    return {"sort": f"{sort.direction.value}{sort.field.value}"}  # type: ignore[attr-defined]


def circle_of(circle: LocationFilter | None) -> dict[str, float]:
    """The circle as REST's parameters."""
    return {"lat": circle.lat, "lng": circle.lng, "radius": circle.radius_km} if circle else {}
