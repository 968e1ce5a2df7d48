"""Finding: which jobs and contractors answer to the words, the best first, and how many of which kind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
from django.contrib.postgres.search import SearchRank
from django.db.models import F, QuerySet, UUIDField
from django.http import QueryDict

from contractors.filters import ContractorFilters
from contractors.models import Contractor
from core.filters import Filters, Narrowing
from core.representations import Representation, Sight
from core.shapes import SHAPES, Slot, Statement
from core.viewers import Viewer
from jobs.filters import JobFilters
from jobs.models import Job
from mintenance.search import representations as looks

# One pass over what was found gives the total, the facets and the page.
_FOUND = """
WITH found(id, {columns}rank) AS MATERIALIZED ({{}})
SELECT (SELECT COUNT(*) FROM found), {facets}
    ARRAY(SELECT id FROM found ORDER BY rank DESC, id DESC LIMIT %s OFFSET %s)
"""
_FACET = """
    (SELECT COALESCE(JSON_OBJECT_AGG({name}, n ORDER BY n DESC, {name}), JSON_BUILD_OBJECT())
     FROM (SELECT {name}, COUNT(*) AS n FROM found GROUP BY {name}) AS counted),"""


@dataclass(frozen=True)
class Kind:
    """A kind of thing that is searched: `facets` are the columns that it is counted by."""

    name: str
    model: Any
    filters: type[Filters]
    look: type[Representation]
    facets: tuple[str, ...] = ()

    @property
    def wrap(self) -> str:
        """What stands around the SELECT of what was found."""
        columns = "".join(f"{name}, " for name in self.facets)
        return _FOUND.format(columns=columns, facets="".join(_FACET.format(name=name) for name in self.facets))


JOBS = Kind("jobs", Job, JobFilters, looks.FoundJobRepresentation, ("category", "status"))
CONTRACTORS = Kind("contractors", Contractor, ContractorFilters, looks.FoundContractorRepresentation)
KINDS = {"jobs": (JOBS,), "contractors": (CONTRACTORS,), "all": (JOBS, CONTRACTORS)}


@dataclass
class Found:
    """One kind's finds: how many there are, by facet and value, and the page's, each as JSON."""

    total: int
    facets: dict[str, Any] = field(default_factory=dict)
    items: list[bytes] = field(default_factory=list)


def find(kind: Kind, query: QueryDict, words: str, viewer: Viewer, *, limit: int, page: int) -> Found:
    """The page of this kind's finds that the viewer may see, narrowed as its list may be. Raises InvalidParameter."""
    narrowing = kind.filters.read(query)
    values = {**narrowing.values, "q": words, "viewer": viewer.id, "limit": limit, "offset": (page - 1) * limit}
    shape = (kind.name, viewer.kind, narrowing.shape)
    statement = SHAPES.get_or_write(("found", *shape), lambda: _write_found(kind, narrowing, viewer))
    total, *facets, ids = statement.run(values)[0]
    found = Found(total, {name: orjson.loads(counts) for name, counts in zip(kind.facets, facets, strict=True)})
    if ids:
        found.items = _items(kind, ids, narrowing, viewer, values)
    return found


def _seen(viewer: Viewer) -> Viewer:
    return Viewer(None if viewer.is_anyone else Slot("viewer"), viewer.is_staff)


def _write_found(kind: Kind, narrowing: Narrowing, viewer: Viewer) -> Statement:
    rows: QuerySet = narrowing.apply(kind.model.objects.visible_to(_seen(viewer)))
    columns = rows.order_by().values_list("pk", *kind.facets, SearchRank(F("search"), looks.query()))
    return Statement(columns, prepares=False, wrap=kind.wrap, more=("limit", "offset"))


def _items(
    kind: Kind, ids: Sequence[UUID], narrowing: Narrowing, viewer: Viewer, values: Mapping[str, Any]
) -> list[bytes]:
    """The JSON of these rows, in this order. Who may see them is asked again: it is another statement."""
    near = narrowing.circle is not None

    def write() -> Statement:
        seen = _seen(viewer)
        rows = kind.model.objects.visible_to(seen).filter(pk__one_of=Slot("ids", UUIDField()))
        also = frozenset({"distanceKm"}) if near else frozenset()
        return Statement(rows.values_list("pk", kind.look().row(Sight(seen, also=also))))

    statement = SHAPES.get_or_write(("found items", kind.name, viewer.kind, near), write)
    items = dict(statement.run({**values, "ids": list(ids)}))
    return [items[pk] for pk in ids if pk in items]
