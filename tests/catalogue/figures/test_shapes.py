"""Outlines: bows and corners."""

from __future__ import annotations

import re
from math import pi

import pytest

from catalogue.figures.shapes import Bow, Pen


def test_a_bow_bulges_to_its_left():
    bow = Bow(0j, 20 + 0j, 4)

    assert bow.at(0) == pytest.approx(0)
    assert bow.at(0.5) == pytest.approx(10 + 4j)
    assert bow.at(1) == pytest.approx(20)


def test_a_bow_that_bulges_by_half_its_width_is_half_a_circle():
    bow = Bow(0j, 20 + 0j, -10)

    assert bow.length == pytest.approx(10 * pi)
    assert bow.at(0.5) == pytest.approx(10 - 10j)


def test_a_bow_that_bulges_further_goes_nearly_all_the_way_round():
    bow = Bow(-3 + 0j, 3 + 0j, 9)

    assert bow.centre == pytest.approx(4j)
    assert {round(abs(bow.at(n / 6) - bow.centre), 6) for n in range(7)} == {5}
    assert bow.length > 1.5 * pi * 5
    assert re.match(r"M-30 0A50 50 0 1 1 30 0$", Pen().bow(bow, 0, 1))


def test_a_mirrored_bow_turns_the_other_way():
    bow = Bow(0j, 20 + 0j, 4)

    assert "0 0 1 200 0" in Pen().bow(bow, 0, 1)
    assert "0 0 0 -200 0" in Pen(mirrored=True).bow(bow, 0, 1)


@pytest.mark.parametrize(("end", "bulge"), [(20 + 0j, 0), (0j, 0), (0j, 5)])
def test_what_does_not_bulge_or_goes_nowhere_is_straight(end: complex, bulge: float):
    bow = Bow(0j, end, bulge)

    assert bow.length == abs(end)
    assert bow.at(0.5) == end / 2
    assert "A" not in Pen().bow(bow, 0, 1)


def test_a_point_given_twice_is_a_corner():
    """The curve leaves it straight: its control points are no further out than the corner."""
    square = [0j, 10 + 0j, 10 + 10j, 10j]
    path = Pen().smooth([point for point in square for _ in range(2)])

    numbers = [int(number) for number in re.findall(r"-?\d+", path)]
    assert (min(numbers), max(numbers)) == (-100, 100)
    assert min(int(number) for number in re.findall(r"-?\d+", Pen().smooth(square))) < -100


def test_a_curve_goes_through_all_points_and_leaves_each_as_it_arrived():
    """S: the first control point is the last one, turned over; so it needn't be written."""
    path = Pen().smooth([0j, 10 + 0j, 10 + 10j, 10j])

    assert re.fullmatch(r"M0 0C[-\d ]+ 100 0S[-\d ]+ 100 -100S[-\d ]+ 0 -100S[-\d ]+ 0 0z", path)
    assert path.startswith("M0 0C17 17 ")


def test_an_open_curve_ends_at_its_last_point():
    path = Pen().smooth([0j, 10 + 0j, 10 + 10j], closed=False)

    assert re.fullmatch(r"M0 0C[-\d ]+ 100 0S[-\d ]+ 100 -100", path)
