"""Lists: Relay connections over what REST lists, and lists that belong to each node of a batch."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, override
from uuid import UUID

import orjson
from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db.models import Count, F, QuerySet, UUIDField, Window
from django.db.models.functions import RowNumber
from django.http import HttpRequest, QueryDict

from core import totals
from core.filters import InvalidParameter
from core.graphql.executor import Hot, Written
from core.graphql.nodes import Caller, Kind, Node
from core.graphql.projecting import Plan
from core.listing import Listing
from core.paging import DEFAULT_LIMIT, Cursor, Order, key_text
from core.representations import Sight
from core.shapes import SHAPES, Slot, Statement, slotted


def view_for(caller: Caller, kind: type, action: str, query: Mapping[str, str] | None = None, **path: Any) -> Any:
    """REST's view of this, as for a GET of this caller's: with its checks of sign-in and scope passed."""
    view = _view(caller, kind, action, query, **path)
    view.check_permissions(view.request)
    return view


def _view(caller: Caller, kind: type, action: str, query: Mapping[str, str] | None = None, **path: Any) -> Any:
    view: Any = kind()
    view.actor, view.action, view.kwargs = caller.actor, action, path
    view.request = HttpRequest()
    view.request.method, view.request.path = "GET", "/graphql"
    view.request.GET = QueryDict(mutable=True)
    view.request.GET.update(query or {})
    return view


class One(Hot):
    """A resource as REST's `retrieve` answers it."""

    def __init__(self, caller: Caller, kind: Kind, view: Any, pk: UUID) -> None:
        super().__init__(caller, kind, view)
        self._pk = pk

    @property
    @override
    def also(self) -> frozenset[str]:
        found: frozenset[str] = self.view.detail_fields
        return found

    @override
    def whole(self) -> Any:
        return self.caller.node(self.kind, self.view.read_one(self._pk)[0])

    @override
    def projected(self, plan: Plan) -> Written:
        return Written(orjson.Fragment(self.view.read_one(self._pk, plan.want)[0]))


def read(caller: Caller, kind: Kind, view: type, pk: UUID, **path: Any) -> Any:
    """The resource as REST's `retrieve` answers it. Raises what that refuses."""
    return One(caller, kind, view_for(caller, view, "retrieve", **path), pk)


def read_back(caller: Caller, kind: Kind, view: type, pk: UUID, **path: Any) -> Any:
    """The resource as REST answers a write with it, whose caller may have no scope to read."""
    return caller.node(kind, _view(caller, view, "", **path).read_one(pk)[0])


@dataclass
class PageOf:
    """Where a page of a connection begins and how long it is."""

    limit: int
    cursor: Cursor | None
    backwards: bool

    @classmethod
    def read(cls, pagination: Any) -> "PageOf":
        """Raises InvalidParameter, InvalidCursor."""
        after, before = getattr(pagination, "after", None), getattr(pagination, "before", None)
        limit = getattr(pagination, "limit", None)
        most = settings.GRAPHQL_PAGE
        limit = DEFAULT_LIMIT if limit is None else limit
        if not 1 <= limit <= most:
            raise InvalidParameter({"limit": [f"Must be a whole number from 1 to {most}."]})
        if after is not None and before is not None:
            raise InvalidParameter({"before": ["Not together with after."]})
        text = before if after is None else after
        return cls(limit, None if text is None else Cursor.decode(text), before is not None)

    @property
    def key(self) -> tuple[Any, ...]:
        """What tells it from others."""
        return (self.limit, self.cursor, self.backwards)


@dataclass(frozen=True)
class Edge:
    """A node, and the place after it."""

    node: Node
    cursor: str


@dataclass(frozen=True)
class PageInfo:
    """Whether there is more, and where the page begins and ends."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


class Connection:
    """A page. How many there are in all is counted when it is asked for."""

    def __init__(self, edges: Any, cursors: Sequence[str], page: PageOf, count: Any, *, more: bool) -> None:
        """`cursors` are those of the edges, or at least of the first and the last."""
        self.edges, self._count = edges, count
        beyond = page.cursor is not None  # on the other side stands at least what the cursor names
        self.page_info = PageInfo(
            has_next_page=beyond if page.backwards else more,
            has_previous_page=more if page.backwards else beyond,
            start_cursor=cursors[0] if cursors else None,
            end_cursor=cursors[-1] if cursors else None,
        )

    @property
    def total_count(self) -> int:
        """Of all pages."""
        found: int = self._count()
        return found


class Edges(Listing, Hot):
    """REST's list of this view, as edges."""

    is_connection = True

    def __init__(self, caller: Caller, kind: Kind, view: Any, page: PageOf) -> None:
        Hot.__init__(self, caller, kind, view)
        Listing.__init__(self, view)
        self.page, self.limit = page, page.limit

    @override
    def whole(self) -> Connection:
        def as_edges(rows: Sequence[tuple[Any, bytes]]) -> Any:
            nodes = self.caller.nodes(self.kind, [json for _, json in rows])
            return [Edge(node, self._cursor_at(row, False)) for node, (row, _) in zip(nodes, rows, strict=True)]

        return self._connection(as_edges)

    @override
    def projected(self, plan: Plan) -> Connection:
        def as_edges(rows: Sequence[tuple[Any, bytes]]) -> Any:
            cursors = [self._cursor_at(row, False) if plan.names_cursors else "" for row, _ in rows]
            return Written(orjson.Fragment(plan.written(cursors, [json for _, json in rows])))

        self.want = plan.want
        return self._connection(as_edges)

    def _connection(self, as_edges: Callable[[Sequence[tuple[Any, bytes]]], Any]) -> Connection:
        page = self.page
        values = self.values | (page.cursor.values(self.order) if page.cursor else {})
        found = self._statement_beyond(page.cursor is not None, page.backwards).run(values)
        more, found = len(found) > self.limit, found[: self.limit]
        if page.backwards:
            found.reverse()
        rows = self._shown(found)
        ends = [self._cursor_at(row, False) for row, _ in (rows[0], rows[-1])] if rows else []
        return Connection(as_edges(rows), ends, page, self.count, more=more)

    def count(self) -> int:
        """Of the whole list."""
        known = totals.known(self)
        return (known or totals.count(self))[0]


def connect(caller: Caller, kind: Kind, view: type, query: Mapping[str, str], pagination: Any) -> Any:
    """The page of what this view lists for this query. Raises what REST refuses it with."""
    page = PageOf.read(pagination)
    return Edges(caller, kind, view_for(caller, view, "list", query), page)


@dataclass(frozen=True)
class Belonging:
    """Rows that belong to a node: `owner` is their column that names it; without `order`, all of them are one list."""

    kind: Kind
    owner: str
    scope: str = ""
    order: Order | None = None

    def of(self, node: Node, pagination: Any = None) -> Any:
        """The node's, a list or a connection; of all its siblings they are read at once."""
        batch, page = node.batch, PageOf.read(pagination) if self.order else None
        key = (self.kind.look, self.owner, page.key if page else None)
        if key not in batch.kept:
            batch.caller.may(self.scope)
            found = self._read(batch.caller, batch.ids, page)
            batch.kept[key] = self._pages(batch, found, page) if page else self._lists(batch, found)
        return batch.kept[key][node.id]

    def _lists(self, batch: Any, found: Sequence[Any]) -> dict[UUID, list[Node]]:
        lists: dict[UUID, list[Node]] = {pk: [] for pk in batch.ids}
        for row, node in zip(found, batch.caller.nodes(self.kind, [row[1] for row in found]), strict=True):
            lists[row[0]].append(node)
        return lists

    def _pages(self, batch: Any, found: Sequence[Any], page: PageOf) -> dict[UUID, Connection]:
        order = self._order
        edges: dict[UUID, list[Edge]] = defaultdict(list)
        for row, node in zip(found, batch.caller.nodes(self.kind, [row[1] for row in found]), strict=True):
            edges[row[0]].append(Edge(node, Cursor(order.text, key_text(row[2]), row[3]).encode()))

        def one(pk: UUID) -> Connection:
            mine = edges[pk][: page.limit]
            shown = mine[::-1] if page.backwards else mine
            cursors, more = [edge.cursor for edge in shown], len(edges[pk]) > page.limit
            return Connection(shown, cursors, page, lambda: self._counts(batch).get(pk, 0), more=more)

        return {pk: one(pk) for pk in batch.ids}

    @property
    def _order(self) -> Order:
        assert self.order is not None
        return self.order

    def _rows(self, seen: Any) -> QuerySet:
        return self.kind.look.rows(seen).filter(**{f"{self.owner}__one_of": Slot("owners", UUIDField())})

    def _read(self, caller: Caller, owners: Sequence[UUID], page: PageOf | None) -> Sequence[Any]:
        viewer = caller.actor.viewer
        beyond, backwards = bool(page and page.cursor), bool(page and page.backwards)
        shape = ("belonging", self.kind.look, self.owner, viewer.kind, page and page.limit, beyond, backwards)
        try:
            statement = SHAPES.get_or_write(shape, lambda: self._write(slotted(viewer), page))
        except EmptyResultSet:  # none of these rows are for such a viewer
            return []
        values = page.cursor.values(self._order) if page and page.cursor else {}
        return statement.run({"viewer": viewer.id, "owners": owners, **values})

    def _write(self, seen: Any, page: PageOf | None) -> Statement:
        rows, row = self._rows(seen), self.kind.look().row(Sight(seen))
        if page is None:
            return Statement(rows.values_list(self.owner, row))
        order = self._order
        if page.cursor:
            rows = order.beyond(rows, backwards=page.backwards)
        ordered = order.apply(rows, backwards=page.backwards)
        by: Any = ordered.query.order_by
        turn = Window(RowNumber(), partition_by=[F(self.owner)], order_by=by)
        first = rows.order_by().annotate(turn=turn).filter(turn__lte=page.limit + 1).values("pk")
        wanted = order.apply(self.kind.look.rows(seen).filter(pk__in=first), backwards=page.backwards)
        return Statement(wanted.values_list(self.owner, row, order.sort.by, "pk"))

    def _counts(self, batch: Any) -> dict[UUID, int]:
        key = (self.kind.look, self.owner, "counts")
        if key not in batch.kept:
            viewer = batch.caller.actor.viewer

            def write() -> Statement:
                rows = self._rows(slotted(viewer)).order_by().values(self.owner)
                return Statement(rows.annotate(n=Count("pk")).values_list(self.owner, "n"))

            statement = SHAPES.get_or_write(("counts", self.kind.look, self.owner, viewer.kind), write)
            batch.kept[key] = dict(statement.run({"viewer": viewer.id, "owners": batch.ids}))
        found: dict[UUID, int] = batch.kept[key]
        return found


def newest_first(name: str, sort: Any) -> Order:
    """The order of a list that belongs to a node."""
    return Order(name, sort, descending=True)
