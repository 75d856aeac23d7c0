"""What is wrong with a pose is found and named; what is right is left alone."""

from __future__ import annotations

from typing import Any

import pytest

from catalogue.figures.checking import faults
from catalogue.source import named_positions
from tests.catalogue.figures.make import make_figure


def said(pose: dict[str, Any], **figure: Any) -> str:
    return "\n".join(str(fault) for fault in faults(make_figure(pose, **figure)))


@pytest.mark.parametrize("position", ["standing", "standing_front", "supine_knees_bent", "supine_straight", "prone"])
def test_nothing_is_wrong_with_the_named_positions(position: str):
    assert said({"like": position}) == ""


def test_nothing_is_wrong_with_somebody_on_a_stool():
    assert said({"like": "sitting"}, props=[{"kind": "stool"}]) == ""


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"legs": {"near": {"thigh": -60, "shin": -30}}}, "legs.near: the knee bends -30 degrees"),
        ({"legs": {"near": {"thigh": -90, "shin": 100}}}, "legs.near: the knee bends 170"),
        ({"legs": {"near": {"thigh": -150}}}, "legs.near: the hip bends -"),
        ({"legs": {"near": {"foot": -120}}}, "legs.near: the ankle bends -29"),
        ({"arms": {"near": {"upper": -90, "fore": -120}}}, "arms.near: the elbow bends -30"),
        ({"arms": {"near": {"upper": 190, "fore": 190}}}, "arms.near: the shoulder bends -82"),
        ({"arms": {"near": {"hand": 20}}}, "arms.near: the wrist bends 104"),
        ({"head": 10}, "head: the neck bends -82"),
        ({"trunk": [90, -30]}, "trunk: the back bends -120"),
        ({"trunk": [90, 160]}, "trunk: the back bends 70"),
    ],
)
def test_a_joint_that_bends_as_none_does_is_named_with_its_range(changes: dict[str, Any], what: str):
    assert what in said({"like": "standing", **changes})


@pytest.mark.parametrize(
    ("changes", "is_possible"),
    [
        ({"legs": {"near": {"thigh": 25, "shin": -90, "foot": 0}}}, True),
        ({"legs": {"near": {"thigh": -75, "shin": -130, "foot": -40}}}, True),
        ({"legs": {"near": {"thigh": -85, "shin": -79, "foot": 11}}}, False),
        ({"arms": {"near": {"upper": 90, "fore": 90}}}, True),
        ({"arms": {"near": {"upper": -90, "fore": 67}}}, True),
        ({"arms": {"near": {"upper": -90, "fore": 70}}}, False),
    ],
)
def test_what_a_healthy_joint_can_is_let_be(changes: dict[str, Any], is_possible: bool):
    changed = {"like": "standing", "touches": {"floor": ["far_foot"]}, **changes}

    assert (said(changed) == "") is is_possible


@pytest.mark.parametrize("view", ["front", "back"])
@pytest.mark.parametrize(
    ("limb", "angles", "what"),
    [
        ("arms", {"upper": 90 + 30, "fore": 90}, "the shoulder spreads 210 degrees; it can from -100 to 200"),
        ("arms", {"upper": 0, "fore": 170}, "the elbow bends"),
        ("arms", {"upper": -80, "fore": -80, "hand": 20}, "the wrist bends"),
        ("legs", {"thigh": -10, "shin": -90}, "the hip spreads 80 degrees; it can from -45 to 75"),
        ("legs", {"thigh": -140, "shin": -90}, "the hip spreads -50"),
        ("legs", {"thigh": -60, "shin": 110}, "the knee bends"),
        ("legs", {"thigh": -80, "shin": -90, "foot": 20}, "the ankle bends"),
    ],
)
def test_joints_are_looked_at_from_the_front_and_from_behind_too(
    view: str, limb: str, angles: dict[str, float], what: str
):
    """The angles are those of the limb to the right of the page: the left one from the front, the right one from behind."""
    standing = named_positions()["standing_front"]
    other = {"left": standing[limb]["left"], "right": standing[limb]["right"]}
    names = {"front": ("left", "right"), "back": ("right", "left")}[view]
    sides = dict(zip(names, (other["left"] | angles, other["right"]), strict=True))
    still = "legs" if limb == "arms" else "arms"
    unmoved = dict(zip(names, standing[still].values(), strict=True))

    assert f"{limb}.{names[0]}: {what}" in said({**standing, "view": view, limb: sides, still: unmoved})


def test_nobody_hangs_in_the_air_whatever_touches_says():
    floating = {"like": "standing", "hips": 120, "touches": {}}

    assert "hips: nothing carries the body: it is 29.5 cm above" in said(floating)
    assert "nothing carries" in said(floating, props=[{"kind": "wall", "x": 13}])
    assert "nothing carries" not in said(floating, props=[{"kind": "stool", "x": 0, "height": 29}])


def test_a_part_that_floats_is_named_with_its_distance():
    assert "touches.floor: near_foot is 5.1 cm away" in said({"like": "standing", "hips": 95.6})


@pytest.mark.parametrize(("hips", "is_wrong"), [(91.9, False), (93.5, True)])
def test_two_centimetres_are_no_distance(hips: float, is_wrong: bool):
    assert ("near_foot is" in said({"like": "standing", "hips": hips})) is is_wrong


def test_a_part_below_the_floor_is_named():
    assert "near_foot is 5.5 cm below the floor" in said({"like": "standing", "hips": 85})


def test_a_part_inside_a_table_is_named_and_one_beyond_it_is_not():
    table = {"kind": "table", "x": 0}

    assert "inside the table" in said({"like": "standing"}, props=[table])
    assert said({"like": "standing"}, props=[table | {"beyond": True}]) == ""


def test_a_cushion_gives_way_a_little_and_not_a_lot():
    lying = {"like": "prone", "touches": {}, "hips": 10}

    assert said(lying, props=[{"kind": "cushion", "x": 0, "height": 4}]) == ""
    assert "inside the cushion" in said(lying, props=[{"kind": "cushion", "x": 0, "height": 14}])


def test_a_hand_that_should_be_on_the_knee_and_is_not_is_named():
    away = {"like": "standing", "touches": {"near_knee": ["near_hand"]}}

    assert "touches.near_knee: near_hand is" in said(away)


def test_a_hand_that_reaches_the_knee_touches_it():
    reaching = {
        "like": "sitting",
        "arms": {"near": {"reach": ["near_knee", -2, 7]}},
        "touches": {"near_knee": ["near_hand"]},
    }

    assert said(reaching, props=[{"kind": "stool"}]) == ""


def test_a_hand_out_of_reach_is_named():
    assert "arms.near: is too short" in said({"like": "standing", "arms": {"near": {"reach": [200, 100]}}})


@pytest.mark.parametrize(
    ("touches", "what"),
    [
        ({"table": ["near_hand"]}, "touches.table: there is no such prop"),
        ({"floor": ["left_hand"]}, "touches.floor: left_hand isn't in this view"),
    ],
)
def test_touching_what_is_not_there_is_named(touches: dict[str, Any], what: str):
    assert what in said({"like": "standing", "touches": touches})


def test_a_region_of_another_view_is_named():
    assert "left_neck isn't in this view" in said({"like": "standing", "worked": ["left_neck"]})


def test_a_picture_that_is_too_large_is_named():
    far_away = [{"kind": "stool", "x": 300}]

    assert "the picture is" in said({"like": "standing"}, props=far_away)


@pytest.mark.parametrize(("nearer", "is_wrong"), [(0, True), (7, False)])
def test_an_arm_on_the_floor_in_front_of_the_body_may_look_lower(nearer: float, is_wrong: bool):
    low = {"like": "supine_knees_bent", "hips": 12, "arms": {"near": {"upper": -29, "fore": -1, "nearer": nearer}}}

    assert ("near_hand is" in said(low)) is is_wrong


def test_an_arm_in_front_of_the_body_may_not_look_as_low_as_it_likes():
    assert "below the floor" in said({"like": "supine_knees_bent", "arms": {"near": {"upper": -60, "nearer": 7}}})
