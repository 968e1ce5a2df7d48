"""From a selection to the projection that PostgreSQL writes as a whole, where it can.

A selection is covered where all that it names is declared by the representations that are read anyway (core/nodes.py
reads the rest later), with a type that PostgreSQL writes as GraphQL would. Whatever is not known to be covered is not:
the executor then answers it, field by field. What is covered answers the same; tests compare the two.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.module_loading import import_string
from graphql import (
    GraphQLEnumType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
    get_nullable_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)
from rest_framework import serializers

from core.graphql.nodes import Kind
from core.projections import LONGEST_NAME, Constant, Declared, Listed
from core.representations import Member, OnRequest, Representation, SeenBy, Shown, Want

Collect = Callable[[GraphQLObjectType, Any], Mapping[str, Any]]
"""The executor's: a type and the fields of this name → the fields inside, by their names in the answer."""

_WRITTEN_ALIKE: Mapping[str, tuple[type, ...]] = {
    "ID": (serializers.UUIDField,),
    "String": (serializers.CharField, serializers.ChoiceField),
    "Int": (serializers.IntegerField,),
    "Float": (serializers.DecimalField, serializers.FloatField, serializers.IntegerField),
    "Boolean": (serializers.BooleanField,),
    "DateTime": (serializers.DateTimeField,),
    "Date": (serializers.DateField,),
    "JSON": (serializers.Field,),
}


class NotCoveredError(Exception):
    """The executor has to answer this selection."""


@dataclass(frozen=True)
class Plan:
    """How a selection is written: `want` of each row; of a connection, each edge as `edge`, with places for both."""

    want: Want
    scopes: frozenset[str]  # what an API key needs besides
    edge: bytes = b""

    @cached_property
    def names_cursors(self) -> bool:
        """Whether the cursor of each edge is asked for."""
        return b"%(cursor)b" in self.edge

    def written(self, cursors: Sequence[str], nodes: Sequence[bytes]) -> bytes:
        """The JSON list of edges: the cursor and the node of each."""
        edges = [
            self.edge % {b"cursor": cursor.encode(), b"node": node} for cursor, node in zip(cursors, nodes, strict=True)
        ]
        return b"[%b]" % b",".join(edges)


@dataclass
class Planner:
    """Looks at one selection."""

    collect: Collect
    scopes: set[str] = field(default_factory=set)
    is_in_list: bool = False  # inside a list that belongs to a node: another one in it is the executor's

    def of_node(self, kind: Kind, look: type[Representation], also: Collection[str], inside: Any, fields: Any) -> Plan:
        """The plan of one node that is read as `look`, with these members on request. Raises NotCoveredError."""
        return Plan(self._node(kind, look(), also, inside, fields), frozenset(self.scopes))

    def of_edges(self, kind: Kind, look: type[Representation], also: Collection[str], inside: Any, fields: Any) -> Plan:
        """The plan of a connection's only `edges`. Raises NotCoveredError."""
        edges = [each for each in self.collect(inside, fields).values() if each[0].node.name.value == "edges"]
        if len(edges) != 1:
            raise NotCoveredError
        edge_type: Any = get_named_type(inside.fields["edges"].type)
        parts, want = [], None
        for name, each in self.collect(edge_type, edges[0]).items():
            member = each[0].node.name.value
            if member == "node" and want is None:
                want = self._node(kind, look(), also, get_named_type(edge_type.fields["node"].type), each)
                parts.append(f'"{name}":%(node)b')
            elif member == "cursor":
                parts.append(f'"{name}":"%(cursor)b"')
            elif member == "__typename":
                parts.append(f'"{name}":"{edge_type.name}"')
            else:
                raise NotCoveredError
        if want is None:
            raise NotCoveredError
        return Plan(want, frozenset(self.scopes), f"{{{','.join(parts)}}}".encode())

    def _node(
        self, kind: Kind, shown: Representation, also: Collection[str], type_: GraphQLObjectType, fields: Any
    ) -> Want:
        def member(name: str, each: Any) -> Member:
            if name in kind.lists:
                return self._listed(import_string(kind.lists[name]), type_, name, each)
            if name in kind.if_there and name not in also:
                return Constant(None)
            if name in kind.links:
                return self._linked(kind, shown, type_, name, each)
            declared = shown.fields.get(name)
            if declared is None or (isinstance(declared, OnRequest) and name not in also):
                raise NotCoveredError
            return self._declared([shown], type_, name, each)

        return self._want(type_, fields, member)

    def _want(self, type_: GraphQLObjectType, fields: Any, member: Callable[[str, Any], Member]) -> Want:
        members: list[tuple[str, Member]] = []
        for alias, each in self.collect(type_, fields).items():
            if len(alias) > LONGEST_NAME:
                raise NotCoveredError
            name = each[0].node.name.value
            members.append((alias, Constant(type_.name) if name == "__typename" else member(name, each)))
        if not members:
            raise NotCoveredError
        return Want(members)

    def _listed(self, belonging: Any, type_: GraphQLObjectType, name: str, fields: Any) -> Member:
        """A whole list that belongs to the node."""
        if self.is_in_list or belonging.order is not None:
            raise NotCoveredError
        self.scopes.add(belonging.scope)
        kind, item = belonging.kind, get_named_type(type_.fields[name].type)
        self.is_in_list = True
        inside = self._node(kind, kind.look(), (), item, fields)
        self.is_in_list = False
        return Listed(kind.look, belonging.owner, inside)

    def _linked(self, kind: Kind, shown: Representation, type_: GraphQLObjectType, name: str, fields: Any) -> Member:
        """Another node, as far as it is held by this one."""
        held = _alternatives(shown.fields.get(name))
        if len(held) != 1:
            raise NotCoveredError
        _demand_fit(type_.fields[name].type, shown.fields[name])
        linked, item = import_string(kind.links[name]), get_named_type(type_.fields[name].type)
        inside = self._node(linked, held[0], (), item, fields)
        return Declared(name, inside)

    def _declared(self, looks: Sequence[Representation], type_: GraphQLObjectType, name: str, fields: Any) -> Member:
        """A leaf, or what is nested and no node. `looks`: the row is read as one of them."""
        kind = type_.fields[name].type
        known = [look.fields[name] for look in looks if name in look.fields]
        if len(known) < len(looks) and is_non_null_type(kind):
            raise NotCoveredError
        if not known:
            return Constant(None)
        for one in known:
            _demand_fit(kind, one)
        named = get_named_type(kind)
        if not is_object_type(named):
            return Declared(name, capitals=_capitals(kind) if isinstance(named, GraphQLEnumType) else "")
        nested = [look for one in known for look in _alternatives(one)]
        return Declared(name, self._want(named, fields, lambda n, each: self._declared(nested, named, n, each)))


def _demand_fit(type_: Any, declared: Any) -> None:
    """Raise NotCoveredError unless PostgreSQL writes what is declared as GraphQL writes this type."""
    if declared is None or (is_non_null_type(type_) and declared.allow_null):
        raise NotCoveredError
    kind: Any = get_nullable_type(type_)
    shown = declared
    while isinstance(shown, Shown):
        shown = shown.shows
    is_many = isinstance(shown, serializers.ListSerializer | serializers.ListField)
    if is_list_type(kind) != is_many:
        raise NotCoveredError
    if isinstance(kind, GraphQLList):
        kind, shown = get_nullable_type(kind.of_type), shown.child
    if is_object_type(kind):
        _alternatives(declared)
    elif not isinstance(shown, _fitting(kind)):
        raise NotCoveredError


def _fitting(kind: Any) -> tuple[type, ...]:
    if isinstance(kind, GraphQLEnumType):
        return (serializers.ChoiceField,)
    return _WRITTEN_ALIKE.get(kind.name, ())


def _alternatives(declared: Any) -> list[Representation]:
    """The representations that a row is nested as. Raises NotCoveredError where it is no representation."""
    if isinstance(declared, Representation):
        return [declared]
    if isinstance(declared, serializers.ListSerializer):
        return _alternatives(declared.child)
    if isinstance(declared, OnRequest):
        return _alternatives(declared.shows)
    if isinstance(declared, SeenBy):
        return [*_alternatives(declared.shows), *(_alternatives(declared.otherwise) if declared.otherwise else ())]
    raise NotCoveredError


def _capitals(type_: Any) -> Any:
    """How the enum's names come of its values. Raises NotCoveredError where they are not just these in capitals."""
    named: Any = get_named_type(type_)
    if any(name != str(_value(one.value)).upper() for name, one in named.values.items()):
        raise NotCoveredError
    bare = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
    return "list" if isinstance(bare, GraphQLList) else "text"


def _value(value: Any) -> Any:
    return getattr(value, "value", value)
