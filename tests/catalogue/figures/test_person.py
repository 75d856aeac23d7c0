"""What is drawn over what."""

from __future__ import annotations

from typing import Any

import pytest

from catalogue.figures.body import stand
from catalogue.figures.palette import DEFAULT_TONE, MARK, SHIRT, TONES
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
