"""What a document may ask for, looked at before it is validated and before anything runs.

Everything is counted as it would be with all fragments written out, but each fragment is looked at once: what a
document costs to refuse grows with its length, not with what it would have unfolded to.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    is_object_type,
    print_ast,
    value_from_ast_untyped,
)

from core.errors import BadInput
from core.paging import DEFAULT_LIMIT

PLAIN_LIST = 10  # how many items a list without a limit is taken for
_INTROSPECTION = ("__schema", "__type")
_STACK = 60  # levels at which no limit is worth counting any further


class LimitExceeded(BadInput):
    """The document asks for more than is answered at once."""

    code, message = "limit_exceeded", "The document asks for too much."


def refuse(what: str, most: int) -> LimitExceeded:
    """The refusal of more than `most`."""
    return LimitExceeded(f"A document may have {what} {most} at most.", details={"limit": most})


@dataclass(frozen=True)
class Size:
    """How large a selection is, with its fragments written out. Introspection counts in `fields` alone."""

    depth: int = 0
    aliases: int = 0
    directives: int = 0
    fields: int = 0

    def beside(self, other: "Size") -> "Size":
        """Both selections in one."""
        return Size(
            max(self.depth, other.depth),
            self.aliases + other.aliases,
            self.directives + other.directives,
            self.fields + other.fields,
        )


class Measure:
    """Sizes in one document."""

    def __init__(self, document: DocumentNode) -> None:
        self.fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
        self._known: dict[str, Size | None] = {}

    def check(self, operation: OperationDefinitionNode) -> None:
        """Refuse an operation that is past a limit."""
        size = self._of(operation.selection_set, 1)
        variables = sum(len(variable.directives or ()) for variable in operation.variable_definitions or ())
        directives = size.directives + len(operation.directives or ()) + variables
        for what, found, most in (
            ("a depth of", size.depth, settings.GRAPHQL_DEPTH),
            ("aliases up to", size.aliases, settings.GRAPHQL_ALIASES),
            ("directives up to", directives, settings.GRAPHQL_DIRECTIVES),
            ("a cost of", size.fields, settings.GRAPHQL_COST),
        ):
            if found > most:
                raise refuse(what, most)

    def _of(self, selections: SelectionSetNode, level: int) -> Size:
        if level > _STACK:
            raise refuse("a depth of", settings.GRAPHQL_DEPTH)
        if not selections.selections:
            raise BadInput("A selection may not be empty.")
        size = Size()
        for node in selections.selections:
            one = self._one(node, level)
            size = size.beside(replace(one, directives=one.directives + len(node.directives or ())))
        return size

    def _one(self, node: Any, level: int) -> Size:
        if isinstance(node, FragmentSpreadNode):
            return self._fragment(node.name.value, level)
        inside = self._of(node.selection_set, level + 1) if node.selection_set else Size()
        if isinstance(node, InlineFragmentNode):
            return inside
        if node.name.value in _INTROSPECTION:
            return Size(fields=inside.fields + 1, aliases=inside.aliases, directives=inside.directives)
        alias = int(node.alias is not None)
        return Size(inside.depth + 1, inside.aliases + alias, inside.directives, inside.fields + 1)

    def _fragment(self, name: str, level: int) -> Size:
        if name not in self._known:
            found = self.fragments.get(name)
            if found is None:
                return Size()  # validation says so
            self._known[name] = None
            size = self._of(found.selection_set, level + 1)
            self._known[name] = replace(size, directives=size.directives + len(found.directives or ()))
        known = self._known[name]
        if known is None:
            raise LimitExceeded(f"The fragment {name[:100]} spreads itself.")
        return known


def check_merging(selections: Sequence[SelectionSetNode], fragments: Mapping[str, Any]) -> None:
    """Refuse a response name that stands for two things. No type of ours has another's fields, so names decide alone.

    It is the rule OverlappingFieldsCanBeMerged of the specification, whose usual form compares all pairs.
    """
    groups: dict[str, list[FieldNode]] = {}
    _collect(selections, fragments, groups, set())
    for name, fields in groups.items():
        first = _meaning(fields[0])
        if any(_meaning(field) != first for field in fields[1:]):
            raise BadInput(f"The name {name[:100]} stands for different things in one selection. Use an alias.")
        inside = [field.selection_set for field in fields if field.selection_set]
        if inside:
            check_merging(inside, fragments)


def _collect(
    selections: Sequence[SelectionSetNode],
    fragments: Mapping[str, Any],
    groups: dict[str, list[FieldNode]],
    spread: set[str],
) -> None:
    for selection_set in selections:
        for node in selection_set.selections:
            if isinstance(node, FieldNode):
                groups.setdefault((node.alias or node.name).value, []).append(node)
            elif isinstance(node, InlineFragmentNode):
                _collect([node.selection_set], fragments, groups, spread)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in spread:
                spread.add(node.name.value)
                if node.name.value in fragments:
                    _collect([fragments[node.name.value].selection_set], fragments, groups, spread)


def _meaning(field: FieldNode) -> tuple[str, tuple[str, ...]]:
    return field.name.value, tuple(sorted(print_ast(argument) for argument in field.arguments or ()))


class Cost:
    """What a validated operation costs with these variables: a field 1, a list its limit times what is in it."""

    def __init__(self, schema: GraphQLSchema, fragments: Mapping[str, Any], variables: Mapping[str, Any]) -> None:
        self.schema, self.fragments, self.variables = schema, fragments, variables
        self._known: dict[str, int] = {}

    def of(self, operation: OperationDefinitionNode) -> int:
        """The cost of it. Raises LimitExceeded where it, or a page, is too large."""
        defaults = {
            variable.variable.name.value: value_from_ast_untyped(variable.default_value)
            for variable in operation.variable_definitions or ()
            if variable.default_value
        }
        self.variables = {**defaults, **self.variables}
        root = self.schema.get_root_type(operation.operation)
        cost = self._selections(operation.selection_set, root)
        if cost > settings.GRAPHQL_COST:
            raise refuse("a cost of", settings.GRAPHQL_COST)
        return cost

    def _selections(self, selections: SelectionSetNode, parent: Any) -> int:
        return sum(self._one(node, parent) for node in selections.selections)

    def _one(self, node: Any, parent: Any) -> int:
        if isinstance(node, InlineFragmentNode):
            return self._selections(node.selection_set, parent)
        if isinstance(node, FragmentSpreadNode):
            name = node.name.value
            if name not in self._known:
                self._known[name] = self._selections(self.fragments[name].selection_set, parent)
            return self._known[name]
        if node.name.value.startswith("__"):
            return 1
        kind = parent.fields[node.name.value].type
        named = get_named_type(kind)
        if not is_object_type(named) or node.selection_set is None:
            return 1
        return 1 + self._times(node, kind, named, parent) * self._selections(node.selection_set, named)

    def _times(self, node: FieldNode, kind: Any, named: GraphQLObjectType, parent: GraphQLObjectType) -> int:
        if "pagination" in parent.fields[node.name.value].args:
            return self._limit(node)
        if isinstance(kind, GraphQLNonNull):
            kind = kind.of_type
        if isinstance(kind, GraphQLList) and not named.name.endswith("Edge"):
            return PLAIN_LIST
        return 1

    def _limit(self, node: FieldNode) -> int:
        given = next((argument.value for argument in node.arguments or () if argument.name.value == "pagination"), None)
        pagination = value_from_ast_untyped(given, dict(self.variables)) if given else None
        limit = pagination.get("limit") if isinstance(pagination, dict) else None
        if limit is None or isinstance(limit, bool) or not isinstance(limit, int | float):
            return DEFAULT_LIMIT
        if not 1 <= limit <= settings.GRAPHQL_PAGE:
            raise refuse("a page with a limit from 1 to", settings.GRAPHQL_PAGE)
        return int(limit)
