"""The executor: graphql-core's, which leaves to PostgreSQL what can be written as a whole.

A resolver at the root may answer with something `Hot`: it is known what is read, and not yet in which selection. Where
the selection is covered by a plan, PostgreSQL writes it; where it is not, its nodes are gone into field by field.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, override

import orjson
from graphql import Executor as PlainExecutor
from graphql import GraphQLObjectType

from core.graphql.documents import Prepared
from core.graphql.nodes import Caller, Kind
from core.graphql.projecting import NotCoveredError, Plan, Planner

MOST_PLANS = 64  # of one document: one for each root field, times what @include and @skip let through


@dataclass(frozen=True)
class Written:
    """A value of the answer that is JSON already."""

    json: orjson.Fragment


class Hot:
    """What a root field answers with, before it is known in which selection it is wanted."""

    is_connection = False

    def __init__(self, caller: Caller, kind: Kind, view: Any) -> None:
        self.caller, self.kind, self.view = caller, kind, view

    @property
    def also(self) -> frozenset[str]:
        """The members on request that are read along."""
        raise NotImplementedError

    def whole(self) -> Any:
        """For the executor to go into. Raises what REST refuses it with."""
        raise NotImplementedError

    def projected(self, plan: Plan) -> Any:
        """By this plan: a `Written`, or an object with members that are."""
        raise NotImplementedError


class Executor(PlainExecutor[None]):
    """See the module. `prepared` is the document, which keeps the plans of its selections."""

    def __init__(self, *args: Any, prepared: Prepared, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._prepared = prepared

    @override
    def complete_object_value(
        self, return_type: Any, field_details_list: Any, info: Any, path: Any, result: Any, position_context: Any
    ) -> Any:
        if isinstance(result, Hot):
            plan = self._plan(result, return_type, field_details_list, path)
            may = plan is not None and all(map(result.caller.has_scope, plan.scopes))
            result = result.projected(plan) if plan is not None and may else result.whole()
            if isinstance(result, Written):
                return result.json
        return super().complete_object_value(return_type, field_details_list, info, path, result, position_context)

    @override
    def complete_list_value(
        self, return_type: Any, field_details_list: Any, info: Any, path: Any, result: Any, position_context: Any
    ) -> Any:
        if isinstance(result, Written):
            return result.json
        return super().complete_list_value(return_type, field_details_list, info, path, result, position_context)

    def _plan(self, hot: Hot, type_: GraphQLObjectType, fields: Any, path: Any) -> Plan | None:
        """The plan of this field at the root; None where it is not covered."""
        plans = self._prepared.plans
        coerced = self.variable_values.coerced
        conditions = tuple(coerced.get(name) for name in self._prepared.conditions)
        key: Hashable = (id(self.operation), path.key, conditions, hot.also)
        if key not in plans:
            if len(plans) >= MOST_PLANS:
                plans.clear()
            plans[key] = self._make_plan(hot, type_, fields)
        return plans[key]

    def _make_plan(self, hot: Hot, type_: GraphQLObjectType, fields: Any) -> Plan | None:
        planner = Planner(lambda inside, each: self.collect_subfields(inside, each).grouped_field_set)
        make = planner.of_edges if hot.is_connection else planner.of_node
        try:
            return make(hot.kind, hot.view.representation, hot.also, type_, fields)
        except NotCoveredError:
            return None
