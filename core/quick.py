"""Plain values of an `Input`'s fields, taken without DRF's machinery, which costs more than what is done with them.

It only accepts: of a value that a field of DRF's would take it gives what that field would give, and of every other it
says LATER, so that DRF's own fields judge it and write the refusal. Which fields it knows is a matter of their class
and of their validators; `tests/core/test_quick.py` holds both ways together for every input that there is.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.validators import (
    BaseValidator,
    MaxLengthValidator,
    MaxValueValidator,
    MinLengthValidator,
    MinValueValidator,
    ProhibitNullCharactersValidator,
)
from rest_framework import serializers
from rest_framework.fields import empty
from rest_framework.validators import ProhibitSurrogateCharactersValidator

from core.ids import WRITTEN

LATER: Any = object()
"""This is for DRF to judge."""

Take = Callable[[Any], Any]

_SURROGATE = re.compile("[\ud800-\udfff]")
_RULES = ("run_validation", "validate_empty_values", "to_internal_value", "run_validators")
_OF_TEXT = frozenset({ProhibitNullCharactersValidator, ProhibitSurrogateCharactersValidator})


def taker(field: serializers.Field) -> Take | None:
    """What takes a field's plain values; None where each is DRF's to judge."""
    kind = type(field)
    make = next(
        (make for known, make in _MAKERS.items() if issubclass(kind, known) and _reads_alike(kind, known)), None
    )
    take = make(field) if make else None
    return or_none(take) if take is not None and field.allow_null else take


def _reads_alike(kind: type, known: type) -> bool:
    """Whether a class of fields that stems from a known one has no rules of its own, but for its validators."""
    return all(getattr(kind, rule) is getattr(known, rule) for rule in _RULES)


def or_none(take: Take) -> Take:
    """The same where null is a value too."""
    return lambda value: None if value is None else take(value)


def default_of(field: serializers.Field) -> Any:
    """The value of a field that was left out: DRF's `empty` where there is none, LATER where it has to be there, or is
    made up."""
    if field.required or (callable(field.default) and field.default is not empty):
        return LATER
    return field.default


def _list(field: serializers.ListField) -> Take | None:
    item = taker(field.child)
    bounds = _bounds(field, {MinLengthValidator: "least", MaxLengthValidator: "most"})
    if item is None or bounds is None:
        return None
    least, most = bounds.get("least", 0 if field.allow_empty else 1), bounds.get("most", float("inf"))

    def take(value: Any) -> Any:
        if type(value) is not list or not least <= len(value) <= most:
            return LATER
        taken = [item(one) for one in value]
        return LATER if any(one is LATER for one in taken) else taken

    return take


def _bounds(field: Any, known: Mapping[type, str], passed: frozenset[type] = frozenset()) -> dict[str, Any] | None:
    """The limits of a field's validators; None where there is a validator that is not known."""
    found: dict[str, Any] = {}
    for validator in field.validators:
        if type(validator) in passed:
            continue
        name = known.get(type(validator))
        if name is None or not isinstance(validator, BaseValidator) or callable(validator.limit_value):
            return None
        found[name] = validator.limit_value
    return found


def _text(field: serializers.CharField) -> Take | None:
    bounds = _bounds(field, {MinLengthValidator: "least", MaxLengthValidator: "most"}, _OF_TEXT)
    if bounds is None:
        return None
    least, most = bounds.get("least", 0), bounds.get("most", float("inf"))
    trims, allows_blank = field.trim_whitespace, field.allow_blank

    def take(value: Any) -> Any:
        if type(value) is not str:
            return LATER
        text = value.strip() if trims else value
        if not text:
            return "" if allows_blank else LATER
        if not least <= len(text) <= most or "\0" in text or not (text.isascii() or not _SURROGATE.search(text)):
            return LATER
        return text

    return take


def _uuid(field: serializers.UUIDField) -> Take | None:
    if field.validators:
        return None
    return lambda value: UUID(value) if type(value) is str and WRITTEN.fullmatch(value) else LATER


def _between(field: serializers.Field) -> tuple[Any, Any] | None:
    bounds = _bounds(field, {MinValueValidator: "least", MaxValueValidator: "most"})
    return (bounds.get("least", float("-inf")), bounds.get("most", float("inf"))) if bounds is not None else None


def _whole_number(field: serializers.IntegerField) -> Take | None:
    between = _between(field)
    if between is None:
        return None
    least, most = between
    return lambda value: value if type(value) is int and least <= value <= most else LATER


def _exact_number(field: serializers.DecimalField) -> Take | None:
    between = _between(field)
    if between is None or field.localize or field.rounding is not None or field.normalize_output:
        return None
    least, most = between

    def take(value: Any) -> Any:
        if type(value) is int:
            value = Decimal(value)
        if type(value) is not Decimal or not value.is_finite() or not least <= value <= most:
            return LATER
        try:
            return field.quantize(field.validate_precision(value))
        except serializers.ValidationError:
            return LATER

    return take


def _choice(field: serializers.ChoiceField) -> Take | None:
    if field.validators or field.allow_blank:
        return None
    choices = field.choice_strings_to_values
    return lambda value: choices.get(value, LATER) if type(value) is str else LATER


def _flag(field: serializers.BooleanField) -> Take | None:
    return None if field.validators else lambda value: value if type(value) is bool else LATER


_MAKERS: dict[type, Callable[[Any], Take | None]] = {
    serializers.CharField: _text,
    serializers.UUIDField: _uuid,
    serializers.IntegerField: _whole_number,
    serializers.DecimalField: _exact_number,
    serializers.ChoiceField: _choice,
    serializers.BooleanField: _flag,
    serializers.ListField: _list,
}
