"""The sketch of where a job is: lines at hundredths of degrees, to scale."""

from itertools import pairwise

import pytest

from jobs.maps import APART, HEIGHT, KILOMETRE, WIDTH, sketch


def test_a_rounded_place_lies_where_two_lines_cross() -> None:
    lines = sketch(51.50, -0.14)
    assert (WIDTH / 2, "0.14° W") in [(line.at, line.name) for line in lines.down]
    assert (HEIGHT / 2, "51.50° N") in [(line.at, line.name) for line in lines.across]


def test_the_lines_are_to_scale_and_north_is_up() -> None:
    lines = sketch(60.0, 10.0)
    by_name = {line.name: line.at for line in (*lines.across, *lines.down)}
    assert by_name["60.00° N"] - by_name["60.01° N"] == pytest.approx(1.112 * KILOMETRE, abs=0.2)
    assert by_name["10.02° E"] - by_name["10.00° E"] == pytest.approx(1.112 * KILOMETRE, abs=0.2)


@pytest.mark.parametrize(("lat", "lng"), [(90.0, 0.0), (-90.0, 180.0), (0.0, -180.0), (89.999, 12.3)])
def test_at_the_ends_of_the_world_it_is_drawn_too(lat: float, lng: float) -> None:
    lines = sketch(lat, lng)
    assert all(0 <= line.at <= HEIGHT for line in lines.across)
    assert all(0 <= line.at <= WIDTH for line in lines.down)
    assert all(further.at - one.at >= APART for one, further in pairwise(lines.down))
