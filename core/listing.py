"""One page of a list: which shape it has, the statement of it, its envelope and its headers."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import quote

from django.db.models import QuerySet, Subquery, UUIDField

from core import etags, totals
from core.filters import InvalidParameter, Narrowing
from core.paging import DEFAULT_LIMIT, LAST_PAGE, MOST, Cursor, Order, key_text, read_number, read_order
from core.renderers import to_json
from core.representations import Sight, Want
from core.shapes import SHAPES, Slot, Statement, shapes_of, slotted
from core.viewers import Viewer

NEAR_PAGES = 20  # so many pages are found by OFFSET alone; further down ids are found first, then rows

PAGING_PARAMETERS = frozenset({"page", "limit", "cursor", "sort"})


@dataclass
class Page:
    """A finished page."""

    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


class Listing:
    """Reads one page for a `HotReads` view."""

    def __init__(self, view: Any) -> None:
        self.view, self.query = view, view.request.GET
        self.narrowing: Narrowing = view.filterset_class.read(self.query)
        self.order: Order = read_order(
            self.query, view.sorts, view.default_sort, has_point=self.narrowing.circle is not None
        )
        self.limit = read_number(self.query, "limit", DEFAULT_LIMIT, MOST)
        self.viewer: Viewer = view.actor.viewer
        self.values = {**self.narrowing.values, **view.slot_values()}
        self.snapshot: str | None = None  # what was committed when the total was looked for
        self.want: Want | None = None  # of each row; None: all that the view shows

    @property
    def also(self) -> frozenset[str]:
        """The fields on request that are shown."""
        return self.view.near_fields if self.narrowing.circle is not None else frozenset()

    def read(self) -> Page:
        """By cursor where the query names one, by number otherwise."""
        if "cursor" in self.query:
            return self._by_cursor()
        return self._by_number(read_number(self.query, "page", 1, LAST_PAGE))

    @property
    def shape(self) -> tuple[Any, ...]:
        """What the text of every statement of this list depends on."""
        return (type(self.view), self.viewer.kind, self.narrowing.shape)

    def rows(self) -> QuerySet:
        """The rows of the whole list, in no order, with slots for values."""
        seen = slotted(self.viewer)
        return self.narrowing.apply(self.view.rows(seen))

    @property
    def _prepares(self) -> bool:
        # Whatever narrows a list makes a plan for any value several times as dear as one for the value at hand.
        return not self.narrowing.names and self.narrowing.circle is None

    def _columns(self, rows: QuerySet, *extra: Any) -> QuerySet:
        """The JSON of each row; its key alone where the statement is planned each time, which costs more the more it
        has to say: `_items` reads the JSON by keys then, by a plan that is kept."""
        return rows.values_list(self._json() if self._prepares else "pk", *extra)

    def _json(self) -> Any:
        return self.view.representation().row(Sight(slotted(self.viewer), also=self.also, want=self.want))

    def _items(self, found: list[Any]) -> list[bytes]:
        """The JSON of what `_columns` found, in its order."""
        return [json for _, json in self._shown(found)]

    def _shown(self, found: list[Any]) -> list[tuple[Any, bytes]]:
        """What `_columns` found, each with its JSON. Who may see it is asked again: it is another statement."""
        if self._prepares:
            return [(row, row[0]) for row in found]

        def write() -> Statement:
            seen = self.view.rows(slotted(self.viewer)).filter(pk__one_of=Slot("ids", UUIDField()))
            return Statement(seen.order_by().values_list("pk", self._json()))

        shape = (type(self.view), self.viewer.kind, "items", self.narrowing.circle is not None, self.want)
        ids = [row[0] for row in found]
        rows = dict(shapes_of(self.want).get_or_write(shape, write).run({**self.values, "ids": ids})) if ids else {}
        return [(row, rows[row[0]]) for row in found if row[0] in rows]

    # -- by number ----------------------------------------------------------------------------------------------------

    def _by_number(self, number: int) -> Page:
        known = totals.known(self)
        found = self._statement_of_page(number, count=known is None).run(self.values)
        if known is not None:
            total, estimated = known
        elif found:
            total, estimated = totals.exact_or_estimated(self, found[0][1])
        else:
            total, estimated = (0, False) if number == 1 else totals.count(self)
        pages = -(-total // self.limit)
        meta = {"page": number, "limit": self.limit, "total": total, "totalPages": pages}
        if estimated:
            meta["totalIsEstimate"] = True
        links = self._number_links(number, pages)
        headers = {"X-Total-Count": str(total), "X-Page-Count": str(pages)}
        return self._page(self._items(found), meta, links, headers)

    def _statement_of_page(self, number: int, *, count: bool) -> Statement:
        def write() -> Statement:
            extra = [totals.CappedCount(self.rows())] if count else []
            return Statement(self._columns(self._slice(number), *extra), prepares=self._prepares)

        if number > NEAR_PAGES:
            return write()  # an OFFSET is text, so each page down there would be a shape of its own
        return SHAPES.get_or_write((*self.shape, self.order.text, self.limit, number, count), write)

    def _slice(self, number: int) -> QuerySet:
        first = (number - 1) * self.limit
        ordered = self.order.apply(self.rows())[first : first + self.limit]
        if number <= NEAR_PAGES:
            return ordered
        model = ordered.model
        return self.order.apply(model._default_manager.filter(pk__in=Subquery(ordered.values("pk"))))

    def _number_links(self, number: int, pages: int) -> dict[str, str]:
        links = {
            "self": self._link(page=number),
            "first": self._link(page=1),
            "last": self._link(page=max(1, pages)),
        }
        if number > 1:
            links["prev"] = self._link(page=min(number - 1, max(1, pages)))
        if number < pages:
            links["next"] = self._link(page=number + 1)
        return links

    # -- by cursor ----------------------------------------------------------------------------------------------------

    def _by_cursor(self) -> Page:
        given = self.query.getlist("cursor")
        if len(given) > 1:
            raise InvalidParameter({"cursor": ["Given more than once."]})
        cursor = Cursor.decode(given[0]) if given[0] else None
        backwards = cursor is not None and cursor.backwards
        values = self.values | (cursor.values(self.order) if cursor else {})
        found = self._statement_beyond(cursor is not None, backwards).run(values)
        more, found = len(found) > self.limit, found[: self.limit]
        if backwards:
            found.reverse()
        after = self._cursor_at(found[-1], False) if found and (more or backwards) else None
        before = self._cursor_at(found[0], True) if found and cursor and (more or not backwards) else None
        meta = {"limit": self.limit, "nextCursor": after, "prevCursor": before}
        links = {"self": self._link(cursor=given[0]), "first": self._link(cursor="")}
        links |= {"prev": self._link(cursor=before)} if before else {}
        links |= {"next": self._link(cursor=after)} if after else {}
        return self._page(self._items(found), meta, links, {})

    def _statement_beyond(self, has_cursor: bool, backwards: bool) -> Statement:
        def write() -> Statement:
            rows = self.rows()
            if has_cursor:
                rows = self.order.beyond(rows, backwards=backwards)
            rows = self.order.apply(rows, backwards=backwards)[: self.limit + 1]
            key = self.order.sort.expression(descending=self.order.descending)
            return Statement(self._columns(rows, key, "pk"), prepares=self._prepares)

        shape = (*self.shape, self.order.text, self.limit, "cursor", has_cursor, backwards, self.want)
        return shapes_of(self.want).get_or_write(shape, write)

    def _cursor_at(self, row: tuple[Any, ...], backwards: bool) -> str:
        return Cursor(self.order.text, key_text(row[1]), row[2], backwards).encode()

    # -- the envelope -------------------------------------------------------------------------------------------------

    def _link(self, **changed: Any) -> str:
        new = [f"{name}={value}" for name, value in changed.items()]  # numbers, and cursors of ours: nothing to quote
        text = "&".join([*self._kept, *new])
        return f"{self.view.request.path}?{text}"

    @cached_property
    def _kept(self) -> list[str]:
        """What every link keeps of the query, quoted."""
        return [
            f"{quote(name, safe='')}={quote(value, safe=',')}"
            for name, values in self.query.lists()
            if name not in ("page", "cursor")
            for value in values
        ]

    def _page(self, items: list[bytes], meta: dict[str, Any], links: dict[str, str], headers: dict[str, str]) -> Page:
        body = b'{"data":[%b],"meta":%b,"links":%b}' % (
            b",".join(items),
            to_json(meta),
            to_json(links),
        )
        pointing = [f'<{url}>; rel="{rel}"' for rel, url in links.items() if rel != "self"]
        return Page(body, headers | {"Link": ", ".join(pointing), "ETag": etags.of(body)})
