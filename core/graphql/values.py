"""Scalars, and values on their way from GraphQL to the forms that REST reads."""

import dataclasses
import operator
from collections.abc import Mapping
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, NewType
from uuid import UUID

import strawberry
from strawberry.types.scalar import ScalarDefinition

from core.errors import NotFound
from core.names import camel_case

DateTime = NewType("DateTime", str)
Date = NewType("Date", str)


def _text(value: Any) -> str:
    """What it means is for the form to say that reads it, the same one as REST's."""
    if not isinstance(value, str):
        raise ValueError("Expected a string.")
    return value


def _scalar(name: str, about: str) -> ScalarDefinition:
    return strawberry.scalar(name=name, description=about, serialize=_text, parse_value=_text)


SCALARS: Mapping[object, ScalarDefinition] = {
    DateTime: _scalar("DateTime", "A time as RFC 3339 has it, with its offset: 2026-11-25T08:00:00Z."),
    Date: _scalar("Date", "A day as RFC 3339 has it: 2026-11-25."),
}


def given(value: Any) -> Any:
    """An input as JSON would have brought it: names and enums as REST spells them, without what was left out."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        members = ((field.name, getattr(value, field.name)) for field in dataclasses.fields(value))
        return {camel_case(name): given(member) for name, member in members if member is not strawberry.UNSET}
    if isinstance(value, Enum):
        return value.value
    return [given(item) for item in value] if isinstance(value, list) else value


def plain(value: Any) -> Any:
    """JSON as the door read it, with fractions as GraphQL knows them."""
    if isinstance(value, dict):
        return {name: plain(member) for name, member in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return float(value) if isinstance(value, Decimal) else value


def key_of(text: str) -> UUID:
    """The id. What is no id names nothing: NotFound, as an address of REST with it would be."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None


def parameters(*inputs: Any, **more: Any) -> dict[str, str]:
    """What these inputs are as query parameters of REST; what is null or left out is not there."""
    members = [member for one in inputs if one for member in given(one).items()] + list(more.items())
    return {name: _spelled(value) for name, value in members if value is not None}


def _spelled(value: Any) -> str:
    return ("false", "true")[value] if isinstance(value, bool) else str(value)


def upward(name: str) -> Any:
    """The type of this dotted name, of an app that stands above and is not to be imported."""
    module, _, kind = name.rpartition(".")
    return operator.getitem(Annotated, (kind, strawberry.lazy(module)))
