"""Where joints are: proportions, forward kinematics, and limbs that reach."""

from __future__ import annotations

from cmath import phase
from itertools import pairwise
from math import degrees, isclose

import pytest

from catalogue.figures.body import ANKLE_HEIGHT, FOREARM, PALM, SHIN, THIGH, UPPER_ARM, direction, stand, two_bones
from catalogue.figures.pose import Pose
from tests.catalogue.figures.make import make_figure


def pose(**changes: object) -> Pose:
    return make_figure({"like": "standing", **changes}).moments["start"]


def test_somebody_who_stands_is_172_cm_tall_and_on_the_floor():
    body = stand(pose())

    lowest = min(centre.imag - radius for circles in body.parts.values() for centre, radius in circles)
    highest = max(centre.imag + radius for circles in body.parts.values() for centre, radius in circles)
    assert isclose(lowest, 0, abs_tol=0.01)
    assert 169 <= highest <= 175


def test_bones_keep_their_lengths_when_a_hand_or_foot_reaches():
    body = stand(pose(arms={"near": {"reach": [30, 110]}}, legs={"near": {"plant": 14}}))

    arm, leg = body.arms["near"], body.legs["near"]
    assert isclose(abs(arm.middle - arm.root), UPPER_ARM)
    assert isclose(abs(arm.end - arm.middle), FOREARM)
    assert isclose(abs(leg.middle - leg.root), THIGH)
    assert isclose(abs(leg.end - leg.middle), SHIN)


def test_a_reaching_palm_is_where_it_should_be():
    body = stand(pose(arms={"near": {"reach": [30, 110]}}))

    assert abs(body.point("near_hand") - complex(30, 110)) < 0.1


def test_a_planted_foot_is_flat_on_the_floor_where_it_was_planted():
    body = stand(pose(hips=88, legs={"near": {"plant": 14}}))

    assert abs(body.point("near_ankle") - complex(14, ANKLE_HEIGHT)) < 0.1
    assert body.legs["near"].angles[2] == 0


def test_elbows_bend_forwards_and_knees_backwards():
    body = stand(pose(hips=70, arms={"near": {"reach": [25, 90]}}, legs={"near": {"plant": 5}}))

    (upper, fore, _), (thigh, shin, _) = body.arms["near"].angles, body.legs["near"].angles
    assert 0 < (fore - upper) % 360 < 180
    assert 0 < (thigh - shin) % 360 < 180


def test_an_arm_that_is_too_short_says_so():
    body = stand(pose(arms={"near": {"reach": [200, 110]}}))

    assert not body.arms["near"].is_within_reach
    assert abs(body.arms["near"].end - body.arms["near"].root) <= UPPER_ARM + FOREARM + PALM


@pytest.mark.parametrize("bends", [1, -1])
def test_the_joint_between_two_bones_lies_on_the_side_that_is_asked(bends: int):
    middle, end, reached = two_bones(0j, 10 + 0j, 8, 8, bends)

    assert reached
    assert isclose(abs(middle), 8)
    assert isclose(abs(end - middle), 8)
    assert middle.imag * bends < 0


def test_somebody_on_the_back_lies_on_the_floor_by_back_and_seat():
    body = stand(make_figure({"like": "supine_knees_bent"}).moments["start"])

    for part in ("head", "upper_trunk", "lower_trunk"):
        lowest = min(centre.imag - radius for centre, radius in body.parts[part])
        assert -0.1 <= lowest <= 2


def test_the_pelvic_tilt_brings_the_low_back_down_and_hollowing_lifts_it():
    def low_back(trunk: list[int]) -> float:
        body = stand(make_figure({"like": "supine_knees_bent", "trunk": trunk}).moments["start"])
        return min(body.on_spine(0.42, aside).imag for share, aside in body.outline if share == 0.42 and aside < 0)

    assert low_back([172, 188]) > low_back([177, 183]) + 1 > low_back([188, 176]) + 3
    assert low_back([188, 176]) < 1


def test_left_is_to_the_right_of_somebody_seen_from_the_front_and_to_the_left_from_behind():
    front = stand(make_figure({"like": "standing_front"}).moments["start"])
    back = stand(make_figure({"like": "standing_front", "view": "back"}).moments["start"])

    assert front.point("left_shoulder").real > front.point("right_shoulder").real
    assert back.point("left_shoulder").real < back.point("right_shoulder").real


def test_turned_shoulders_look_narrower():
    straight = stand(make_figure({"like": "standing_front"}).moments["start"])
    turned = stand(make_figure({"like": "standing_front", "turn": [0, 60]}).moments["start"])

    def width(body):
        return abs(body.point("left_shoulder") - body.point("right_shoulder"))

    assert isclose(width(turned), width(straight) / 2, rel_tol=0.01)


def test_a_point_beside_a_point_and_a_point_on_the_page():
    body = stand(pose())

    assert body.point((3.0, 4.0)) == 3 + 4j
    assert body.point(("near_knee", 5.0, -2.0)) == body.point("near_knee") + 5 - 2j


def test_an_arm_can_not_reach_for_a_point_that_is_not_there_yet():
    with pytest.raises(ValueError, match="near_hand"):
        stand(pose(arms={"far": {"reach": "near_hand"}}))


def test_directions_are_in_degrees_counter_clockwise_from_the_right():
    assert abs(direction(90, 2) - 2j) < 1e-9
    assert abs(direction(180) + 1) < 1e-9


def longest_bend(trunk: list[int]) -> float:
    """The most that two neighbouring pieces of the spine are turned against each other."""
    spine = stand(make_figure({"like": "prone", "trunk": trunk}).moments["start"]).spine
    ways = [after - before for before, after in pairwise(spine)]
    return max(abs(degrees(phase(after / before))) for before, after in pairwise(ways))


def test_a_back_that_is_bent_far_backwards_arches_along_its_whole_length():
    assert longest_bend([10, 70]) < 6
    assert longest_bend([10, -50]) > 10


@pytest.mark.parametrize("bend", [19, 21, 39, 41])
def test_the_arch_goes_over_smoothly_from_the_hollow_of_the_back(bend: int):
    steps = [longest_bend([0, bend]), longest_bend([0, bend + 1])]

    assert abs(steps[1] - steps[0]) < 0.3


def test_an_arm_that_lies_nearer_does_not_lift_the_body():
    arm = {"upper": -40, "fore": 0}
    lying = {"like": "supine_knees_bent"}
    plain, nearer, above = (
        stand(make_figure(lying | {"arms": {"near": arm | {"nearer": nearer}}}).moments["start"]).hips.imag
        for nearer in (0, 7, 8)
    )

    assert nearer == above < plain


def test_a_shrug_lifts_the_shoulders_of_the_shirt_too():
    def highest(shrug: int) -> float:
        body = stand(make_figure({"like": "standing_front", "shrug": shrug}).moments["start"])
        return max(point.imag for _, point in body.trunk if abs(point.real) > 12)

    assert isclose(highest(7) - highest(0), 7, abs_tol=0.01)


def test_a_fist_is_shorter_and_thicker_than_a_hand():
    hand, fist = (stand(pose(arms={"near": {"fist": fist}})).parts["near_hand"] for fist in (False, True))

    assert abs(fist[2][0] - fist[0][0]) < abs(hand[2][0] - hand[0][0])
    assert fist[2][1] > hand[2][1]
