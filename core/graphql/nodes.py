"""What resolvers hand down: resources as their representations show them, read for all their siblings at once.

A `Node` is a row's JSON. It belongs to the `Batch` of everything that was read together with it, and whatever is asked
of one node beyond what it has is read for the whole batch by one statement. So a list in a list costs one statement
more, however long either is, without a loader or a look ahead into the document.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
import strawberry
from django.db.models import UUIDField
from django.utils.module_loading import import_string
from strawberry.extensions import FieldExtension

from core.api import MissingScope
from core.errors import NotFound, NotSignedIn
from core.names import camel_case
from core.representations import Representation, Sight
from core.shapes import SHAPES, Slot, Statement, slotted


@dataclass(frozen=True)
class Kind:
    """A kind of node.

    `links` are its members that are nodes themselves, or lists of them: member → dotted name of their kind. What a
    link holds may be less than the whole (a summary); the rest is read when it is asked for, where the viewer sees it.
    `lists` are its members that are read for themselves: member → dotted name of what belongs to it.
    """

    look: type[Representation]
    links: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, str] = field(default_factory=dict)
    scope: str = ""  # what an API key needs to read more than a summary
    on_request: frozenset[str] = frozenset()  # members that are read only when they are asked for
    if_there: frozenset[str] = frozenset()  # members that are null unless a list has brought them


class Caller:
    """Who asks, and by which request: the context of every resolver."""

    def __init__(self, actor: Any, request: Any) -> None:
        self.actor, self.request = actor, request

    def demand_sign_in(self) -> None:
        """Refuse a stranger."""
        if not self.actor.is_signed_in:
            raise NotSignedIn

    def may(self, scope: str) -> None:
        """Refuse an API key without this scope."""
        if not self.has_scope(scope):
            raise MissingScope(f"This API key lacks the scope {scope}.")

    def has_scope(self, scope: str) -> bool:
        """Whether it is not an API key without this scope."""
        return not scope or self.actor.scopes is None or scope in self.actor.scopes

    def nodes(self, kind: Kind, rows: Iterable[bytes | dict[str, Any]]) -> list["Node"]:
        """These rows, as one batch."""
        read = [row if isinstance(row, dict) else orjson.loads(row) for row in rows]
        return Batch(kind, self, read).nodes

    def node(self, kind: Kind, row: bytes | dict[str, Any]) -> Any:
        """A batch of one; for the type checker, whatever type of the schema it stands for."""
        return self.nodes(kind, [row])[0]


class SignedIn(FieldExtension):
    """Of a field that is for the signed-in alone: who is not is told so before their input is looked at, as by REST."""

    def resolve(self, next_: Callable[..., Any], source: Any, info: strawberry.Info, **kwargs: Any) -> Any:
        """Strawberry's hook."""
        info.context.demand_sign_in()
        return next_(source, info, **kwargs)


class Node:
    """One resource."""

    __slots__ = ("batch", "data")

    def __init__(self, batch: "Batch", data: dict[str, Any]) -> None:
        self.batch, self.data = batch, data

    @property
    def id(self) -> UUID:
        """Its id."""
        return UUID(self.data["id"])

    def read(self, name: str) -> Any:
        """A member, by its outside name. Raises NotFound where it belongs to what the viewer does not see."""
        kind = self.batch.kind
        if name in kind.if_there:
            return self.data.get(name)
        if name not in self.data:
            self.batch.deepen(also=kind.on_request & {name})
            if name not in self.data:
                raise NotFound
        return self.batch.linked(self, name) if name in kind.links else self.data[name]

    def list_of(self, name: str, *how: Any) -> Any:
        """What belongs to it under this name."""
        return import_string(self.batch.kind.lists[name]).of(self, *how)


class Batch:
    """Nodes of one kind that were read together."""

    def __init__(self, kind: Kind, caller: Caller, rows: Sequence[dict[str, Any]]) -> None:
        self.kind, self.caller = kind, caller
        self.nodes = [Node(self, row) for row in rows]
        self._links: dict[str, dict[int, Any]] = {}
        self.kept: dict[Any, Any] = {}  # what resolvers have read for all nodes, by what and how it was asked for
        self._deepened: set[frozenset[str]] = set()

    @property
    def ids(self) -> list[UUID]:
        """Of all nodes, each once."""
        return list({node.id: None for node in self.nodes})

    def deepen(self, also: frozenset[str]) -> None:
        """Read all that there is to see of these nodes, and what is named besides. Once: the rest is not theirs."""
        if also in self._deepened:
            return
        self.caller.may(self.kind.scope)
        self._deepened.add(also)
        found = self._read(also)
        for node in self.nodes:
            node.data = {**found.get(node.id, {}), **node.data}

    def _read(self, also: frozenset[str]) -> dict[UUID, dict[str, Any]]:
        viewer, look = self.caller.actor.viewer, self.kind.look

        def write() -> Statement:
            seen = slotted(viewer)
            rows = look.rows(seen).filter(pk__one_of=Slot("ids", UUIDField())).order_by()
            return Statement(rows.values_list("pk", look().row(Sight(seen, also=also))))

        statement = SHAPES.get_or_write(("nodes", look, viewer.kind, also), write)
        return {pk: orjson.loads(row) for pk, row in statement.run({"viewer": viewer.id, "ids": self.ids})}

    def linked(self, node: Node, name: str) -> Any:
        """What this member of the node links to. Of all siblings it is one batch."""
        if name not in self._links:
            self._links[name] = self._link(name)
        return self._links[name][id(node)]

    def _link(self, name: str) -> dict[int, Any]:
        kind: Kind = import_string(self.kind.links[name])
        held = {id(node): node.data.get(name) for node in self.nodes}
        rows = [row for one in held.values() if one for row in (one if isinstance(one, list) else [one])]
        made = iter(self.caller.nodes(kind, rows))
        return {
            key: [next(made) for _ in one] if isinstance(one, list) else next(made) if one else None
            for key, one in held.items()
        }


def read_member(source: Any, name: str) -> Any:
    """Strawberry's default resolver: the member of that (inside) name."""
    if isinstance(source, Node):
        return source.read(camel_case(name))
    if isinstance(source, dict):
        return source.get(camel_case(name))
    return getattr(source, name)
