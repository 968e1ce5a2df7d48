"""GraphQL: jobs and reviews."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from enum import Enum
from typing import Any

import strawberry

from accounts.schema import Image, User
from contractors.schema import Contractor
from core.graphql.lists import Belonging, connect, newest_first, read, read_back, view_for
from core.graphql.nodes import Caller, Kind, SignedIn
from core.graphql.types import (
    DateRangeInput,
    DeletePayload,
    Location,
    LocationFilter,
    LocationInput,
    PageInfo,
    PaginationInput,
    SortDirection,
    circle_of,
    sort_of,
)
from core.graphql.values import DateTime, given, key_of, parameters, upward
from core.paging import Sort
from events.following import follow
from events.log import matching_types
from jobs.api_views.jobs import JobViewSet
from jobs.api_views.reviews import ReviewViewSet
from jobs.models import Category, Status
from jobs.representations import JobRepresentation, ReviewRepresentation
from jobs.serializers import JobInput, NewJobInput, ReplyInput
from jobs.serializers import ReviewInput as ReviewForm
from jobs.services import create_job, delete_job, edit_job, reply_to_review, request_completion, review_contractor

JOBS = Kind(
    JobRepresentation,
    links={"user": "accounts.schema.PEOPLE", "contractor": "contractors.schema.CONTRACTORS"},
    lists={"bids": "bids.schema.BIDS_OF_JOB"},
    scope="jobs:read",
    if_there=frozenset({"distanceKm"}),
)
REVIEWS = Kind(ReviewRepresentation, links={"job": "jobs.schema.JOBS", "author": "accounts.schema.PEOPLE"})
REVIEWS_OF_CONTRACTOR = Belonging(REVIEWS, "contractor_id", order=newest_first("createdAt", Sort("created_at", "time")))

strawberry.enum(Category, name="JobCategory", description="The trades.")
strawberry.enum(Status, name="JobStatus", description="The states of a job.")
JobCategory = Category
JobStatus = Status


@strawberry.type
class Job:
    """A job, as whoever looks may see it."""

    id: strawberry.ID
    title: str
    description: str
    category: JobCategory
    budget: float
    status: JobStatus
    location: Location
    images: list[Image]
    user: User
    allowed_transitions: list[JobStatus]
    contractor: Contractor | None
    distance_km: float | None
    scheduled_date: DateTime | None
    created_at: DateTime
    updated_at: DateTime

    @strawberry.field(graphql_type=list[upward("bids.schema.Bid")])  # type: ignore[misc]
    def bids(self: Any) -> Any:
        """All for the owner and staff, their own for a bidder, none for others."""
        return self.list_of("bids")


@strawberry.type
class JobEdge:
    """A job in a list."""

    node: Job
    cursor: str


@strawberry.type
class JobConnection:
    """A page of jobs."""

    edges: list[JobEdge]
    page_info: PageInfo
    total_count: int


@strawberry.type
class Review:
    """What the owner of a job says about the work."""

    id: strawberry.ID
    job: Job
    author: User
    rating: int
    comment: str
    reply: str | None
    created_at: DateTime


@strawberry.type
class ReviewEdge:
    """A review in a list."""

    node: Review
    cursor: str


@strawberry.type
class ReviewConnection:
    """A page of reviews."""

    edges: list[ReviewEdge]
    page_info: PageInfo
    total_count: int


@strawberry.type
class JobPayload:
    """The job as it is now."""

    success: bool
    job: Job | None = None
    message: str | None = None


@strawberry.type
class ReviewPayload:
    """The review as it is now."""

    success: bool
    review: Review | None = None
    message: str | None = None


@strawberry.enum
class JobSortField(Enum):
    """What jobs are sorted by."""

    CREATED_AT = "createdAt"
    UPDATED_AT = "updatedAt"
    BUDGET = "budget"
    SCHEDULED_DATE = "scheduledDate"
    DISTANCE = "distance"


@strawberry.input
class JobSort:
    """An order of jobs."""

    field: JobSortField
    direction: SortDirection = SortDirection.DESC


@strawberry.input
class JobFilter:
    """What jobs are narrowed to."""

    status: JobStatus | None = None
    category: JobCategory | None = None
    min_budget: float | None = None
    max_budget: float | None = None
    location: LocationFilter | None = None
    user_id: strawberry.ID | None = None
    date_range: DateRangeInput | None = None

    def parameters(self) -> dict[str, str]:
        """As REST has them."""
        days = {"createdFrom": self.date_range.from_, "createdTo": self.date_range.to} if self.date_range else {}
        return parameters(
            status=self.status and self.status.value,
            category=self.category and self.category.value,
            minBudget=self.min_budget,
            maxBudget=self.max_budget,
            userId=self.user_id,
            **circle_of(self.location),
            **days,
        )


@strawberry.input
class CreateJobInput:
    """A new job, a draft unless `status` says POSTED. `images` are ids or urls of uploads."""

    title: str
    description: str
    category: JobCategory
    budget: float
    location: LocationInput
    images: list[str] | None = strawberry.UNSET
    scheduled_date: DateTime | None = strawberry.UNSET
    status: JobStatus | None = strawberry.UNSET


@strawberry.input
class UpdateJobInput:
    """What changes; `status` goes through the job's lifecycle."""

    title: str | None = strawberry.UNSET
    description: str | None = strawberry.UNSET
    category: JobCategory | None = strawberry.UNSET
    budget: float | None = strawberry.UNSET
    location: LocationInput | None = strawberry.UNSET
    images: list[str] | None = strawberry.UNSET
    scheduled_date: DateTime | None = strawberry.UNSET
    status: JobStatus | None = strawberry.UNSET
    cancel_reason: str | None = strawberry.UNSET


@strawberry.input
class ReviewInput:
    """What the owner of a job says about the work: `rating` is from 1 to 5."""

    rating: int
    comment: str


@strawberry.type
class JobQueries:
    """Jobs that homeowners want done."""

    @strawberry.field(graphql_type=JobConnection)
    def jobs(
        self,
        info: strawberry.Info,
        filter: JobFilter | None = None,
        sort: JobSort | None = None,
        pagination: PaginationInput | None = None,
    ) -> Any:
        """Jobs that the caller may see, the newest first unless sorted otherwise."""
        query = {**(filter.parameters() if filter else {}), **sort_of(sort)}
        return connect(info.context, JOBS, JobViewSet, query, pagination)

    @strawberry.field
    def job(self, info: strawberry.Info, id: strawberry.ID) -> Job | None:
        """One job."""
        return read(info.context, JOBS, JobViewSet, key_of(id))


@strawberry.type
class JobMutations:
    """What is done to jobs and reviews."""

    @strawberry.mutation(extensions=[SignedIn()])
    def create_job(self, info: strawberry.Info, input: CreateJobInput) -> JobPayload:
        """Write a job down, as a draft or posted at once."""
        form = NewJobInput.read(_without_null(given(input), "images", "status"))
        return _job(info, create_job(**form, by=info.context.actor).pk)

    @strawberry.mutation(extensions=[SignedIn()])
    def update_job(self, info: strawberry.Info, id: strawberry.ID, input: UpdateJobInput) -> JobPayload:
        """Change what a job says, or move it: `status` goes through its lifecycle."""
        pk = key_of(id)
        read_back(info.context, JOBS, JobViewSet, pk)  # what is not theirs to see is not found, whatever they send
        form = JobInput.read(given(input), partial=True)
        return _job(info, edit_job(job_id=pk, changes=form, by=info.context.actor).pk)

    @strawberry.mutation(extensions=[SignedIn()])
    def request_completion(self, info: strawberry.Info, job_id: strawberry.ID) -> JobPayload:
        """The assigned contractor asks the owner to confirm that the work is done."""
        return _job(info, request_completion(job_id=key_of(job_id), by=info.context.actor).pk)

    @strawberry.mutation(extensions=[SignedIn()])
    def delete_job(self, info: strawberry.Info, id: strawberry.ID) -> DeletePayload:
        """Throw a draft away."""
        delete_job(job_id=key_of(id), by=info.context.actor)
        return DeletePayload(success=True, id=id)

    @strawberry.mutation(extensions=[SignedIn()])
    def review_contractor(self, info: strawberry.Info, job_id: strawberry.ID, input: ReviewInput) -> ReviewPayload:
        """Review the work of a completed job of one's own: once, within 14 days."""
        form = ReviewForm.read(given(input))
        return _review(info, review_contractor(job_id=key_of(job_id), **form, by=info.context.actor).pk)

    @strawberry.mutation(extensions=[SignedIn()])
    def reply_to_review(self, info: strawberry.Info, review_id: strawberry.ID, reply: str) -> ReviewPayload:
        """Reply, once, to a review of one's own work."""
        form = ReplyInput.read({"reply": reply})
        return _review(info, reply_to_review(review_id=key_of(review_id), **form, by=info.context.actor).pk)


def _without_null(values: dict[str, Any], *names: str) -> dict[str, Any]:
    """A null where REST knows none is what was left out."""
    return {name: value for name, value in values.items() if value is not None or name not in names}


def _job(info: strawberry.Info, pk: Any) -> JobPayload:
    return JobPayload(success=True, job=read_back(info.context, JOBS, JobViewSet, pk))


def _review(info: strawberry.Info, pk: Any) -> ReviewPayload:
    return ReviewPayload(success=True, review=read_back(info.context, REVIEWS, ReviewViewSet, pk))


@strawberry.type
class JobSubscriptions:
    """What happens to jobs. `after` is an event id; what was missed since comes first."""

    @strawberry.subscription
    async def job_created(
        self, info: strawberry.Info, category: JobCategory | None = None, after: strawberry.ID | None = None
    ) -> AsyncGenerator[Job, None]:
        """Jobs as they are posted, never drafts."""
        caller: Caller = info.context

        def allowed() -> None:
            caller.may("jobs:read")

        posted = follow(caller.actor.viewer, kind=JOBS, types=["job.posted"], after=after, allowed=allowed, public=True)
        async with aclosing(posted) as found:  # type: ignore[type-var]
            async for one in found:
                if category is None or one.data["category"] == category.value:
                    yield one

    @strawberry.subscription
    async def job_updated(
        self, info: strawberry.Info, job_id: strawberry.ID, after: strawberry.ID | None = None
    ) -> AsyncGenerator[Job, None]:
        """Whatever happens to a job that the caller may see."""
        caller: Caller = info.context
        pk = key_of(job_id)
        types = matching_types("job.*")

        def allowed() -> None:
            caller.demand_sign_in()
            view_for(caller, JobViewSet, "retrieve").read_one(pk)

        happened = follow(caller.actor.viewer, kind=JOBS, types=types, after=after, allowed=allowed, watched=[pk])
        async with aclosing(happened) as found:  # type: ignore[type-var]
            async for one in found:
                if one.data["id"] == str(pk):
                    yield one
