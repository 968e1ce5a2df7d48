"""Documents: read, measured and validated once, then kept."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from django.conf import settings
from graphql import (
    DirectiveNode,
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLSchema,
    GraphQLSyntaxError,
    MaxIntrospectionDepthRule,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    OverlappingFieldsCanBeMergedRule,
    StringValueNode,
    VariableNode,
    Visitor,
    parse,
    specified_rules,
    validate,
    visit,
)

from core.errors import BadInput
from core.graphql.limits import LimitExceeded, Measure, check_merging

KEPT = 500  # documents; a program has few, and sends them over and over
LONGEST = 100_000  # characters; reading one goes through each of them
_RULES = [rule for rule in specified_rules if rule is not OverlappingFieldsCanBeMergedRule]
_MOST_ERRORS = 5


class InvalidDocument(BadInput):
    """The document does not parse, or does not fit the schema."""

    code, message = "invalid_document", "The document is not valid."


@dataclass(frozen=True)
class Prepared:
    """A document that may be run."""

    document: DocumentNode
    operations: Mapping[str, OperationDefinitionNode]
    fragments: Mapping[str, FragmentDefinitionNode]
    conditions: Sequence[str]  # the variables that say what is included and skipped
    plans: dict[Hashable, Any] = field(default_factory=dict, compare=False)  # core/graphql/executor.py

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """The one that is to run. Raises BadInput where the name does not tell."""
        if name is None and len(self.operations) == 1:
            return next(iter(self.operations.values()))
        if name is None:
            raise InvalidDocument("The document has several operations: say which by operationName.")
        if name not in self.operations:
            raise InvalidDocument(f"The document has no operation {name[:100]}.")
        return self.operations[name]


class Documents:
    """The documents of one schema."""

    def __init__(self, schema: Callable[[], GraphQLSchema]) -> None:
        self._schema, self._lock = schema, Lock()
        self._kept: OrderedDict[str, Prepared] = OrderedDict()

    def prepare(self, text: str) -> Prepared:
        """The document, valid and within the limits. Raises BadInput."""
        with self._lock:
            found = self._kept.get(text)
            if found is not None:
                self._kept.move_to_end(text)
                return found
        made = self._check(_parsed(text))
        with self._lock:
            self._kept[text] = made
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return made

    def _check(self, document: DocumentNode) -> Prepared:
        operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
        measure = Measure(document)
        for operation in operations:
            measure.check(operation)
        for operation in operations:
            check_merging([operation.selection_set], measure.fragments)
        schema, is_open = self._schema(), settings.GRAPHQL_INTROSPECTION
        rules = [*_RULES, MaxIntrospectionDepthRule, *([] if is_open else [NoSchemaIntrospectionCustomRule])]
        wrong = validate(schema, document, rules, max_errors=_MOST_ERRORS, hide_suggestions=not is_open)
        if wrong:
            raise InvalidDocument(wrong[0].message, details={"errors": [_place(error) for error in wrong]})
        named = {node.name.value if node.name else "": node for node in operations}
        return Prepared(document, named, measure.fragments, _conditions_in(document))


def _parsed(text: str) -> DocumentNode:
    if len(text) > LONGEST:
        raise LimitExceeded(f"A document may have {LONGEST} characters at most; values go into its variables.")
    try:
        document = parse(text, max_tokens=settings.GRAPHQL_TOKENS)
    except GraphQLSyntaxError as error:
        if "Parsing aborted" in error.message:
            raise LimitExceeded(f"A document may have {settings.GRAPHQL_TOKENS} tokens at most.") from None
        raise InvalidDocument(error.message, details={"errors": [_place(error)]}) from None
    if "\\u" in text or "\0" in text:
        visit(document, _Texts())
    return document


class _Texts(Visitor):
    """Refuses what is no text, and could not be stored."""

    def enter_string_value(self, node: StringValueNode, *_: Any) -> None:
        if "\0" in node.value or any("\ud800" <= char <= "\udfff" for char in node.value):
            raise InvalidDocument("The document holds characters that are no text.")


def _conditions_in(document: DocumentNode) -> list[str]:
    found = _Conditions()
    visit(document, found)
    return sorted(found.names)


class _Conditions(Visitor):
    """The names of variables that directives name."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
        values = (argument.value for argument in node.arguments or ())
        self.names.update(value.name.value for value in values if isinstance(value, VariableNode))


def _place(error: Any) -> dict[str, Any]:
    places = [{"line": place.line, "column": place.column} for place in error.locations or ()]
    return {"message": error.message, "locations": places}
