"""GraphQL: notifications."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import strawberry
from strawberry.scalars import JSON

from core.graphql.lists import connect
from core.graphql.nodes import Caller, Kind, SignedIn
from core.graphql.types import PageInfo, PaginationInput
from core.graphql.values import DateTime
from events.following import follow
from notifications.api_views import NotificationViewSet
from notifications.representations import NotificationRepresentation
from notifications.serializers import ReadInput
from notifications.services import mark_read

NOTIFICATIONS = Kind(NotificationRepresentation, scope="notifications:read")


@strawberry.type
class Notification:
    """Something that a person is told."""

    id: strawberry.ID
    type: str
    title: str
    body: str
    data: JSON
    read_at: DateTime | None
    created_at: DateTime


@strawberry.type
class NotificationEdge:
    """A notification in a list."""

    node: Notification
    cursor: str


@strawberry.type
class NotificationConnection:
    """A page of notifications."""

    edges: list[NotificationEdge]
    page_info: PageInfo
    total_count: int


@strawberry.type
class NotificationQueries:
    """What the caller is told of."""

    @strawberry.field(graphql_type=NotificationConnection)
    def notifications(
        self, info: strawberry.Info, unread_only: bool | None = None, pagination: PaginationInput | None = None
    ) -> Any:
        """The newest first."""
        query = {"unread": "true"} if unread_only else {}
        return connect(info.context, NOTIFICATIONS, NotificationViewSet, query, pagination)


@strawberry.type
class NotificationMutations:
    """Having read them."""

    @strawberry.mutation(extensions=[SignedIn()])
    def mark_notifications_read(self, info: strawberry.Info, ids: list[strawberry.ID] | None = None) -> int:
        """Mark these as read, or all without `ids`; how many were not yet."""
        form = ReadInput.read({} if ids is None else {"ids": list(ids)})
        return mark_read(**form, by=info.context.actor)


@strawberry.type
class NotificationSubscriptions:
    """What the caller is told of, as it happens."""

    @strawberry.subscription
    async def notification_received(
        self, info: strawberry.Info, after: strawberry.ID | None = None
    ) -> AsyncGenerator[Notification, None]:
        """The caller's notifications."""
        caller: Caller = info.context

        def allowed() -> None:
            caller.demand_sign_in()
            caller.may("notifications:read")

        told = follow(
            caller.actor.viewer, kind=NOTIFICATIONS, types=["notification.created"], after=after, allowed=allowed
        )
        async with aclosing(told) as found:  # type: ignore[type-var]
            async for one in found:
                yield one
