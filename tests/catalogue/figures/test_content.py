"""The catalogue's own figures: there for every moment, and believable. Hands and feet are where the texts say."""

from __future__ import annotations

import pytest

from catalogue.figures.body import Body, at_point, direction, stand
from catalogue.figures.checking import dense, faults
from catalogue.figures.pose import LIMB_PARTS, SIDES
from catalogue.source import read_content

CONTENT = read_content()
CODES = list(CONTENT.exercises)
EYE = complex(0.4, -6.0)
"""From the middle of a head in profile: up, and to its right."""
LYING = ("supine", "prone", "side_lying", "long_sitting")


@pytest.mark.parametrize("code", CODES)
def test_every_moment_has_a_pose(code: str):
    assert list(CONTENT.figures[code].moments) == list(CONTENT.exercises[code].moments)


@pytest.mark.parametrize("code", CODES)
def test_there_are_at_least_a_start_and_an_end(code: str):
    assert len(CONTENT.figures[code].moments) >= 2


@pytest.mark.parametrize("code", CODES)
def test_nobody_bends_floats_or_sinks_as_nobody_can(code: str):
    assert [str(fault) for fault in faults(CONTENT.figures[code])] == []


@pytest.mark.parametrize("code", CODES)
def test_every_pose_says_what_carries_the_body(code: str):
    for moment, pose in CONTENT.figures[code].moments.items():
        assert pose.from_above or pose.touches, moment


@pytest.mark.parametrize("code", CODES)
def test_an_exercise_on_one_side_shows_that_side(code: str):
    assert CONTENT.figures[code].sided == (CONTENT.exercises[code].side == "each_side")


@pytest.mark.parametrize("code", [code for code, facts in CONTENT.exercises.items() if len(facts.steps) > 1])
def test_hold_is_shown_where_a_step_says_hold(code: str):
    steps = CONTENT.exercise_words["en"][code].steps
    held = {
        moment for step, moment in zip(steps, CONTENT.exercises[code].steps, strict=True) if step.startswith("Hold")
    }

    shown = {moment for moment, pose in CONTENT.figures[code].moments.items() if pose.hold}
    assert held <= shown


# Where the texts say that something touches.

TOUCHING = [
    ("knee-to-chest", "start", "floor", "near_foot"),
    ("half-sit-up", "end", "near_thigh", "near_hand"),
    ("double-knee-to-chest", "end", "near_shin", "near_hand"),
    ("quadriceps-stretch", "end", "table", "far_hand"),
    ("hamstring-stretch", "end", "table", "near_foot"),
    ("prone-press-up", "end", "floor", "near_hand"),
    ("bridge", "end", "floor", "near_foot"),
    ("wall-sit", "end", "wall", "upper_trunk"),
    ("back-muscles-stretch", "end", "stool", "lower_trunk"),
    ("hip-flexor-stretch", "end", "floor", "near_knee"),
    ("bird-dog", "start", "floor", "near_hand"),
    ("front-plank-knees", "end", "floor", "near_forearm"),
]


@pytest.mark.parametrize(("code", "moment", "surface", "part"), TOUCHING)
def test_what_the_text_says_touches_is_held_to_touch(code: str, moment: str, surface: str, part: str):
    assert part in CONTENT.figures[code].moments[moment].touches.get(surface, ())


def test_the_pelvic_tilt_can_be_seen():
    """The low back is off the floor before, and on it after."""
    start, end = (stand(CONTENT.figures["pelvic-tilt"].moments[moment]) for moment in ("start", "end"))

    def hollow(body):
        return min(body.on_spine(share, aside).imag for share, aside in body.outline if 0.3 < share < 0.5 and aside < 0)

    assert hollow(start) > 2.5
    assert hollow(end) < 1


def test_half_sit_ups_differ_in_their_arms():
    codes = [code for code in CODES if code.startswith("half-sit-up")]
    hands = [stand(CONTENT.figures[code].moments["end"]) for code in codes]

    places = [(body.point("near_hand") - body.head, body.point("near_elbow") - body.head) for body in hands]
    for number, (hand, elbow) in enumerate(places):
        for other_hand, other_elbow in places[number + 1 :]:
            assert abs(hand - other_hand) + abs(elbow - other_elbow) > 8


@pytest.mark.parametrize("code", CODES)
def test_no_arm_hides_a_face(code: str):
    """Hands behind the neck are drawn below the head."""
    for moment, pose in CONTENT.figures[code].moments.items():
        body = stand(pose)
        if not body.is_side:
            continue
        eye = body.head + direction(body.head_heading) * EYE
        seen = [side for side in ("near", "far") if not body.arms[side].behind]
        arms = [side for side in seen if at_point(pose.arms[side].reach) != "nape"]
        parts = [body.parts[f"{side}_{part}"] for side in arms for part in ("arm", "forearm", "hand")]
        for centre, radius in (circle for part in parts for circle in dense(part)):
            assert abs(centre - eye) > radius + 1, moment


def test_hands_behind_the_neck_and_on_the_head_are_told_apart():
    """Behind the neck: the forearm passes in front of the chin; on the head, behind the crown."""
    neck, head = (
        stand(CONTENT.figures[f"half-sit-up-{code}"].moments["end"]) for code in ("hands-in-neck", "hands-on-head")
    )

    def up(body: Body, point: str) -> float:
        """How far a point is towards the crown from the middle of the head."""
        return ((body.point(point) - body.head) / direction(body.head_heading)).real

    assert up(neck, "near_hand") < 0
    assert up(neck, "near_elbow") < 5
    assert up(head, "near_hand") > 9


def test_parts_have_a_name_for_every_limb_of_a_view():
    pose = CONTENT.figures["bridge"].moments["start"]
    body = stand(pose)

    assert {f"{side}_{part}" for side in SIDES["side"] for part in LIMB_PARTS} <= set(body.parts)


LOW_BACK = [
    (code, moment)
    for code, figure in CONTENT.figures.items()
    for moment, pose in figure.moments.items()
    if pose.view == "side" and pose.pushes and any(at_point(push.at) == "low_back" for push in pose.pushes)
]


@pytest.mark.parametrize(("code", "moment"), LOW_BACK)
def test_the_low_back_is_to_be_seen_where_it_is_pressed_down(code: str, moment: str):
    """No arm is in front of it, but for its lower edge."""
    body = stand(CONTENT.figures[code].moments[moment])
    seen = body.on_spine(0.36, -3.0)
    arms = [
        body.parts[f"{side}_{part}"]
        for side, limb in body.arms.items()
        if not limb.behind
        for part in ("arm", "forearm")
    ]

    for centre, radius in (circle for part in arms for circle in dense(part)):
        assert abs(centre - seen) > radius


def test_a_press_up_is_a_gentle_curve_with_hands_below_the_shoulders_and_the_pelvis_on_the_mat():
    pose = CONTENT.figures["prone-press-up"].moments["end"]
    body = stand(pose)

    assert 0 < body.bend <= 65
    assert abs(body.point("near_hand").real - body.point("near_shoulder").real) < 10
    assert "lower_trunk" in pose.touches["floor"]


def test_hands_on_shoulders_and_arms_crossed_are_told_apart():
    """On the shoulders: both elbows up. Crossed: the far hand comes across to the near arm."""
    shoulders, crossed = (
        CONTENT.figures[f"half-sit-up-{code}"].moments["end"] for code in ("hands-on-shoulders", "arms-crossed")
    )

    def elbow_up(pose):
        body = stand(pose)
        return body.point("near_elbow").imag - body.point("near_shoulder").imag

    assert elbow_up(shoulders) > 8 > 0 > elbow_up(crossed)
    assert crossed.arms["far"].across
    assert not shoulders.arms["far"].across
