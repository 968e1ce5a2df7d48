"""Places: a circle on the globe, searched on points that were rounded before, so that nobody can triangulate a home."""

import math
from dataclasses import dataclass
from typing import Any

from django.db.models import F, FloatField, GeneratedField, Q, Value
from django.db.models.functions import ASin, Cast, Cos, Least, Power, Radians, Round, Sin, Sqrt

from core.shapes import Slot

EARTH_KM = 6371.0088  # mean radius (IUGG)
KM_A_DEGREE = EARTH_KM * math.pi / 180


@dataclass(frozen=True)
class Circle:
    """A point in degrees and a radius in kilometres, with the box around it that an index can find."""

    lat: float
    lng: float
    radius: float

    @property
    def half_width(self) -> float:
        """Degrees of longitude from the centre to the edge of the box; 180 where a pole is inside."""
        angle = self.radius / EARTH_KM
        if abs(self.lat) + math.degrees(angle) >= 90:
            return 180.0
        return math.degrees(math.asin(min(1.0, math.sin(angle) / math.cos(math.radians(self.lat)))))

    @property
    def crosses_antimeridian(self) -> bool:
        """Whether the box has its west edge east of its east edge: a part of the statement's shape."""
        return self.half_width < 180 and abs(self.lng) + self.half_width > 180

    def values(self) -> dict[str, float]:
        """What the slots of `inside` and `distance_km` stand for."""
        height, width = self.radius / KM_A_DEGREE, self.half_width
        west, east = (-180.0, 180.0) if width >= 180 else (self.lng - width, self.lng + width)
        return {
            "lat": self.lat,
            "lng": self.lng,
            "radius": self.radius,
            "south": self.lat - height,
            "north": self.lat + height,
            "west": west + 360 if west < -180 else west,
            "east": east - 360 if east > 180 else east,
        }


def _slot(name: str) -> Slot:
    return Slot(name, FloatField())


def distance_km(lat: str, lng: str) -> Any:
    """Kilometres from the point in the slots `lat` and `lng` to the columns of these names."""
    return haversine_km(_slot("lat"), _slot("lng"), F(lat), F(lng))


def haversine_km(from_lat: Any, from_lng: Any, to_lat: Any, to_lng: Any) -> Any:
    """Kilometres between two points, each given as expressions of its latitude and longitude in degrees."""
    from_lat, from_lng, to_lat, to_lng = (Radians(degrees) for degrees in (from_lat, from_lng, to_lat, to_lng))
    half = Power(Sin((to_lat - from_lat) / 2.0), 2.0) + Cos(from_lat) * Cos(to_lat) * Power(
        Sin((to_lng - from_lng) / 2.0), 2.0
    )
    return Value(2 * EARTH_KM, FloatField()) * ASin(Least(Value(1.0), Sqrt(half)))


def in_box(lat: str, lng: str, *, crosses_antimeridian: bool) -> Q:
    """The columns lie in the box of the slots `south`, `north`, `west`, `east`."""
    rows = Q((f"{lat}__gte", _slot("south")), (f"{lat}__lte", _slot("north")))
    west, east = Q((f"{lng}__gte", _slot("west"))), Q((f"{lng}__lte", _slot("east")))
    return rows & ((west | east) if crosses_antimeridian else (west & east))


def rounded(column: str) -> GeneratedField:
    """A column kept beside a coordinate: it to two decimals, about a kilometre, which is what strangers see."""
    return GeneratedField(
        expression=Cast(Round(F(column), precision=2), FloatField()),
        output_field=FloatField(),
        db_persist=True,
    )
