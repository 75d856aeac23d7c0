"""Where muscles and arrows are."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from catalogue.figures.body import stand
from catalogue.figures.marks import band
from catalogue.figures.shapes import SCALE
from tests.catalogue.figures.make import draw, make_figure


def test_the_buttock_of_a_thigh_that_is_drawn_up_is_seen_below_it():
    pose = {"like": "lying_from_above", "legs": {"left": {"thigh": 214, "shin": -20, "short": [0.85, 0.9]}}}
    body = stand(make_figure(pose).moments["start"])
    (one, other), _ = band(body, "left_buttock")

    hip, knee = body.point("left_hip"), body.point("left_knee")
    assert abs((one + other) / 2 - knee) > abs(hip - knee)


def test_the_back_of_the_shoulder_is_seen_from_behind_on_the_shoulder_blade():
    """Also where the arm is across the chest, out of sight."""
    view = {"view": "back", "trunk": [90, 90]}
    arms = {"left": {"upper": 2, "fore": -2, "behind": True}}
    body = stand(make_figure({"like": "standing_front"} | view | {"arms": arms}).moments["start"])
    (blade, shoulder), _ = band(body, "left_shoulder_back")

    assert shoulder == body.point("left_shoulder")
    assert body.point("left_shoulder").real < blade.real < body.point("neck").real


def test_an_arrow_that_goes_all_the_way_round_is_inside_the_frame():
    arrow = {"start": [30, 150], "end": [26, 150], "bend": -80}
    plain = ET.fromstring(draw(make_figure({"like": "standing"}), "start")).attrib["viewBox"]  # noqa: S314
    root = ET.fromstring(draw(make_figure({"like": "standing", "arrows": [arrow]}), "start"))  # noqa: S314

    left, _, width, _ = map(float, root.attrib["viewBox"].split())
    assert left + width >= 68 * SCALE
    assert float(plain.split()[0]) + float(plain.split()[2]) < 68 * SCALE
