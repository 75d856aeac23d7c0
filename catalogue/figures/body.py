"""Where every joint of a pose is: a grown-up's proportions, and forward kinematics. Pure.

Points are complex numbers: x to the right, y up, in centimetres; the floor is at 0. Lengths follow the segment tables of
Drillis and Contini (1966) for a height of 172 cm, rounded; thicknesses are the house's own.

Where a hand or foot has to be somewhere (`reach`, `plant`), the two bones that lead there are found by the law of
cosines; in side views the elbow and knee bend the only way that they can.
"""

from __future__ import annotations

from cmath import phase, rect
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from math import acos, cos, degrees, hypot, pi, radians

from catalogue.figures.pose import SIDES, Arm, Leg, Point, Pose

UPPER_ARM, FOREARM, PALM, FINGERS = 31.0, 25.0, 6.0, 13.0
THIGH, SHIN = 42.0, 42.0
SPINE = 54.0
SHOULDER_AT = 0.9
NECK, TO_HEAD = 7.0, 9.0
SHOULDER_WIDTH, HIP_WIDTH = 15.5, 8.5
ANKLE_HEIGHT = 6.5

HIP_R, THIGH_R, KNEE_R = 9.2, 8.2, 6.0
CALF_R, ANKLE_R = 5.5, 3.5
SHOULDER_R, ELBOW_R, FOREARM_R, WRIST_R, PALM_R, FIST_R, FINGER_R = 5.6, 4.3, 4.3, 2.8, 3.3, 3.9, 2.0
NECK_R, HEAD_R = 4.8, 10.8
HEEL_R, TOES_R = 3.2, 2.2

STEPS = 12
BENDING = tuple(
    share * share * (3 - 2 * share)
    for share in (min(max(((number + 0.5) / STEPS - 0.2) / 0.5, 0.0), 1.0) for number in range(STEPS))
)
"""How much of the bend each piece of the spine has: none below, all above, smoothly between."""
ARCHING = tuple((number + 0.5) / STEPS for number in range(STEPS))
"""The same of a back that is bent far backwards: along its whole length, or it would look broken."""
FAR_BACK = 40.0
PIECE = SPINE / STEPS

Circle = tuple[complex, float]

# Outlines of the trunk: how far up the spine (0 hips, 1 neck), and how far to the back (-) or front of it.
BACK = (
    (-0.19, -4.0),
    (-0.12, -9.0),
    (0.03, -11.8),
    (0.22, -9.8),
    (0.42, -7.6),
    (0.62, -9.4),
    (0.82, -10.4),
    (0.96, -7.6),
)
BELLY = ((0.96, 6.4), (0.8, 10.0), (0.6, 9.4), (0.4, 8.8), (0.2, 8.8), (0.04, 7.8), (-0.1, 5.5), (-0.18, 1.0))
NAPE, THROAT = (1.05, -4.6), (1.04, 4.4)
# Half of the trunk's outline from the front.
FLANK = ((1.05, 5.0), (1.01, 9.5), (0.955, 15.0), (0.86, 17.0), (0.7, 15.0), (0.47, 12.6), (0.25, 14.0), (0.05, 16.2))
SEAT = ((-0.1, 15.6), (-0.2, 7.0))
WAISTBAND = 0.2


def direction(angle: float, length: float = 1) -> complex:
    return rect(length, radians(angle))


def turned_by(after: float, before: float) -> float:
    """The angle from `before` to `after`, from -180 up to 180."""
    return (after - before + 180) % 360 - 180


@dataclass(frozen=True, slots=True)
class Limb:
    """An arm (shoulder, elbow, wrist) or a leg (hip, knee, ankle), with the directions of its two bones and its end."""

    root: complex
    middle: complex
    end: complex
    angles: tuple[float, float, float]
    behind: bool
    is_within_reach: bool = True


@dataclass
class Body:
    """A pose with every joint in its place.

    `spine`: points from the hips to the neck; `forwards`: for each piece between them, which way its front is.
    """

    pose: Pose
    spine: list[complex]
    forwards: list[complex]
    arms: dict[str, Limb] = field(default_factory=dict)
    legs: dict[str, Limb] = field(default_factory=dict)

    @property
    def hips(self) -> complex:
        return self.spine[0]

    @property
    def is_side(self) -> bool:
        return self.pose.view == "side"

    @cached_property
    def bend(self) -> float:
        """How far the upper half of the trunk is bent backwards (side views: + backwards, - forwards)."""
        return turned_by(self.pose.trunk[1], self.pose.trunk[0])

    @cached_property
    def head_heading(self) -> float:
        return self.pose.trunk[1] if self.pose.head is None else self.pose.head

    @cached_property
    def neck_base(self) -> complex:
        return self.on_spine(1.0)

    @cached_property
    def skull_base(self) -> complex:
        heading = self.pose.trunk[1] + turned_by(self.head_heading, self.pose.trunk[1]) / 2
        return self.neck_base + direction(heading, NECK * (1 - self.pose.nod / 75))

    @cached_property
    def head(self) -> complex:
        return self.skull_base + direction(self.head_heading, TO_HEAD * (1 - abs(self.pose.nod) / 180))

    def on_spine(self, share: float, aside: float = 0) -> complex:
        """A point on the spine, or so far in front of it (side view) or to its right-hand side on the page."""
        place = share * STEPS
        number = 0 if place < 0 else STEPS - 1 if place >= STEPS else int(place)
        return self.spine[number] + self.forwards[number] * complex(aside, (place - number) * PIECE)

    def width_at(self, share: float) -> float:
        """How much of the trunk's width is seen at this height, where shoulders or pelvis are turned."""
        pelvis, shoulders = (max(abs(cos(radians(angle))), 0.62) for angle in self.pose.turn)
        return pelvis + (shoulders - pelvis) * min(max(share, 0.0), 1.0)

    def shoulder(self, side: str) -> complex:
        shrug = self.pose.shrug / SPINE
        if self.is_side:
            return self.on_spine(SHOULDER_AT + shrug, 0.5 + self.pose.protract)
        return self.on_spine(SHOULDER_AT + shrug, self._aside(side) * SHOULDER_WIDTH * cos(radians(self.pose.turn[1])))

    def hip(self, side: str) -> complex:
        if self.is_side:
            return self.hips
        offset = self._aside(side) * HIP_WIDTH * cos(radians(self.pose.turn[0]))
        return self.hips + direction(self.pose.trunk[0] - 90, offset)

    def is_drawn_up(self, side: str) -> bool:
        """From the front: whether a thigh lies over the trunk."""
        leg = self.legs[side]
        return not self.is_side and ((leg.middle - leg.root) / direction(self.pose.trunk[0])).real > 0

    def outwards(self, limb: float, trunk: float, side: str) -> float:
        """How far a limb of a front or back view is spread from a trunk: -100, across it, up to 260 degrees."""
        return ((limb - trunk - 180) * self._aside(side) + 100) % 360 - 100

    def _aside(self, side: str) -> int:
        """On which side of the page's body a limb is: seen from the front, its left is to the right."""
        return 1 if (side == "left") == (self.pose.view == "front") else -1

    # Parts as chains of circles: what is drawn, what touches, what may not sink.

    @cached_property
    def parts(self) -> dict[str, list[Circle]]:
        found: dict[str, list[Circle]] = {
            "head": [(self.head, HEAD_R)],
            "neck": [(self.neck_base, NECK_R), (self.skull_base, NECK_R)],
            "upper_trunk": [(point, 0.0) for point in self.trunk_points(0.5, 1.1)],
            "lower_trunk": [(point, 0.0) for point in self.trunk_points(-0.3, 0.5)],
        }
        for side, limb in self.arms.items():
            found |= {f"{side}_{name}": circles for name, circles in _arm_parts(limb, self.pose.arms[side]).items()}  # type: ignore[index]
        for side, limb in self.legs.items():
            found |= {f"{side}_{name}": circles for name, circles in _leg_parts(limb, self, side).items()}
        return found

    def trunk_points(self, lowest: float, highest: float) -> list[complex]:
        """Points of the trunk's outline between two heights."""
        return [point for share, point in self.trunk if lowest <= share <= highest]

    @cached_property
    def trunk(self) -> list[tuple[float, complex]]:
        return [(share, self.on_spine(share, aside)) for share, aside in self.outline]

    @cached_property
    def outline(self) -> list[tuple[float, float]]:
        """The trunk from the neck down the front, and up the back again."""
        if self.is_side:
            # Bending forwards straightens the hollow of the back.
            flat = min(max(-self.bend * 0.12, -1.4), 2.6)
            back = [(share, aside - (flat if share == 0.42 else 0)) for share, aside in BACK]
            return [THROAT, *BELLY, *back, NAPE]
        lift = self.pose.shrug / SPINE
        shown = ((share + lift if 0.9 < share < 1 else share, aside) for share, aside in (*FLANK, *SEAT))
        right = [(share, aside * self.width_at(share)) for share, aside in shown]
        return [*right, *((share, -aside) for share, aside in reversed(right))]

    def point(self, named: Point) -> complex:
        """The place of a named point, of a point beside one, or of coordinates."""
        if isinstance(named, str):
            return self._named(named)
        if len(named) == 2:
            return complex(named[0], named[1])
        return self._named(named[0]) + complex(named[1], named[2])

    def _named(self, name: str) -> complex:
        if name in _TRUNK_PLACES:
            return self.on_spine(*_TRUNK_PLACES[name])
        if name in _HEAD_PLACES:
            up, forward = _HEAD_PLACES[name]
            sideways = forward if self.is_side else 0
            return self.head + direction(self.head_heading, up) + direction(self.head_heading - 90, sideways)
        side, joint = name.split("_", 1)
        if joint == "shoulder":
            return self.shoulder(side)
        if joint == "hip":
            return self.hip(side)
        return _joint(self, side, joint)


def at_point(named: Point | None) -> str | None:
    """The name of the point that a place is at or beside; None for coordinates."""
    name = named if named is None or isinstance(named, str) else named[0]
    return name if isinstance(name, str) else None


_TRUNK_PLACES = {
    "hips": (0.0, 0.0), "waist": (0.42, 0.0), "belly": (0.4, 9.0), "low_back": (0.35, -8.0), "chest": (0.78, 10.0),
    "upper_back": (0.8, -10.5), "neck": (1.06, 0.0),
}  # fmt: skip
_HEAD_PLACES = {"head": (0.0, 0.0), "face": (-1.0, 11.0), "nape": (-7.0, -8.0), "head_top": (11.0, 0.0)}


def _joint(body: Body, side: str, joint: str) -> complex:
    limbs = body.arms if joint in {"elbow", "wrist", "hand", "fingers"} else body.legs
    if side not in limbs:
        raise ValueError(f"{side}_{joint} can't be used here")
    limb = limbs[side]
    if joint in {"elbow", "knee"}:
        return limb.middle
    if joint in {"wrist", "ankle"}:
        return limb.end
    if joint in {"hand", "fingers"}:
        return limb.end + direction(limb.angles[2], PALM if joint == "hand" else FINGERS)
    heel, toes = foot_circles(limb, body, side)[1:3]
    return heel[0] if joint == "heel" else toes[0]


def _arm_parts(limb: Limb, arm: Arm) -> dict[str, list[Circle]]:
    palm = limb.end + direction(limb.angles[2], PALM - 2)
    tips = limb.end + direction(limb.angles[2], PALM if arm.fist else FINGERS)
    near_elbow = limb.middle + (limb.end - limb.middle) * 0.28
    return {
        "arm": [(limb.root, SHOULDER_R), (limb.middle, ELBOW_R)],
        "forearm": [(limb.middle, ELBOW_R - 0.3), (near_elbow, FOREARM_R), (limb.end, WRIST_R)],
        "hand": [(limb.end, WRIST_R), (palm, FIST_R if arm.fist else PALM_R), (tips, FIST_R if arm.fist else FINGER_R)],
    }


def _leg_parts(limb: Limb, body: Body, side: str) -> dict[str, list[Circle]]:
    above, below = limb.middle - limb.root, limb.end - limb.middle
    calf = limb.middle + below * 0.3
    if body.is_side and abs(below) > 1:
        calf -= below / abs(below) * 1j * 1.2  # the calf lies behind the bone
    return {
        "thigh": [(limb.root, HIP_R), (limb.root + above * 0.4, THIGH_R), (limb.middle, KNEE_R)],
        "knee": [(limb.middle, KNEE_R)],
        "shin": [(limb.middle, KNEE_R - 0.2), (calf, CALF_R), (limb.end, ANKLE_R)],
        "foot": foot_circles(limb, body, side),
    }


def foot_circles(limb: Limb, body: Body, side: str) -> list[Circle]:
    """Ankle, heel and toes. Seen from the front, a foot that doesn't say how long it looks points to the viewer."""
    short = body.pose.legs[side].foot_short  # type: ignore[index]
    along = direction(limb.angles[2])
    if body.is_side or (short is not None and short > 0.5):
        share = 1.0 if short is None else short
        # The sole is on the right of the foot's direction when it looks to the right.
        down = along * -1j
        return [
            (limb.end, ANKLE_R),
            (limb.end - along * 4.2 * share + down * (ANKLE_HEIGHT - HEEL_R), HEEL_R),
            (limb.end + along * 15.0 * share + down * (ANKLE_HEIGHT - TOES_R), TOES_R),
        ]
    share = 0.3 if short is None else short
    return [(limb.end, ANKLE_R), (limb.end, ANKLE_R), (limb.end + along * 14 * share, 3.8)]


# From a pose to a body.


def stand(pose: Pose) -> Body:
    """The body of a pose. Raises ValueError for a point that isn't known yet where it is used."""
    trunk = _trunk_of(pose)
    body = _moved(trunk, complex(pose.at, pose.hips if pose.hips is not None else -_lowest(trunk)))
    for side in SIDES[pose.view]:
        body.legs[side] = _leg(body, side, pose.legs[side])
    for side in SIDES[pose.view]:
        body.arms[side] = _arm(body, side, pose.arms[side])
    return body


def _trunk_of(pose: Pose) -> Body:
    """The spine as a chain of short pieces whose direction goes over from the lower half's to the upper half's. Hips at 0."""
    lower, bend = pose.trunk[0], turned_by(pose.trunk[1], pose.trunk[0])
    shares = _bending(bend)
    ways = {share: direction(lower + bend * share) for share in set(shares)}
    along = [ways[share] for share in shares]
    spine = [*accumulate((way * PIECE for way in along), initial=0j)]
    return Body(pose, spine, [way * -1j for way in along])


def _bending(bend: float) -> Sequence[float]:
    """How much of the bend each piece of the spine has: the further backwards, the more evenly."""
    if bend <= FAR_BACK / 2:
        return BENDING
    even = min(2 * bend / FAR_BACK - 1, 1.0)
    return [share + (arched - share) * even for share, arched in zip(BENDING, ARCHING, strict=True)]


def _moved(body: Body, by: complex) -> Body:
    """The same trunk elsewhere."""
    moved = Body(body.pose, [point + by for point in body.spine], body.forwards)
    moved.trunk = [(share, point + by) for share, point in body.trunk]
    return moved


def _lowest(trunk: Body) -> float:
    """How low the lowest part is: of the trunk, the head, and those limbs that need no ground to stand on."""
    trial = _moved(trunk, 0j)
    trial.legs = {side: _leg(trial, side, leg) for side, leg in trunk.pose.legs.items() if leg.thigh is not None}
    trial.arms = {
        side: _arm(trial, side, arm)
        for side, arm in trunk.pose.arms.items()
        if arm.upper is not None and not arm.nearer
    }
    return min(centre.imag - radius for circles in trial.parts.values() for centre, radius in circles)


def _arm(body: Body, side: str, arm: Arm) -> Limb:
    root = body.shoulder(side)
    lengths = UPPER_ARM * arm.short[0], FOREARM * arm.short[1]
    behind = arm.behind if arm.behind is not None else side == "far"
    if arm.upper is not None and arm.fore is not None:
        middle = root + direction(arm.upper, lengths[0])
        end = middle + direction(arm.fore, lengths[1])
        hand = arm.fore if arm.hand is None else arm.hand
        return Limb(root, middle, end, (arm.upper, arm.fore, hand), behind)
    assert arm.reach is not None  # noqa: S101  (the form asks for one of the two)
    target = body.point(arm.reach)
    bends = 1 if body.is_side else -body._aside(side) * arm.bend
    if arm.hand is not None:
        target -= direction(arm.hand, PALM)
    middle, end, reached = two_bones(root, target, lengths[0], lengths[1] + (PALM if arm.hand is None else 0), bends)
    fore = degrees(phase(end - middle))
    wrist = end if arm.hand is not None else end - direction(fore, PALM)
    angles = (degrees(phase(middle - root)), fore, fore if arm.hand is None else arm.hand)
    return Limb(root, middle, wrist, angles, behind, reached)


def _leg(body: Body, side: str, leg: Leg) -> Limb:
    root = body.hip(side)
    lengths = THIGH * leg.short[0], SHIN * leg.short[1]
    behind = leg.behind if leg.behind is not None else side == "far"
    if leg.thigh is not None and leg.shin is not None:
        middle = root + direction(leg.thigh, lengths[0])
        end = middle + direction(leg.shin, lengths[1])
        return Limb(root, middle, end, (leg.thigh, leg.shin, _foot(body, leg, leg.shin)), behind)
    target = complex(leg.plant, ANKLE_HEIGHT) if leg.plant is not None else body.point(leg.reach)  # type: ignore[arg-type]
    bends = -1 if body.is_side else -body._aside(side) * leg.bend
    middle, end, reached = two_bones(root, target, lengths[0], lengths[1], bends)
    shin = degrees(phase(end - middle))
    foot = 0.0 if leg.plant is not None and leg.foot is None and body.is_side else _foot(body, leg, shin)
    return Limb(root, middle, end, (degrees(phase(middle - root)), shin, foot), behind, reached)


def _foot(body: Body, leg: Leg, shin: float) -> float:
    """A foot that isn't told stands square on its leg; from the front it goes on along it."""
    return leg.foot if leg.foot is not None else shin + (90 if body.is_side else 0)


def two_bones(root: complex, target: complex, first: float, second: float, bends: int) -> tuple[complex, complex, bool]:
    """The joint between two bones and their end, as near to the target as they get; and whether they reach it.

    `bends` 1: the second bone is turned counter-clockwise from the first.
    """
    line = target - root
    distance = hypot(line.real, line.imag)
    reach = min(max(distance, abs(first - second) + 0.01), first + second - 0.01)
    inner = acos(min(1.0, max(-1.0, (first**2 + reach**2 - second**2) / (2 * first * reach))))
    heading = phase(line) if distance else -pi / 2
    middle = root + rect(first, heading - bends * inner)
    return middle, root + rect(reach, heading), abs(reach - distance) < 1
