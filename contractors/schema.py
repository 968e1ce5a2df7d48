"""GraphQL: contractors."""

from enum import Enum
from typing import Any

import strawberry

from accounts.schema import Image, User
from contractors.api_views.profiles import ContractorViewSet
from contractors.representations import ContractorRepresentation
from core.graphql.lists import connect, read
from core.graphql.nodes import Kind
from core.graphql.types import Location as Place
from core.graphql.types import LocationFilter, PageInfo, PaginationInput, SortDirection, circle_of, sort_of
from core.graphql.values import Date, DateTime, key_of, parameters, upward

CONTRACTORS = Kind(
    ContractorRepresentation,
    links={"user": "accounts.schema.PEOPLE"},
    lists={"reviews": "jobs.schema.REVIEWS_OF_CONTRACTOR"},
    on_request=frozenset({"portfolio"}),
    if_there=frozenset({"distanceKm"}),
)


@strawberry.type
class Availability:
    """Whether the contractor can take another job, and when the next place is due to be free."""

    is_available: bool
    next_available: DateTime | None


@strawberry.type
class PortfolioItem:
    """A piece of work that a contractor shows."""

    id: strawberry.ID
    title: str
    description: str
    images: list[Image]
    completed_on: Date | None


@strawberry.type
class Contractor:
    """A contractor's profile."""

    id: strawberry.ID
    user: User
    business_name: str
    bio: str | None
    skills: list[str]
    rating: float
    review_count: int
    completed_jobs: int
    verified: bool
    location: Place | None
    portfolio: list[PortfolioItem]
    availability: Availability
    distance_km: float | None

    @strawberry.field(graphql_type=upward("jobs.schema.ReviewConnection"))
    def reviews(self: Any, pagination: PaginationInput | None = None) -> Any:
        """What owners say about the work, the newest first."""
        return self.list_of("reviews", pagination)


@strawberry.type
class ContractorEdge:
    """A contractor in a list."""

    node: Contractor
    cursor: str


@strawberry.type
class ContractorConnection:
    """A page of contractors."""

    edges: list[ContractorEdge]
    page_info: PageInfo
    total_count: int


@strawberry.enum
class ContractorSortField(Enum):
    """What contractors are sorted by."""

    RATING = "rating"
    COMPLETED_JOBS = "completedJobs"
    CREATED_AT = "createdAt"
    DISTANCE = "distance"


@strawberry.input
class ContractorSort:
    """An order of contractors."""

    field: ContractorSortField
    direction: SortDirection = SortDirection.DESC


@strawberry.input
class ContractorFilter:
    """What contractors are narrowed to."""

    skill: str | None = None
    verified: bool | None = None
    min_rating: float | None = None
    available: bool | None = None
    location: LocationFilter | None = None

    def parameters(self) -> dict[str, str]:
        """As REST has them."""
        return parameters(
            skill=self.skill,
            verified=self.verified,
            minRating=self.min_rating,
            available=self.available,
            **circle_of(self.location),
        )


@strawberry.type
class ContractorQueries:
    """Contractors, for everybody to read."""

    @strawberry.field(graphql_type=ContractorConnection)
    def contractors(
        self,
        info: strawberry.Info,
        filter: ContractorFilter | None = None,
        sort: ContractorSort | None = None,
        pagination: PaginationInput | None = None,
    ) -> Any:
        """Contractors, the best rated first unless sorted otherwise."""
        query = {**(filter.parameters() if filter else {}), **sort_of(sort)}
        return connect(info.context, CONTRACTORS, ContractorViewSet, query, pagination)

    @strawberry.field
    def contractor(self, info: strawberry.Info, id: strawberry.ID) -> Contractor | None:
        """One contractor."""
        return read(info.context, CONTRACTORS, ContractorViewSet, key_of(id))
