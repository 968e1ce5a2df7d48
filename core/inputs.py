"""Input: what a client may send, declared in snake_case and read in camelCase, without guessing at types."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cached_property
from threading import local
from typing import Any, Self

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from rest_framework import serializers
from rest_framework.fields import empty
from rest_framework.settings import api_settings

from core.errors import BadInput, FieldErrors
from core.names import camel_case
from core.quick import LATER, Take, default_of, or_none, taker

_WHOLE = api_settings.NON_FIELD_ERRORS_KEY
_EXPECTED: tuple[tuple[type | tuple[type, ...], type | tuple[type, ...], str], ...] = (
    # kind of field, type of the JSON value, what to say otherwise; the first that fits counts
    (serializers.BooleanField, bool, "Expected true or false."),
    (serializers.IntegerField, int, "Expected a whole number."),
    (
        (serializers.FloatField, serializers.DecimalField),
        (int, Decimal, float),
        "Expected a number.",
    ),
    (serializers.FileField, UploadedFile, "Expected a file."),
    (serializers.ListField, list, "Expected a list."),
    (serializers.ListSerializer, list, "Expected a list."),
    ((serializers.DictField, serializers.Serializer), dict, "Expected an object."),
    (serializers.MultipleChoiceField, list, "Expected a list."),
    (serializers.JSONField, object, ""),
    (serializers.Field, str, "Expected a string."),
)


class UnknownField(BadInput):
    """The body holds a field that this route does not take."""

    code, message = "unknown_field", "The body holds a field that is not known here."


class MoneyField(serializers.DecimalField):
    """An amount: a number with at most two decimals, above 0 and below 100 million unless told otherwise."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            **{
                "max_digits": 10,
                "decimal_places": 2,
                "min_value": Decimal("0.01"),
                **options,
            }
        )


def _strict(field: serializers.Field, value: Any) -> Any:
    """The value, if JSON gave it the type that the field is of; fields of DRF's would take "5" for 5."""
    if (
        isinstance(field, serializers.IntegerField)
        and isinstance(value, Decimal)
        and value == value.to_integral_value()
    ):
        value = int(value) if value.adjusted() < 20 else value  # JSON has one kind of number: 5.0 is 5
    for kind, wanted, message in _EXPECTED:
        if isinstance(field, kind):
            if not isinstance(value, wanted) or (
                isinstance(value, bool) and wanted is not bool and wanted is not object
            ):
                raise serializers.ValidationError(message)
            break
    if isinstance(field, serializers.ListField):
        return [value if value is None else _strict_item(field, index, value) for index, value in enumerate(value)]
    return value


def _strict_item(field: serializers.ListField, index: int, value: Any) -> Any:
    try:
        return _strict(field.child, value)
    except serializers.ValidationError as error:
        raise serializers.ValidationError({str(index): error.detail}) from None


_kept = local()


class Input(serializers.Serializer):
    """The base of every input.

    A field `min_budget` is `minBudget` outside. A field that is not declared is refused by name, a value of
    another type than the field's too. Text is trimmed. `read` gives the clean values under their inside
    names. In a multipart form all values are text, so the fields' own reading of text holds there.
    """

    only_given = False  # DRF's `partial` would also let half an object pass within

    @classmethod
    def read(cls, data: Any, *, partial: bool = False, **context: Any) -> dict[str, Any]:
        """The clean values; with `partial`, of what is there. Raises FieldErrors, UnknownField, BadInput."""
        if not isinstance(data, Mapping):
            raise BadInput("The body must be a JSON object.")
        form = cls._of_this_thread()
        form._context, form.only_given = context, partial
        values = form.quick(data)
        if values is not LATER:
            return dict(values)
        form._refuse_unknown(data)
        try:
            return dict(form.run_validation(data))
        except serializers.ValidationError as error:
            raise FieldErrors(dict(error.detail)) from None  # type: ignore[arg-type]  # of a form it is a dict

    @classmethod
    def _of_this_thread(cls) -> Self:
        """A form that is kept: to make one, DRF copies every field. It holds nothing of what it has read before."""
        forms: dict[type[Self], Self] = _kept.__dict__.setdefault("forms", {})
        if cls not in forms:
            forms[cls] = cls()
        return forms[cls]

    @classmethod
    def document(cls, stored: Mapping[str, Any]) -> dict[str, Any]:
        """The writable part of a resource as its representation shows it, in the form in which it is written.

        What PUT, merge patch and JSON Patch start from. Override it where the two forms differ.
        """
        return {name: _writable(field, stored[name]) for name, field in cls().outside.items() if name in stored}

    @cached_property
    def outside(self) -> dict[str, serializers.Field]:
        """The writable fields under their outside names."""
        return {self.outside_name(name): field for name, field in self.fields.items() if not field.read_only}

    @classmethod
    def outside_name(cls, name: str) -> str:
        """What a field is called outside."""
        return camel_case(name)

    @cached_property
    def _plan(self) -> list[tuple[str, str, Take, Any, Take | None]] | None:
        """Of each field its names outside and inside, what takes its values, its default, and the form's own check."""
        kind = type(self)
        is_plain = kind.run_validation is Input.run_validation and kind.to_internal_value is Input.to_internal_value
        if not is_plain or self.validators:
            return None
        return [
            (
                name,
                str(field.source),
                _taker(field),
                default_of(field),
                getattr(self, f"validate_{field.field_name}", None),
            )
            for name, field in self.outside.items()
        ]

    def quick(self, data: Any) -> Any:
        """The clean values of plain data, without DRF's machinery (core/quick.py); LATER where that has to judge."""
        if type(data) is not dict or self._plan is None:
            return LATER
        try:
            return self._take(data, self._plan)
        except serializers.ValidationError:
            return LATER

    def _take(self, data: dict[str, Any], plan: Iterable[tuple[str, str, Take, Any, Take | None]]) -> Any:
        values: dict[str, Any] = {}
        known = 0
        for name, source, take, default, check in plan:
            if name in data:
                known += 1
                value = take(data[name])
            elif self.only_given or default is empty:
                continue
            else:
                value = default
            if value is LATER:
                return LATER
            values[source] = check(value) if check else value
        return self.validate(values) if known == len(data) else LATER

    def _refuse_unknown(self, data: Mapping[str, Any]) -> None:
        unknown = sorted(name for name in data if name not in self.outside)
        if unknown:
            details = {name: ["This field is not known."] for name in unknown[:20]}
            raise UnknownField(f"The body holds an unknown field: {unknown[0][:100]}.", details=details)

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """DRF's loop over the fields, with outside names and without coercion."""
        if not isinstance(data, Mapping):
            raise serializers.ValidationError({_WHOLE: ["Expected an object."]})
        if unknown := [name for name in data if name not in self.outside]:
            raise serializers.ValidationError({name: ["This field is not known."] for name in unknown[:20]})
        values: dict[str, Any] = {}
        errors: dict[str, Any] = {}
        for name, field in self.outside.items():
            try:
                self._read_field(name, field, data, values)
            except serializers.ValidationError as error:
                errors[name] = error.detail
        if errors:
            raise serializers.ValidationError(errors)
        return values

    def _read_field(
        self,
        name: str,
        field: serializers.Field,
        data: Mapping[str, Any],
        values: dict[str, Any],
    ) -> None:
        """Put the clean value of one field into `values`; nothing when it was left out and has no default."""
        if self.only_given and name not in data:
            return
        try:
            given = field.run_validation(self._given(name, field, data))
        except serializers.SkipField:
            return
        validate = getattr(self, f"validate_{field.field_name}", None)
        values[str(field.source)] = validate(given) if validate else given

    @staticmethod
    def _given(name: str, field: serializers.Field, data: Mapping[str, Any]) -> Any:
        if name not in data:
            return empty
        if isinstance(data, QueryDict):
            return data.getlist(name) if isinstance(field, serializers.ListField) else data[name]
        return data[name] if data[name] is None else _strict(field, data[name])


def _taker(field: serializers.Field) -> Take:
    """What takes a field's values: by its own machinery if need be, which may refuse them."""
    take = _taker_of_form(field) if isinstance(field, Input) else taker(field)
    return take or (lambda value: field.run_validation(value if value is None else _strict(field, value)))


def _taker_of_form(form: Input) -> Take:
    return or_none(form.quick) if form.allow_null else form.quick


def _writable(field: serializers.Field, value: Any) -> Any:
    return field.document(value) if isinstance(field, Input) and isinstance(value, Mapping) else value


def emptied(field: serializers.Field) -> Any:
    """What a field holds that a PUT leaves out or a patch removes; `empty` when it stays as it is."""
    if field.default is not empty:
        return field.get_default()
    if field.allow_null:
        return None
    if isinstance(field, serializers.ListField):
        return []
    return "" if getattr(field, "allow_blank", False) else empty


class NoInput(Input):
    """Of an action that takes nothing: no body, or an empty object."""


class DegreesField(serializers.FloatField):
    """A coordinate; what a client computed to more places than are kept (a tenth of a metre) is rounded."""

    def to_internal_value(self, data: Any) -> Any:
        """A Decimal: exact from here on."""
        return Decimal(str(round(super().to_internal_value(data), 6)))


class PointInput(Input):
    """A point on the globe, in degrees."""

    lat = DegreesField(min_value=-90, max_value=90)
    lng = DegreesField(min_value=-180, max_value=180)


class UploadInput(Input):
    """A multipart form with one part, `file`."""

    file = serializers.FileField(allow_empty_file=True)  # whether it holds anything is the pipeline's to say

    @classmethod
    def read(cls, data: Any, **options: Any) -> dict[str, Any]:
        """Refuses a second file too, which a form's reader would drop without a word."""
        if isinstance(data, QueryDict) and len(data.getlist("file")) > 1:
            raise FieldErrors({"file": ["Send one file at a time."]})
        return super().read(data, **options)
