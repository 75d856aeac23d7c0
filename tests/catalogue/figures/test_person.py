"""What is drawn over what."""

from __future__ import annotations

import re
from typing import Any

import pytest

from catalogue.figures.body import direction, stand
from catalogue.figures.palette import DEFAULT_TONE, MARK, SHIRT, TONES, TROUSERS
from catalogue.figures.person import KNEECAP
from catalogue.figures.pose import Figure
from catalogue.figures.shapes import Pen
from catalogue.source import read_content
from tests.catalogue.figures.make import draw, make_figure

CONTENT = read_content()
HAIR = f'fill="{TONES[DEFAULT_TONE].hair}"'
OF_ARMS = ("_arm", "_forearm", "shoulder_back")
SLEEVE = f'fill="{SHIRT}"'


def picture(pose: dict[str, Any]) -> str:
    return draw(make_figure(pose), "start")


def with_hands_at(point: str) -> str:
    reach = {"reach": point, "short": [0.8, 0.9]}
    return picture({"like": "standing", "arms": {"near": reach | {"behind": False}, "far": reach}})


def test_hands_behind_the_neck_are_hidden_by_the_head_and_others_are_before_it():
    behind, before = with_hands_at("nape"), with_hands_at("head_top")

    assert behind.rindex(SLEEVE) < behind.rindex(HAIR)
    assert before.rindex(SLEEVE) > before.rindex(HAIR)


def test_a_neck_that_is_stretched_is_below_the_head():
    """Or its patch would hide the cheek."""
    drawn = picture({"like": "standing_front", "stretched": ["left_neck"]})

    assert drawn.index(MARK) < drawn.index(HAIR)


@pytest.mark.parametrize(("thigh", "is_over"), [(214, True), (20, False)])
def test_the_shin_of_a_thigh_that_is_drawn_up_lies_over_it(thigh: float, is_over: bool):
    pose = {"like": "lying_from_above", "legs": {"left": {"thigh": thigh, "shin": -20, "short": [0.85, 0.9]}}}
    figure = make_figure(pose)
    drawn = draw(figure, "start")
    body = stand(figure.moments["start"])
    _, calf, ankle = body.parts["left_shin"]

    skin, trousers = Pen().hull(calf, ankle), Pen().chain(body.parts["left_thigh"])
    assert body.is_drawn_up("left") == is_over
    assert (drawn.rindex(skin) > drawn.rindex(trousers)) == is_over


@pytest.mark.parametrize(("code", "moment"), [(c, m) for c, figure in CONTENT.figures.items() for m in figure.moments])
def test_no_patch_lies_over_an_arm_in_front_of_it(code: str, moment: str):
    """Patches on trunk and legs come before the arms; only an arm's own comes after them."""
    pose = CONTENT.figures[code].moments[moment]
    of_others = tuple(region for region in (*pose.worked, *pose.stretched) if not region.endswith(OF_ARMS))
    pose = pose.model_copy(update={"worked": of_others, "stretched": (), "arrows": (), "pushes": (), "hold": False})
    drawn, body = draw(Figure(moments={moment: pose}), moment), stand(pose)

    for side, limb in body.arms.items():
        if not limb.behind:
            assert drawn.rfind(MARK) < drawn.rindex(Pen().hull(*body.parts[f"{side}_arm"]))


def upper_arm_and_forearm(pose: dict[str, Any]) -> tuple[str, str, str]:
    """A picture, and in it the path of the near upper arm, and that of forearm and hand."""
    figure = make_figure(pose)
    parts = stand(figure.moments["start"]).parts
    below = Pen().chain([*parts["near_forearm"], *parts["near_hand"][1:]])
    return draw(figure, "start"), Pen().hull(*parts["near_arm"]), below


@pytest.mark.parametrize(("fore", "is_folded"), [(60, True), (-20, False)])
def test_a_line_shows_where_a_folded_arm_ends(fore: float, is_folded: bool):
    """The forearm then has an outline of its own, over the upper arm."""
    pose = {"like": "standing", "arms": {"near": {"upper": -90, "fore": fore}, "far": {"behind": True}}}
    drawn, upper, below = upper_arm_and_forearm(pose)

    outlines = [path for path in re.findall(r'<path d="([^"]+)" stroke=', drawn) if below in path]
    assert len(outlines) == 1
    assert (upper not in outlines[0]) == is_folded


def test_a_line_shows_where_a_folded_leg_ends():
    pose = {"like": "standing", "legs": {"near": {"thigh": 40, "shin": -110}}, "touches": {"floor": ["far_foot"]}}
    figure = make_figure(pose)
    thigh = Pen().chain(stand(figure.moments["start"]).parts["near_thigh"])

    assert f'<path d="{thigh}" stroke=' in draw(figure, "start")


def test_an_arm_that_comes_across_is_behind_the_trunk_above_its_elbow_and_in_front_below():
    """So that its hand is seen on the other shoulder."""
    arms = {"far": {"upper": -70, "fore": 150, "short": [0.7, 0.6], "across": True}}
    figure = make_figure({"like": "standing", "arms": arms})
    body, drawn = stand(figure.moments["start"]), draw(figure, "start")
    upper = Pen().hull(*body.parts["far_arm"])
    below = Pen().chain([*body.parts["far_forearm"], *body.parts["far_hand"][1:]])
    near = Pen().hull(*body.parts["near_arm"])

    assert drawn.rindex(upper) < drawn.rindex(near) < drawn.index(below)


def test_no_arm_shines_through_the_trunk():
    """One that is behind it is seen where it sticks out, and nowhere else."""
    behind = picture({"like": "standing", "arms": {"near": {"behind": True}}})

    assert behind.rindex(SLEEVE) < behind.rindex(f'fill="{TROUSERS}"')


@pytest.mark.parametrize(("short", "is_seen"), [(0.5, True), (1, False)])
def test_a_knee_that_points_to_the_viewer_has_a_lower_edge_and_no_button(short: float, is_seen: bool):
    pose = {"like": "standing_front", "legs": {"left": {"thigh": -88, "shin": -90, "short": [short, 1]}}}
    figure = make_figure(pose)
    knee = stand(figure.moments["start"]).point("left_knee")
    start = Pen().xy(knee + direction(-90) * KNEECAP[0])
    drawn = draw(figure, "start")

    assert (f'<path d="M{start}C' in drawn) == is_seen
    assert Pen().circle(knee, 4.0) not in drawn


@pytest.mark.parametrize("fist", [False, True])
@pytest.mark.parametrize(("position", "count"), [("standing_front", 2), ("standing", 0)])
def test_fingers_are_seen_from_the_front(position: str, count: int, fist: bool):
    sides = ("left", "right") if position == "standing_front" else ("near", "far")
    drawn = picture({"like": position, "arms": {side: {"fist": fist} for side in sides}})

    assert drawn.count('stroke-width="5"') == count
