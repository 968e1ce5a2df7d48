"""Hot reads: lists and details whose JSON PostgreSQL makes in one statement, from a representation and a queryset.

A view set declares its `representation`, its `rows(viewer)`, and what a list may be narrowed and sorted by. It gets
`list` and `retrieve`; its writes answer with `created` and `answered`, by the same statement.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse

from core import etags
from core.api import ApiViewSet
from core.errors import NotFound, PreconditionFailed
from core.filters import Filters
from core.listing import Listing, Page
from core.paging import Sort
from core.renderers import to_json
from core.representations import Representation, Sight, Want
from core.shapes import Slot, Statement, shapes_of, slotted
from core.viewers import Viewer

BY_AGE = {"createdAt": Sort("created_at", "time")}


class HotReads(ApiViewSet):
    """The base of view sets that show resources."""

    representation: type[Representation]
    filterset_class: type[Filters] = Filters
    sorts: Mapping[str, Sort] = BY_AGE
    default_sort = "-createdAt"
    linked: tuple[str, ...] = ()  # columns that `links` needs besides the id
    near_fields: frozenset[str] = frozenset()  # fields on request that a list with a point shows
    detail_fields: frozenset[str] = frozenset()  # fields on request that a single resource shows

    def rows(self, viewer: Viewer) -> QuerySet:
        """What this viewer may see; the path's values are slots by their names."""
        raise NotImplementedError

    def links(self, base: str, pk: Any, *linked: Any) -> dict[str, str]:
        """The links of one resource; `base` is the version's prefix, such as /api/v2."""
        return {"self": self.request.path}

    def slot_values(self) -> dict[str, Any]:
        """The values that every statement of this view may name: the viewer, and the path's."""
        return {"viewer": self.actor.id, **self.kwargs}

    def list(self, request: Any, **path: Any) -> HttpResponse:
        """One page, by number or by cursor."""
        return self._show(Listing(self).read())

    def retrieve(self, request: Any, **path: Any) -> HttpResponse:
        """One resource, with its ETag."""
        return self._show(self._page_of_one(path["pk"]))

    def _show(self, page: Page) -> HttpResponse:
        return self.respond(page.body, headers=page.headers)

    def _page_of_one(self, pk: UUID) -> Page:
        data, links = self._one(pk)
        return Page(_envelope(data, links), {"ETag": etags.of(data)})

    def created(self, pk: UUID) -> HttpResponse:
        """201 with the new resource and where it is."""
        data, links = self._one(pk)
        headers = {"Location": links["self"], "ETag": etags.of(data)}
        return self.respond(_envelope(data, links), status=201, headers=headers)

    def answered(self, pk: UUID) -> HttpResponse:
        """200 with the resource as it is now."""
        return self._show(self._page_of_one(pk))

    def read_one(self, pk: UUID, want: Want | None = None) -> tuple[bytes, tuple[Any, ...]]:
        """The resource's JSON, or what is wanted of it, and its `linked` columns.

        Raises NotFound where the viewer does not see it.
        """
        viewer: Viewer = self.actor.viewer
        shape = (type(self), "one", viewer.kind, want)
        statement = shapes_of(want).get_or_write(shape, lambda: self._write_one(viewer, want))
        found = statement.run({**self.slot_values(), "pk": pk})
        if not found:
            raise NotFound
        data, *linked = found[0]
        return data, tuple(linked)

    def _write_one(self, viewer: Viewer, want: Want | None) -> Statement:
        seen = slotted(viewer)
        rows = self.rows(seen).filter(pk=Slot("pk"))
        row = self.representation().row(Sight(seen, also=self.detail_fields, want=want))
        return Statement(rows.values_list(row, *self.linked))

    def _one(self, pk: UUID) -> tuple[bytes, dict[str, str]]:
        data, linked = self.read_one(pk)
        return data, self.links(self.base, pk, *linked)

    @contextmanager
    def precondition(self, pk: UUID) -> Iterator[None]:
        """Hold the row, and refuse with 412 unless If-Match names its present state (RFC 9110, section 13.1.1).

        Without If-Match there is nothing to hold; the operation takes its own locks.
        """
        wanted = self.request.headers.get("If-Match")
        if wanted is None:
            yield
            return
        with transaction.atomic():
            model: Any = self.representation.Meta.model
            model._default_manager.select_for_update(of=("self",)).filter(pk=pk).values_list("pk").first()
            data, _ = self.read_one(pk)
            if not etags.names(wanted, etags.of(data)):
                raise PreconditionFailed
            yield


def _envelope(data: bytes, links: Mapping[str, str]) -> bytes:
    return b'{"data":' + data + b',"links":' + to_json(links) + b"}"
