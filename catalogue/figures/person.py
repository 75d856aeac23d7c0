"""Draws a body as a person: limbs, trunk, clothes, head. Pure. Gives SVG elements, from the back to the front."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from catalogue.figures.body import WAISTBAND, Body, Circle, Limb, at_point, direction, turned_by
from catalogue.figures.palette import OUTLINE, SHIRT, TROUSERS, Tone, paler
from catalogue.figures.pose import SIDES
from catalogue.figures.shapes import Pen, filled, stroked

POINTING = 0.8
"""A thigh that looks shorter than this points to the viewer: its knee is seen from the front."""
FOLDED = 105.0
"""An elbow or knee that bends further than this."""
LINE = 1.05
"""Width of outlines, in centimetres of the person."""


@dataclass
class Layer:
    """Shapes that are seen as one: outlined together, then filled one by one."""

    fills: list[tuple[str, str]] = field(default_factory=list)

    def add(self, colour: str, *paths: str) -> None:
        self.fills.append((colour, "".join(paths)))

    def elements(self, line: str = OUTLINE) -> Iterator[str]:
        outline = "".join(path for _, path in self.fills)
        yield stroked(outline, line, 2 * LINE)
        for colour, path in self.fills:
            yield filled(path, colour)


@dataclass
class Person:
    """A body with a pen, a skin and a head of hair."""

    body: Body
    pen: Pen
    tone: Tone
    hair: str

    def far_limbs(self) -> Iterator[str]:
        """Those behind the trunk."""
        for side in SIDES[self.body.pose.view]:
            limb = self.body.arms[side]
            if self.body.pose.arms[side].across:
                yield from self._upper_arm(side).elements(self._line(limb, side))
            elif limb.behind:
                yield from self._arm(side)
        for side, leg in self.body.pose.legs.items():
            if leg.across:
                yield from self._below_knee(side).elements(self._line(self.body.legs[side], side))
        for side in SIDES[self.body.pose.view]:
            if self.body.legs[side].behind:
                yield from self._leg(side)

    def trunk_and_legs(self) -> Iterator[str]:
        """Trunk and neck, and the legs in front of them."""
        first, second = SIDES[self.body.pose.view]
        legs = self.body.legs
        yield from self._neck()
        yield from self._shirt()
        yield from self._seat().elements()
        in_front = [side for side in (first, second) if not legs[side].behind]
        drawn_up = [side for side in in_front if self.body.is_drawn_up(side)]
        for side in in_front:
            if side not in drawn_up:
                yield from self._leg(side)
        # Once more without its outline: thighs and seat are one pair of trousers.
        yield filled(self._seat_path, TROUSERS)
        for side in drawn_up:
            yield from self._leg(side)

    def head_and_arms(self) -> Iterator[str]:
        """The head, and the arms in front of the trunk; one that comes across is nearest."""
        if not self._is_head_last:
            yield from self._head()
        arms = self.body.pose.arms
        for side in SIDES[self.body.pose.view]:
            if not (self.body.arms[side].behind or arms[side].across):
                yield from self._arm(side)
                yield from self._shoulder(side)
        for side in arms:
            if arms[side].across:
                yield from self._arm_across(side)
        if self._is_head_last:
            yield from self._head()

    @cached_property
    def _is_head_last(self) -> bool:
        """From the side: whether hands are behind the neck, so that the head hides them."""
        return self.body.is_side and any(at_point(arm.reach) == "nape" for arm in self.body.pose.arms.values())

    # Colours: the limb that is further away is paler.

    def _faded(self, colour: str, limb: Limb, side: str) -> str:
        return paler(colour, 0.42) if side == "far" and limb.behind else colour

    def _line(self, limb: Limb, side: str) -> str:
        return paler(OUTLINE, 0.3) if side == "far" and limb.behind else OUTLINE

    # Limbs.

    def _arm(self, side: str) -> Iterator[str]:
        limb = self.body.arms[side]
        lower = self._lower_arm(side)
        if not _is_folded(limb):
            yield from self._upper_arm(side, lower).elements(self._line(limb, side))
        else:
            yield from self._upper_arm(side).elements(self._line(limb, side))
            layer = Layer()
            layer.add(self._faded(self.tone.skin, limb, side), *lower)
            yield from layer.elements(self._line(limb, side))
            arm = self.body.parts[f"{side}_arm"]  # no line across the elbow
            yield filled(self.pen.hull(arm[1], _along(arm[::-1], 0.16)), self._faded(self.tone.skin, limb, side))
        yield from self._fingers(side)

    def _upper_arm(self, side: str, lower: Sequence[str] = ()) -> Layer:
        """With the lower arm, where they are outlined together."""
        limb, arm, layer = self.body.arms[side], self.body.parts[f"{side}_arm"], Layer()
        layer.add(self._faded(self.tone.skin, limb, side), self.pen.hull(arm[0], arm[1]), *lower)
        layer.add(self._faded(SHIRT, limb, side), self.pen.hull(_along(arm, 0, 0.2), _along(arm, 0.55, 0.5)))
        return layer

    def _lower_arm(self, side: str) -> list[str]:
        """Forearm and hand."""
        pen, fore, hand = self.pen, self.body.parts[f"{side}_forearm"], self.body.parts[f"{side}_hand"]
        if self._is_straight(self.body.arms[side]):
            return [pen.chain([*fore, *hand[1:]]), *self._thumb(side)]
        return [pen.chain(fore), pen.chain(hand), *self._thumb(side)]

    def _arm_across(self, side: str) -> Iterator[str]:
        """What is in front of the trunk of an arm that comes across it."""
        layer = Layer()
        layer.add(self.tone.skin, *self._lower_arm(side))
        yield from layer.elements()
        yield from self._fingers(side)

    def _shoulder(self, side: str) -> Iterator[str]:
        """From the front, sleeve and shirt are one: a patch without outline over the seam."""
        if not self.body.is_side:
            root = self.body.arms[side].root
            inwards = self.body.on_spine(0.86) - root
            patch = self.pen.hull((root + inwards * 0.16, 4.6), (root + inwards * 0.42, 4.6))
            yield filled(patch, SHIRT)

    def _is_straight(self, limb: Limb) -> bool:
        """Whether a hand goes on as its forearm does."""
        return abs(turned_by(limb.angles[2], limb.angles[1])) < 20

    def _thumb(self, side: str) -> Iterator[str]:
        """Seen from the side only, on the side that faces forward."""
        limb = self.body.arms[side]
        if not self.body.is_side or self.body.pose.arms[side].fist:  # type: ignore[index]
            return
        along = limb.angles[2]
        root = limb.end + direction(along, 2.5)
        yield self.pen.hull((root, 2.0), (root + direction(along + 38, 6.5), 1.4))

    def _fingers(self, side: str) -> Iterator[str]:
        """Lines between them, where a hand is seen from the front or from behind."""
        if self.body.is_side:
            return
        wrist, along = self.body.arms[side].end, direction(self.body.arms[side].angles[2])
        is_fist = self.body.pose.arms[side].fist  # type: ignore[index]
        lines = [self.pen.line([wrist + along * tip for tip in between]) for between in BETWEEN_FINGERS[is_fist]]
        yield stroked("".join(lines), paler(OUTLINE, 0.35), 0.5)

    def _leg(self, side: str) -> Iterator[str]:
        is_across = self.body.pose.legs[side].across  # type: ignore[index]
        is_over = self.body.is_drawn_up(side)
        leg = self.body.legs[side]
        is_folded = self.body.is_side and not is_across and _is_folded(leg)
        if is_folded:
            yield from self._below_knee(side).elements(self._line(leg, side))
        layer = Layer() if is_across or is_over or is_folded else self._below_knee(side)
        layer.add(self._faded(TROUSERS, leg, side), self.pen.chain(self.body.parts[f"{side}_thigh"]))
        yield from layer.elements(self._line(leg, side))
        if is_folded:  # no line across the knee
            knee = self.body.parts[f"{side}_shin"]
            yield filled(self.pen.hull(knee[0], _along(knee, 0.5)), self._faded(TROUSERS, leg, side))
        elif is_over:
            yield from self._below_knee(side).elements()
        elif self.body.pose.view == "front" and self.body.pose.legs[side].short[0] < POINTING:  # type: ignore[index]
            yield self._kneecap(side)

    def _kneecap(self, side: str) -> str:
        """Of a knee that points to the viewer: its lower edge."""
        knee, down = self.body.legs[side].middle, direction(self.body.legs[side].angles[1])
        return stroked(self.pen.smooth([knee + down * place for place in KNEECAP], closed=False), OUTLINE, 0.8)

    def _below_knee(self, side: str) -> Layer:
        pen, shin, (ankle, heel, toes) = self.pen, self.body.parts[f"{side}_shin"], self.body.parts[f"{side}_foot"]
        layer, leg = Layer(), self.body.legs[side]
        foot = pen.hull(ankle, toes) if ankle == heel else pen.around([ankle, heel, toes])
        layer.add(self._faded(self.tone.skin, leg, side), pen.hull(shin[1], shin[2]), foot)
        cuff = _along(shin[1:], 0.72, 0.7)
        layer.add(self._faded(TROUSERS, leg, side), pen.chain([shin[0], shin[1], cuff]))
        return layer

    # The trunk.

    @cached_property
    def _seat_path(self) -> str:
        points = self.body.trunk_points(-0.3, WAISTBAND + 0.06)
        return self.pen.smooth([points[0], *points, points[-1]])  # twice: a corner

    def _seat(self) -> Layer:
        layer = Layer()
        layer.add(TROUSERS, self._seat_path)
        return layer

    def _shirt(self) -> Iterator[str]:
        shown = [(share, point) for share, point in self.body.trunk if share >= WAISTBAND - 0.05]
        lowest = min(share for share, _ in shown)
        # The ends of the hem twice: corners.
        points = [point for share, point in shown for _ in range(2 if share < lowest + 0.05 else 1)]
        layer = Layer()
        layer.add(SHIRT, self.pen.smooth(points))
        return layer.elements()

    def _neck(self) -> Iterator[str]:
        layer = Layer()
        layer.add(self.tone.skin, self.pen.hull((self.body.on_spine(0.97), 5.2), (self.body.skull_base, 4.6)))
        return layer.elements()

    # The head. Points: how far forward of its middle (or aside), and how far up.

    def _head(self) -> Iterator[str]:
        face = self.body.pose.face or ("profile" if self.body.is_side else _FACES[self.body.pose.view])
        if face in {"left", "right"}:
            flip = 1 if (face == "left") == (self.body.pose.view == "front") else -1
            return self._profile(flip)
        if face == "profile":
            return self._profile(1)
        return self._front() if face == "viewer" else self._back()

    def _on_head(self, points: Sequence[tuple[float, float]], flip: int = 1) -> list[complex]:
        head, up = self.body.head, direction(self.body.head_heading)
        return [head + up * complex(y, -x * flip) for x, y in points]

    def _spot(self, x: float, y: float, radius: float, colour: str, flip: int = 1) -> str:
        (centre,) = self._on_head([(x, y)], flip)
        return filled(self.pen.circle(centre, radius), colour)

    def _profile(self, flip: int) -> Iterator[str]:
        layer = Layer()
        layer.add(self.tone.skin, self.pen.smooth(self._on_head(PROFILE, flip)))
        layer.add(self.tone.hair, self.pen.smooth(self._on_head(PROFILE_HAIR, flip)), *self._knot((-10.5, 4.5), flip))
        yield from layer.elements()
        yield self._spot(6.0, 0.4, 0.9, OUTLINE, flip)
        mouth = self.pen.smooth(self._on_head([(9.6, -6.0), (8.2, -6.5), (7.0, -6.0)], flip), closed=False)
        yield stroked(mouth, OUTLINE, 0.8)
        ear = self.pen.smooth(self._on_head([(-2.2, 1.6), (0.2, 1.2), (-0.6, -2.4), (-2.0, -2.2)], flip))
        yield stroked(ear, OUTLINE, 0.9, self.tone.skin)

    def _front(self) -> Iterator[str]:
        layer = Layer()
        sunk = self.body.pose.nod / 60 * 4.5  # what is seen of the face goes down, and more hair is seen
        hair = [(x, y - sunk if y < 7 else y) for x, y in FRONT_HAIR]
        layer.add(self.tone.skin, self.pen.smooth(self._on_head(OVAL)), *self._ears(sunk))
        layer.add(self.tone.hair, self.pen.smooth(self._on_head(hair)), *self._knot((0, 12.5)))
        yield from layer.elements()
        yield self._spot(-3.4, -0.4 - sunk, 0.9, OUTLINE)
        yield self._spot(3.4, -0.4 - sunk, 0.9, OUTLINE)
        for points in (((0.2, -1.0), (1.2, -3.6), (-0.4, -3.9)), ((-2.6, -6.6), (0.0, -7.4), (2.6, -6.6))):
            curve = self.pen.smooth(self._on_head([(x, y - sunk * 0.8) for x, y in points]), closed=False)
            yield stroked(curve, OUTLINE, 0.9)

    def _back(self) -> Iterator[str]:
        layer = Layer()
        raised = self.body.pose.nod / 60 * 5.0  # the nape is seen from further above, and the ears
        hair = [(x, y + raised if y < 0 else y) for x, y in BACK_HAIR]
        layer.add(self.tone.skin, self.pen.smooth(self._on_head(OVAL)), *self._ears(-raised))
        layer.add(self.tone.hair, self.pen.smooth(self._on_head(hair)), *self._knot((0, 4 + raised)))
        return layer.elements()

    def _ears(self, sunk: float) -> Iterator[str]:
        for x in (-9.0, 9.0):
            (centre,) = self._on_head([(x, -1.0 - sunk)])
            yield self.pen.circle(centre, 1.9)

    def _knot(self, where: tuple[float, float], flip: int = 1) -> Iterator[str]:
        if self.hair == "tied":
            (centre,) = self._on_head([where], flip)
            yield self.pen.circle(centre, 4.2)


BETWEEN_FINGERS = (
    ((8 + 1j, 14 + 1j), (8.6 - 0.6j, 14.6 - 0.6j)),
    ((5.4 + 1.8j, 8.8 + 1.8j), (5.4 + 0j, 9.4 + 0j), (5.4 - 1.8j, 8.8 - 1.8j)),
)
"""Lines along an open hand, from its wrist; and along a fist."""
KNEECAP = (1 + 3.4j, 3 + 1.8j, 3 - 1.8j, 1 - 3.4j)
"""From the middle of a knee, along its shin."""

_FACES = {"front": "viewer", "back": "away"}

PROFILE = (
    (0.0, 11.0), (6.0, 9.4), (9.2, 5.0), (9.3, 1.4), (11.9, -2.4), (9.7, -3.9), (9.9, -6.6), (8.3, -9.9),
    (4.0, -10.3), (-1.4, -7.6), (-5.6, -9.0), (-8.8, -5.6), (-10.8, 0.5), (-9.2, 6.6), (-5.0, 10.2),
)  # fmt: skip
PROFILE_HAIR = (
    (0.4, 11.7), (6.4, 10.2), (9.0, 6.2), (4.4, 6.0), (1.6, 3.4), (0.8, 0.4), (-2.2, 2.0), (-3.2, -2.0), (-5.8, -6.6),
    (-9.4, -6.0), (-11.5, 0.5), (-9.8, 7.2), (-5.2, 10.9),
)  # fmt: skip
OVAL = (
    (0.0, 11.0), (6.4, 9.0), (9.0, 2.5), (8.2, -4.5), (4.6, -9.8), (0.0, -11.2),
    (-4.6, -9.8), (-8.2, -4.5), (-9.0, 2.5), (-6.4, 9.0),
)  # fmt: skip
FRONT_HAIR = (
    (0.0, 11.8), (6.8, 9.6), (9.6, 3.0), (8.9, -0.8), (7.6, 3.4), (3.4, 6.4), (-2.4, 5.4), (-7.2, 3.4), (-8.9, -0.8),
    (-9.6, 3.0), (-6.8, 9.6),
)  # fmt: skip
BACK_HAIR = (
    (0.0, 11.8), (6.8, 9.6), (9.6, 3.0), (8.8, -3.4), (5.4, -8.0), (0.0, -9.0), (-5.4, -8.0), (-8.8, -3.4),
    (-9.6, 3.0), (-6.8, 9.6),
)  # fmt: skip


def _is_folded(limb: Limb) -> bool:
    """Whether the two halves of a limb lie side by side: a line must show where one ends."""
    return abs(turned_by(limb.angles[1], limb.angles[0])) > FOLDED


def _along(circles: Sequence[Circle], share: float, thicker: float = 0) -> Circle:
    """A circle between the first two, so much thicker."""
    (a, ra), (b, rb) = circles[0], circles[1]
    return a + (b - a) * share, ra + (rb - ra) * share + thicker
