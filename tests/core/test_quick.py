"""core/quick.py takes what DRF's fields take, as they take it, for every input that there is."""

import random
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from rest_framework import serializers

import mintenance.urls  # noqa: F401 - all inputs are there once all doors are
from core.inputs import Input
from core.quick import LATER

ODD: list[Any] = [
    None, "", " ", "\t\n", "x", "  trimmed  ", "é", "\u00a0", "a\0b", "\ud800", "😀" * 3, "x" * 101, "x" * 2001, "x" * 5001,
    True, False, 0, 1, -1, 5, 10**30, 0.5, 1e400, Decimal("1"), Decimal("12.345"), Decimal("1E+3"), Decimal("0.01"), Decimal("NaN"),
    Decimal("-Infinity"), Decimal("99999999.99"), Decimal("120.5"), [], ["x"], [None], [1, "x"], ["a", "a"], {}, {"x": 1},
    "0199c1d2-0000-7000-8000-000000000001", "0199C1D2-0000-7000-8000-000000000001", "0199c1d2000070008000000000000001",
    "{0199c1d2-0000-7000-8000-000000000001}", "2026-11-27", "2026-11-27T10:00:00Z", "ann@example.org", "plumbing", "posted", "online",
]  # fmt: skip
ROUNDS = 400


def _all(kind: type[Input]) -> Iterator[type[Input]]:
    for one in kind.__subclasses__():
        if one.__module__.partition(".")[0] != "tests":
            yield one
        yield from _all(one)


def _fitting(field: serializers.Field, chance: random.Random) -> Any:
    """Something that a field of this kind may well take."""
    if isinstance(field, Input):
        return _data(field, chance)
    if isinstance(field, serializers.ChoiceField):
        return chance.choice(list(field.choices))
    if isinstance(field, serializers.UUIDField):
        return f"0199c1d2-0000-7000-8000-{chance.getrandbits(48):012x}"
    if isinstance(field, serializers.IntegerField):
        return chance.choice([field.min_value or 0, (field.max_value or 9), 3])
    if isinstance(field, serializers.DecimalField | serializers.FloatField):
        return chance.choice([Decimal("51.5"), Decimal("120.50"), 7])
    if isinstance(field, serializers.BooleanField):
        return chance.random() < 0.5
    if isinstance(field, serializers.ListField):
        return [_fitting(field.child, chance) for _ in range(chance.randrange(4))]
    if isinstance(field, serializers.EmailField):
        return "ann@example.org"
    return chance.choice(["some words", " trimmed ", "naïve"])


def _data(form: Input, chance: random.Random) -> dict[str, Any]:
    data = {
        name: chance.choice(ODD) if chance.random() < 0.1 else _fitting(field, chance)
        for name, field in form.outside.items()
        if field.required or chance.random() < 0.7
    }
    if chance.random() < 0.03:
        data["unknown"] = 1
    return data


def _exact(value: Any) -> Any:
    """The value with its types, so that 1, True and Decimal("1.0") differ."""
    if isinstance(value, dict):
        return {name: _exact(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_exact(one) for one in value]
    return type(value), str(value)


@pytest.mark.parametrize("kind", sorted(set(_all(Input)), key=lambda one: f"{one.__module__}.{one.__name__}"))
@pytest.mark.parametrize("partial", [False, True])
def test_it_takes_what_drf_takes(kind: type[Input], partial: bool) -> None:
    chance, form, taken = random.Random(f"{kind.__name__}{partial}"), kind(), 0
    form.only_given = partial
    for _ in range(ROUNDS):
        data = _data(form, chance)
        quick = form.quick(data)
        if quick is not LATER:
            taken += 1
            assert _exact(dict(quick)) == _exact(dict(form.run_validation(data))), data
    assert taken or _must_be_judged(form), f"{kind.__name__} is never taken"


def _must_be_judged(form: Input) -> bool:
    return any(isinstance(field, serializers.FileField) for field in form.outside.values())


@pytest.mark.parametrize("kind", sorted(set(_all(Input)), key=lambda one: f"{one.__module__}.{one.__name__}"))
def test_odd_values_go_to_drf_or_are_taken_alike(kind: type[Input]) -> None:
    form = kind()
    fitting = {name: _fitting(field, random.Random(1)) for name, field in form.outside.items()}
    for name in form.outside:
        for odd in ODD:
            data = {**fitting, name: odd}
            quick = form.quick(data)
            if quick is not LATER:
                assert _exact(dict(quick)) == _exact(dict(form.run_validation(data))), (name, odd)
