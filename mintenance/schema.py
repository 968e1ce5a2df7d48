"""GraphQL: the whole schema, put together from the apps', with what spans them."""

from enum import Enum
from typing import Any

import orjson
import strawberry
from strawberry.schema.config import StrawberryConfig
from strawberry.tools import merge_types

from accounts.schema import AccountMutations, AccountQueries
from bids.schema import BidMutations, BidSubscriptions
from contractors.schema import CONTRACTORS, Contractor, ContractorQueries
from core.graphql.lists import view_for
from core.graphql.nodes import read_member
from core.graphql.types import DateRangeInput
from core.graphql.values import SCALARS, Date
from jobs.schema import JOBS, Job, JobCategory, JobMutations, JobQueries, JobSubscriptions
from messaging.schema import MessagingMutations, MessagingQueries, MessagingSubscriptions
from mintenance.analytics.api_views import AnalyticsViewSet
from mintenance.search.api_views import SearchViewSet
from notifications.schema import NotificationMutations, NotificationQueries, NotificationSubscriptions


@strawberry.enum
class SearchType(Enum):
    """What to look for."""

    JOBS = "jobs"
    CONTRACTORS = "contractors"
    ALL = "all"


@strawberry.type
class SearchResults:
    """What was found, the best first."""

    jobs: list[Job]
    contractors: list[Contractor]
    total_count: int


@strawberry.type
class CategoryCount:
    """How many jobs of a category."""

    category: JobCategory
    count: int


@strawberry.type
class DayCount:
    """What happened on a day."""

    date: Date
    jobs_posted: int
    bids_submitted: int
    jobs_completed: int


@strawberry.type
class Analytics:
    """Figures of a range of time: the caller's own, the site's for staff."""

    jobs_posted: int
    jobs_completed: int
    jobs_cancelled: int
    bids_submitted: int
    average_bids_per_job: float
    average_bid: float | None
    acceptance_rate: float | None
    median_hours_to_first_bid: float | None
    total_value: float
    by_category: list[CategoryCount]
    by_day: list[DayCount]


@strawberry.type
class SpanningQueries:
    """What spans apps."""

    @strawberry.field
    def search(self, info: strawberry.Info, query: str, type: SearchType) -> SearchResults:
        """Jobs and contractors by words, as a web search reads them."""
        caller = info.context
        view = view_for(caller, SearchViewSet, "search", {"q": query, "type": type.value})
        found = orjson.loads(view.search(view.request).content)
        jobs: Any = caller.nodes(JOBS, found["data"]["jobs"])
        contractors: Any = caller.nodes(CONTRACTORS, found["data"]["contractors"])
        return SearchResults(jobs=jobs, contractors=contractors, total_count=found["meta"]["totalCount"])

    @strawberry.field(graphql_type=Analytics)
    def analytics(self, info: strawberry.Info, date_range: DateRangeInput) -> Any:
        """Jobs, bids and what came of them, in a range of time of 366 days at most."""
        span = {"from": date_range.from_, "to": date_range.to}
        view = view_for(info.context, AnalyticsViewSet, "analytics", span)
        return orjson.loads(view.analytics(view.request).content)["data"]


_QUERIES = (AccountQueries, JobQueries, ContractorQueries, SpanningQueries, MessagingQueries, NotificationQueries)
_MUTATIONS = (JobMutations, BidMutations, MessagingMutations, NotificationMutations, AccountMutations)
_SUBSCRIPTIONS = (JobSubscriptions, BidSubscriptions, MessagingSubscriptions, NotificationSubscriptions)

SCHEMA = strawberry.Schema(
    query=merge_types("Query", _QUERIES),
    mutation=merge_types("Mutation", _MUTATIONS),
    subscription=merge_types("Subscription", _SUBSCRIPTIONS),
    config=StrawberryConfig(default_resolver=read_member, scalar_map=SCALARS),
)

GROUPS = {
    "search": "search",
    "uploadImage": "upload",
    **dict.fromkeys(("signUp", "signIn", "refreshToken", "signOut"), "auth"),
}
"""The group of the rate limits that a field counts in, where that is not `read` or `write`."""

NEEDS_NO_CALLER = frozenset({"signUp", "signIn", "refreshToken"})
"""Mutations for which credentials that come along are not looked at: they may be what has ended."""
