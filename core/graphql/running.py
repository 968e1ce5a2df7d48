"""Running one request: caller, limits, count, then the operation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.conf import settings
from graphql import FieldNode, FragmentSpreadNode, GraphQLSchema, OperationDefinitionNode, OperationType, execute

from core import throttles
from core.errors import BadInput
from core.graphql.answers import error_of
from core.graphql.documents import Documents, Prepared
from core.graphql.executor import Executor
from core.graphql.limits import Cost, refuse
from core.graphql.nodes import Caller
from core.graphql.values import plain


@dataclass(frozen=True)
class Asked:
    """A request as the specification of GraphQL over HTTP has it."""

    query: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    operation: str | None = None

    @classmethod
    def read(cls, body: Any) -> "Asked":
        """Raises BadInput."""
        if not isinstance(body, dict):
            raise BadInput("Send one JSON object: requests are not batched.")
        query, variables, name = body.get("query"), body.get("variables"), body.get("operationName")
        if not isinstance(query, str) or not query.strip():
            raise BadInput("Say in `query` what to run.")
        if variables is not None and not isinstance(variables, dict):
            raise BadInput("`variables` is an object.")
        if name is not None and not isinstance(name, str):
            raise BadInput("`operationName` is a string.")
        return cls(query, variables or {}, name or None)


class Door:
    """A schema, and how its requests are counted."""

    def __init__(self, schema: GraphQLSchema, groups: Mapping[str, str], needs_no_caller: frozenset[str]) -> None:
        self.schema, self._groups, self._needs_no_caller = schema, groups, needs_no_caller

    @cached_property
    def documents(self) -> Documents:
        """Those that were sent before."""
        return Documents(lambda: self.schema)

    def prepare(self, asked: Asked) -> tuple[Prepared, OperationDefinitionNode]:
        """The document and its operation. Raises BadInput."""
        prepared = self.documents.prepare(asked.query)
        return prepared, prepared.operation(asked.operation)

    def looks_at_caller(self, prepared: Prepared, operation: OperationDefinitionNode) -> bool:
        """Whether any of it depends on who calls."""
        return not self._needs_no_caller.issuperset(root_fields(operation, prepared.fragments))

    def count(self, caller: Caller, asked: Asked, prepared: Prepared, operation: OperationDefinitionNode) -> Any:
        """Take the operation from what the caller may ask for. Raises LimitExceeded, TooManyRequests."""
        cost = Cost(self.schema, prepared.fragments, asked.variables).of(operation)
        names = root_fields(operation, prepared.fragments)
        is_mutation = operation.operation == OperationType.MUTATION
        if is_mutation and len(names) > settings.GRAPHQL_MUTATIONS:
            raise refuse("mutations up to", settings.GRAPHQL_MUTATIONS)
        amounts = {"write" if is_mutation else "read": 0}
        for name in names:
            group = self._groups.get(name)
            if group or is_mutation:
                amounts[group or "write"] = amounts.get(group or "write", 0) + 1
        if not is_mutation:
            amounts["read"] = -(-cost // settings.GRAPHQL_COST_PER_REQUEST) if cost else 1
        counted = [throttles.count(caller.actor, group, amount) for group, amount in amounts.items() if amount]
        return next((allowance for allowance in counted if allowance is not None), None)

    def run(self, caller: Caller, asked: Asked, prepared: Prepared, *, root: Any = None) -> dict[str, Any]:
        """`{"data": …, "errors"?: …}`, without data where the variables do not fit. `root`: a subscription's event."""
        result: Any = execute(
            self.schema,
            prepared.document,
            root,
            context_value=caller,
            variable_values=plain(dict(asked.variables)),
            operation_name=asked.operation,
            executor_class=Executor,
            prepared=prepared,
        )
        answer: dict[str, Any] = {"data": result.data}
        if result.errors:
            answer["errors"] = [error_of(error, caller.actor.request_id) for error in result.errors]
            if result.data is None and all(error.path is None for error in result.errors):
                del answer["data"]
        return answer


def root_fields(operation: OperationDefinitionNode, fragments: Mapping[str, Any]) -> list[str]:
    """The names of the fields at the root, fragments written out."""
    names: list[str] = []
    waiting: list[Any] = [*reversed(operation.selection_set.selections)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, FieldNode):
            names.append(node.name.value)
        else:
            inside = fragments[node.name.value] if isinstance(node, FragmentSpreadNode) else node
            waiting.extend(reversed(inside.selection_set.selections))
    return names
