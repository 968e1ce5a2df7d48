"""Query parameters that narrow a list: django-filter's declarations, read strictly, and traced with slots."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, override

import django_filters
from django import forms
from django.db.models import FloatField, QuerySet
from django.http import QueryDict

from core.errors import FieldErrors
from core.geo import Circle, distance_km, in_box
from core.names import camel_case
from core.shapes import Slot


class InvalidParameter(FieldErrors):
    """A query parameter is unknown, repeated, or has a value that makes no sense."""

    code, message = "invalid_parameter", "A query parameter is not valid."


class CommaField(forms.Field):
    """`a,b`: a list of choices."""

    def __init__(self, *, choices: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.choices = {str(value) for value, _ in choices}

    @override
    def clean(self, value: Any) -> list[str]:
        parts = [part.strip() for part in value.split(",")]
        unknown = [part for part in parts if part not in self.choices]
        if unknown:
            raise forms.ValidationError(f"Must be one or more of {', '.join(sorted(self.choices))}.")
        return sorted(set(parts))


@dataclass(frozen=True)
class Single:
    """A list of one."""

    slot: Slot


class ListFilter(django_filters.Filter):
    """Several values by comma, as one array parameter; one as itself, so that an index on it keeps its order."""

    field_class = CommaField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["lookup_expr"] = "one_of"
        super().__init__(*args, **kwargs)

    @override
    def filter(self, qs: QuerySet, value: Any) -> QuerySet:
        return qs.filter(**{self.field_name: value.slot}) if isinstance(value, Single) else super().filter(qs, value)


class YesNoField(forms.Field):
    """`true` or `false`."""

    @override
    def clean(self, value: Any) -> bool:
        if value not in ("true", "false"):
            raise forms.ValidationError("Must be true or false.")
        return bool(value == "true")


class YesNoFilter(django_filters.Filter):
    """True or false; its value is part of the statement's shape, so a method may branch on it."""

    field_class = YesNoField


def search_words(rows: QuerySet, name: str, text: Any) -> QuerySet:
    """The method of a filter for words: the queryset's own `search`."""
    return rows.search(text)  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Narrowing:
    """What a request asks a list to be narrowed to: the shape of it, and the values for its slots."""

    filters: type["Filters"]
    names: tuple[tuple[str, Any], ...] = ()  # (filter, True/False; None: slot; Single: slot of one)
    values: Mapping[str, Any] = field(default_factory=dict)
    circle: bool | None = None  # None: no circle; else whether it crosses the antimeridian

    @property
    def shape(self) -> tuple[Any, ...]:
        """All that the text of the statement depends on."""
        return (self.filters, self.names, self.circle)

    def apply(self, rows: QuerySet) -> QuerySet:
        """The rows, narrowed by slots."""
        for name, how in self.names:
            value = how if isinstance(how, bool) else Slot(name) if how is None else how(Slot(name))
            rows = self.filters.base_filters[name].filter(rows, value)
        if self.circle is not None:
            rows = self.filters.narrow_to_circle(rows, crosses_antimeridian=self.circle)
        return rows


class Filters(django_filters.FilterSet):
    """A FilterSet whose parameters are camelCase. It is never instantiated for a list: `read` and `apply` do it."""

    @classmethod
    def parameters(cls) -> dict[str, str]:
        """Parameter → the filter's name."""
        return {camel_case(name): name for name in cls.base_filters}

    @classmethod
    def read(cls, query: QueryDict) -> Narrowing:
        """The narrowing that the query asks for. Raises InvalidParameter, naming each bad parameter."""
        values: dict[str, Any] = {}
        names: list[tuple[str, Any]] = []
        wrong: dict[str, list[str]] = {}
        for parameter, name in cls.parameters().items():
            if parameter not in query:
                continue
            try:
                value = cls._clean(name, query.getlist(parameter))
            except forms.ValidationError as error:
                wrong[parameter] = error.messages
                continue
            if isinstance(value, bool):
                names.append((name, value))
            elif isinstance(value, list) and len(value) == 1:
                names.append((name, Single))
                values[name] = value[0]
            else:
                names.append((name, None))
                values[name] = value
        if wrong:
            raise InvalidParameter(wrong)
        return cls.finish(Narrowing(cls, tuple(sorted(names, key=itemgetter(0))), values))

    @classmethod
    def _clean(cls, name: str, given: list[str]) -> Any:
        if len(given) > 1:
            raise forms.ValidationError("Given more than once.")
        if not given[0].strip():
            raise forms.ValidationError("Must not be empty.")
        return cls.base_filters[name].field.clean(given[0])

    @classmethod
    def finish(cls, narrowing: Narrowing) -> Narrowing:
        """A place for what several parameters say together."""
        return narrowing

    @classmethod
    def narrow_to_circle(cls, rows: QuerySet, *, crosses_antimeridian: bool) -> QuerySet:
        """Only `PointFilters` read a circle."""
        raise NotImplementedError


class PointField(forms.Field):
    """`51.50,-0.12`."""

    @override
    def clean(self, value: Any) -> tuple[float, float]:
        try:
            lat, lng = (forms.FloatField().clean(part) for part in value.split(","))
        except (ValueError, forms.ValidationError):
            raise forms.ValidationError("Must be a latitude and a longitude, such as 51.50,-0.12.") from None
        if not (-90 <= lat <= 90 and -180 <= lng <= 180):
            raise forms.ValidationError("Latitude is from -90 to 90, longitude from -180 to 180.")
        return lat, lng


class _Degrees(django_filters.Filter):
    field_class = forms.FloatField


class _Point(django_filters.Filter):
    field_class = PointField


class PointFilters(Filters):
    """lat, lng and radius (km) together, or location=lat,lng with radius, on columns with the rounded point."""

    lat = _Degrees(min_value=-90, max_value=90)
    lng = _Degrees(min_value=-180, max_value=180)
    radius = _Degrees(min_value=0.1, max_value=500)
    location = _Point()

    point_columns = ("approx_lat", "approx_lng")
    _together = ("lat", "lng", "radius", "location")

    @override
    @classmethod
    def finish(cls, narrowing: Narrowing) -> Narrowing:
        values = dict(narrowing.values)
        lat, lng, radius, location = (values.pop(name, None) for name in cls._together)
        names = tuple(named for named in narrowing.names if named[0] not in cls._together)
        if (lat, lng, radius, location) == (None, None, None, None):
            return narrowing
        if location is not None:
            if lat is not None or lng is not None:
                raise InvalidParameter({"location": ["Give location, or lat and lng, not both."]})
            lat, lng = location
        if lat is None or lng is None or radius is None:
            missing = [n for n, v in (("lat", lat), ("lng", lng), ("radius", radius)) if v is None]
            raise InvalidParameter({name: ["lat, lng and radius go together."] for name in missing})
        circle = Circle(lat, lng, radius)
        return Narrowing(cls, names, values | circle.values(), circle.crosses_antimeridian)

    @classmethod
    def narrow_to_circle(cls, rows: QuerySet, *, crosses_antimeridian: bool) -> QuerySet:
        """The box first, which an index finds, then the circle in it."""
        rows = rows.filter(in_box(*cls.point_columns, crosses_antimeridian=crosses_antimeridian))
        return rows.alias(distance=distance_km(*cls.point_columns)).filter(distance__lte=Slot("radius", FloatField()))
