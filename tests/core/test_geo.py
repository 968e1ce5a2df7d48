"""Circles on the globe: the box always holds the circle."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.geo import EARTH_KM, Circle


def haversine(lat1: float, lng1: float, lat2: float, lng2: float) -> float:
    """The reference, in plain Python."""
    one, two = math.radians(lat1), math.radians(lat2)
    half = math.sin((two - one) / 2) ** 2
    half += math.cos(one) * math.cos(two) * math.sin(math.radians(lng2 - lng1) / 2) ** 2
    return 2 * EARTH_KM * math.asin(min(1, math.sqrt(half)))


@given(
    lat=st.floats(-90, 90),
    lng=st.floats(-180, 180),
    radius=st.floats(0.1, 500),
    bearing=st.floats(0, 2 * math.pi),
    share=st.floats(0, 0.999),
)
def test_every_point_of_the_circle_is_in_the_box(lat, lng, radius, bearing, share):
    angle = radius * share / EARTH_KM
    start = math.radians(lat)
    end = math.asin(math.sin(start) * math.cos(angle) + math.cos(start) * math.sin(angle) * math.cos(bearing))
    turn = math.atan2(
        math.sin(bearing) * math.sin(angle) * math.cos(start),
        math.cos(angle) - math.sin(start) * math.sin(end),
    )
    point_lat, point_lng = (
        math.degrees(end),
        (lng + math.degrees(turn) + 540) % 360 - 180,
    )
    circle = Circle(lat, lng, radius)
    box = circle.values()
    assert box["south"] - 1e-6 <= point_lat <= box["north"] + 1e-6
    west, east = point_lng >= box["west"] - 1e-6, point_lng <= box["east"] + 1e-6
    assert (west or east) if circle.crosses_antimeridian else (west and east)


def test_a_circle_over_the_antimeridian_has_its_west_edge_in_the_east():
    circle = Circle(0, 179.9, 100)
    assert circle.crosses_antimeridian
    assert circle.values()["west"] > 0 > circle.values()["east"]


@pytest.mark.parametrize("lat", [89.9, -89.9, 90])
def test_a_circle_around_a_pole_takes_every_longitude(lat):
    circle = Circle(lat, 10, 100)
    assert (circle.values()["west"], circle.values()["east"]) == (-180, 180)
    assert not circle.crosses_antimeridian
