"""A coarse map of where a job is, to be drawn as an SVG: nothing is fetched, and nothing invented.

It shows the circle of about a kilometre within which the place is, lines of latitude and longitude, and a scale.
"""

import math
from dataclasses import dataclass

WIDTH, HEIGHT = 300, 160
KILOMETRE = 48  # in the drawing's units
STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)  # degrees from line to line
APART = 45  # at least, in the drawing's units, so that names fit between lines
KM_PER_DEGREE = 111.195  # of latitude, on a sphere of 6,371 km


@dataclass(frozen=True)
class Line:
    """A line across the map, and what stands at its end."""

    at: float
    name: str


@dataclass(frozen=True)
class Sketch:
    """Lines that run across (of latitude) and down (of longitude), at places in the drawing."""

    across: list[Line]
    down: list[Line]


def sketch(lat: float, lng: float) -> Sketch:
    """The map around a place in degrees. At a pole, where lines of longitude would lie too close, it has none."""
    tall = KILOMETRE * KM_PER_DEGREE
    wide = tall * math.cos(math.radians(lat))
    return Sketch(
        across=_lines(lat, HEIGHT, -tall, "N", "S"),
        down=_lines(lng, WIDTH, wide, "E", "W"),
    )


def _lines(centre: float, length: int, scale: float, above: str, below: str) -> list[Line]:
    """All multiples of the least step that keeps them apart, as far as they lie on the map."""
    step = next((step for step in STEPS if step * abs(scale) >= APART), None)
    if step is None:
        return []
    half = length / 2 / abs(scale)
    first, last = math.ceil((centre - half) / step), math.floor((centre + half) / step)
    degrees = [number * step for number in range(first, last + 1)]
    return [
        Line(round(length / 2 + (one - centre) * scale, 1), f"{abs(one):.2f}° {above if one >= 0 else below}")
        for one in degrees
    ]
