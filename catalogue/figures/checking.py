"""What is wrong with a pose: joints that bend as no joint does, parts that float or sink, hands that don't reach. Pure.

Ranges are those of healthy grown-ups, rounded outwards so that every exercise of the catalogue is within them (house).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf

from catalogue.figures import marks, props
from catalogue.figures.body import Body, Circle, stand, turned_by
from catalogue.figures.drawing import LARGEST, Drawing, Look
from catalogue.figures.pose import SIDES, Figure, Pose, Prop

TOUCHING = 2.0
"""Centimetres: how far apart or how deep in each other things that touch may be."""
SQUEEZED = 4.0
"""Centimetres: how deep soft things (a cushion, another part of the body) may be pressed in."""
SOFT = frozenset({"cushion", "towel"})
BESIDE = frozenset({"stool", "chair", "home_trainer", "towel"})
"""Narrow things: arms may hang beside them."""
UPRIGHT = frozenset({"wall", "door"})

# Side views: from, to, in degrees; flexion is positive.
KNEE = (-5, 158)
ELBOW = (-8, 158)
HIP = (-35, 150)
SHOULDER = (-75, 200)
ANKLE = (20, 130)
WRIST = (-90, 90)
BACK_BEND = (-100, 60)
"""Of the upper half of the trunk against the lower; forwards is negative."""
HEAD_BEND = (-70, 65)

# Front and back views: from, to, in degrees; outwards, away from the body's middle, is positive.
SIDE_BEND = (-45, 45)
"""Of trunk halves and head, to either side."""
SPREAD_ARM = (-100, 200)
SPREAD_LEG = (-45, 75)
"""Of a thigh that is seen in its full length, from a pelvis that isn't turned: else hip and knee bend towards the viewer."""
FOLDED = (-158, 158)
"""Elbow and knee: limbs turn about their length, so that on the page these bend to either side."""
CROOKED = (-90, 90)
"""Wrist and ankle."""


@dataclass(frozen=True)
class Fault:
    """Something wrong with a figure. `where`: the moment and what of it, as `end.legs.near`."""

    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


def faults(figure: Figure) -> list[Fault]:
    """Everything that is wrong with a figure; nothing where it can be drawn and believed."""
    found: list[Fault] = []
    for moment, pose in figure.moments.items():
        found += [Fault(f"moments.{moment}.{one.where}".rstrip("."), one.message) for one in _of_moment(pose, figure)]
    return found or list(_of_frame(figure))


def _of_moment(pose: Pose, figure: Figure) -> Iterator[Fault]:
    try:
        body = stand(pose)
        for region in (*pose.worked, *pose.stretched):
            marks.band(body, region)
        list(marks.arrow_points(body, pose))
    except ValueError as error:
        yield Fault("", str(error))
        return
    yield from _out_of_reach(body)
    yield from _joints(body)
    yield from _contacts(body, figure.props)
    if not pose.from_above:  # from there everything lies over the floor, and over what it lies on
        yield from _floating(body, figure.props)
        yield from _sunken(body, figure.props)


def _of_frame(figure: Figure) -> Iterator[Fault]:
    frames = Drawing(figure, Look()).frames.values()
    width, height = (
        max(ends) for ends in zip(*((at.right - at.left, at.top - at.bottom) for at in frames), strict=True)
    )
    if width > LARGEST[0] or height > LARGEST[1]:
        yield Fault("", f"the picture is {width:.0f} by {height:.0f}, at most {LARGEST[0]:.0f} by {LARGEST[1]:.0f} fit")


# Joints.


def _out_of_reach(body: Body) -> Iterator[Fault]:
    for name, limbs in (("arms", body.arms), ("legs", body.legs)):
        for side, limb in limbs.items():
            if not limb.is_within_reach:
                yield Fault(f"{name}.{side}", "is too short, or too long, for the point it should reach")


def _joints(body: Body) -> Iterator[Fault]:
    lower, upper = body.pose.trunk
    bends = (BACK_BEND, HEAD_BEND) if body.is_side else (SIDE_BEND, SIDE_BEND)
    yield from _within("trunk", "the back bends", turned_by(upper, lower), bends[0])
    yield from _within("head", "the neck bends", turned_by(body.head_heading, upper), bends[1])
    arm, leg = (_arm, _leg) if body.is_side else (_arm_from_front, _leg_from_front)
    for side in SIDES[body.pose.view]:
        yield from arm(body, side)
        yield from leg(body, side)


def _arm(body: Body, side: str) -> Iterator[Fault]:
    upper, fore, hand = body.arms[side].angles
    where = f"arms.{side}"
    yield from _within(where, "the shoulder bends", _flexion(upper, body.pose.trunk[1] + 180), SHOULDER)
    if min(body.pose.arms[side].short) == 1:  # type: ignore[index]
        yield from _within(where, "the elbow bends", turned_by(fore, upper), ELBOW)
    yield from _within(where, "the wrist bends", turned_by(hand, fore), WRIST)


def _leg(body: Body, side: str) -> Iterator[Fault]:
    thigh, shin, foot = body.legs[side].angles
    where = f"legs.{side}"
    if min(body.pose.legs[side].short) < 1:  # type: ignore[index]
        return
    yield from _within(where, "the hip bends", _flexion(thigh, body.pose.trunk[0] + 180), HIP)
    yield from _within(where, "the knee bends", turned_by(thigh, shin), KNEE)
    yield from _within(where, "the ankle bends", turned_by(foot, shin), ANKLE)


def _arm_from_front(body: Body, side: str) -> Iterator[Fault]:
    upper, fore, hand = body.arms[side].angles
    where = f"arms.{side}"
    yield from _within(where, "the shoulder spreads", body.outwards(upper, body.pose.trunk[1], side), SPREAD_ARM)
    yield from _within(where, "the elbow bends", turned_by(fore, upper), FOLDED)
    yield from _within(where, "the wrist bends", turned_by(hand, fore), CROOKED)


def _leg_from_front(body: Body, side: str) -> Iterator[Fault]:
    thigh, shin, foot = body.legs[side].angles
    where = f"legs.{side}"
    if body.pose.legs[side].short[0] == 1 and not body.pose.turn[0]:  # type: ignore[index]
        yield from _within(where, "the hip spreads", body.outwards(thigh, body.pose.trunk[0], side), SPREAD_LEG)
    yield from _within(where, "the knee bends", turned_by(thigh, shin), FOLDED)
    yield from _within(where, "the ankle bends", turned_by(foot, shin), CROOKED)


def _flexion(limb: float, neutral: float) -> float:
    """From a little behind the body, over its front, up to above the head: -100 up to 260 degrees."""
    return (limb - neutral + 100) % 360 - 100


def _within(where: str, what: str, degrees: float, limits: tuple[float, float]) -> Iterator[Fault]:
    if not limits[0] <= degrees <= limits[1]:
        yield Fault(where, f"{what} {degrees:.0f} degrees; it can from {limits[0]} to {limits[1]}")


# Contact.


def _contacts(body: Body, things: Sequence[Prop]) -> Iterator[Fault]:
    for surface, parts in body.pose.touches.items():
        for part in parts:
            if part not in body.parts:
                yield Fault(f"touches.{surface}", f"{part} isn't in this view")
                continue
            gap = _gap(body, part, surface, things)
            if gap is None:
                yield Fault(f"touches.{surface}", "there is no such prop or part of the body")
            elif gap > TOUCHING:
                yield Fault(f"touches.{surface}", f"{part} is {gap:.1f} cm away")


def _gap(body: Body, part: str, surface: str, things: Sequence[Prop]) -> float | None:
    """How far a part is from what it touches; negative where it is in it. None: there is no such thing."""
    circles = body.parts[part]
    if surface == "floor":
        return min(centre.imag - radius for centre, radius in circles)
    if surface in body.parts:
        return _apart(circles, body.parts[surface])
    boxes = [box for thing in things if thing.kind == surface for box in props.contacts(thing)]
    if surface == "mat" or not boxes:
        return None
    return min(box.gap(centre, radius) for box in boxes for centre, radius in dense(circles))


def _apart(one: Sequence[Circle], other: Sequence[Circle]) -> float:
    """The gap between two parts of the body."""
    return min(
        (abs(a - b) - ra - rb for a, ra in dense(one) for b, rb in dense(other)),
        default=inf,
    )


def dense(circles: Sequence[Circle], steps: int = 4) -> list[Circle]:
    """A chain of circles with more of them between."""
    found = list(circles[:1])
    for (a, ra), (b, rb) in pairwise(circles):
        found += [(a + (b - a) * n / steps, ra + (rb - ra) * n / steps) for n in range(1, steps + 1)]
    return found


def _floating(body: Body, things: Sequence[Prop]) -> Iterator[Fault]:
    """Somebody stands, sits or lies on something: the floor, or a thing that isn't upright like a wall."""
    carrying = {"floor", *(thing.kind for thing in things)} - UPRIGHT
    gaps = [_gap(body, part, surface, things) for part in body.parts for surface in carrying]
    nearest = min(gap for gap in gaps if gap is not None)
    if nearest > TOUCHING:
        yield Fault("hips", f"nothing carries the body: it is {nearest:.1f} cm above what it could rest on")


def _nearer(body: Body, part: str) -> float:
    """How much lower than the floor below the body an arm may look that lies in front of it."""
    side, _, name = part.partition("_")
    return body.pose.arms[side].nearer if name in {"arm", "forearm", "hand"} else 0.0  # type: ignore[index]


def _sunken(body: Body, things: Sequence[Prop]) -> Iterator[Fault]:
    """Nothing goes through the floor, and nothing through a prop."""
    for part, circles in body.parts.items():
        lowest = min(centre.imag - radius for centre, radius in circles)
        if lowest < -TOUCHING - _nearer(body, part):
            yield Fault("", f"{part} is {-lowest:.1f} cm below the floor")
        for thing in things:
            if thing.beyond or (thing.kind in BESIDE and part.endswith(("_arm", "_forearm", "_hand"))):
                continue
            allowed = SQUEEZED if thing.kind in SOFT else TOUCHING
            for box in props.solids(thing):
                deepest = min(box.gap(centre, radius) for centre, radius in dense(circles))
                if deepest < -allowed:
                    yield Fault("", f"{part} is {-deepest:.1f} cm inside the {thing.kind}")
