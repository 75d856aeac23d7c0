"""What is drawn over a person: which muscles work or are stretched, arrows, pressure, badges. Pure.

Working is a full patch, stretching a striped one: told apart without colour.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Literal

from catalogue.figures.body import NECK_R, Body, direction
from catalogue.figures.palette import MARK, OUTLINE, WHITE
from catalogue.figures.pose import Arrow, Pose
from catalogue.figures.shapes import Bow, Pen, filled, stroked

BADGE_R = 7.5
HEAD_LENGTH = 8.0
"""Of an arrow."""
Band = tuple[complex, complex, float]
"""A patch from one point to another, so thick to each side."""


# Muscles.


Layer = Literal["far limbs", "trunk and legs", "arms"]


def muscles(body: Body, pen: Pen, layer: Layer) -> Iterator[str]:
    """The regions of a layer that work, and those that are stretched: what lies in front is drawn over them."""
    for region in _on(body.pose.worked, layer):
        yield from worked(*band(body, region), pen)
    for region in _on(body.pose.stretched, layer):
        yield from stretched(*band(body, region), pen)


def worked(points: Sequence[complex], radius: float, pen: Pen) -> Iterator[str]:
    patch = pen.chain([(point, radius) for point in points])
    yield stroked(patch, WHITE, 1.6)
    yield filled(patch, MARK)


def stretched(points: Sequence[complex], radius: float, pen: Pen) -> Iterator[str]:
    patch = pen.chain([(point, radius) for point in points])
    yield stroked(patch, MARK, 2, WHITE)
    yield stroked(_stripes(points, radius, pen), MARK, 1.4)


def _on(regions: Iterable[str], layer: Layer) -> list[str]:
    return [region for region in regions if _layer_of(region) == layer]


def _layer_of(region: str) -> Layer:
    if region.startswith("far_"):
        return "far limbs"
    return "arms" if region.endswith(("_arm", "_forearm", "shoulder_back")) else "trunk and legs"


def _stripes(points: Sequence[complex], radius: float, pen: Pen) -> str:
    """Slanting lines across a patch."""
    lines = []
    for a, b in pairwise(points):
        along = (b - a) / (abs(b - a) or 1)
        across, lean = along * 1j * radius * 0.94, along * radius * 0.45
        count = max(1, round(abs(b - a) / 3.4))
        places = (a + (b - a) * (n + 0.5) / count for n in range(count))
        lines += [pen.line([place + across + lean, place - across - lean]) for place in places]
    return "".join(lines)


def band(body: Body, region: str) -> tuple[list[complex], float]:
    """Where a region lies on this body, and how thick it is to each side. Raises ValueError where the view hides it."""
    if region in _TRUNK:
        low, high, aside, radius = _TRUNK[region]
        shares = [low + (high - low) * n / 4 for n in range(5)]
        return [body.on_spine(share, aside if body.is_side else 0) for share in shares], radius
    side, name = region.split("_", 1)
    if side not in body.legs:
        raise ValueError(f"{region} isn't in this view")
    if name in _THIGH:
        start, end, forward, radius = _THIGH[name]
        limb = body.legs[side]
        a, b, radius = _on_bone(body, limb.root, limb.middle, start, end, forward, radius)
    else:
        a, b, radius = _ELSEWHERE[name](body, side)
    return [a, b], radius


_TRUNK = {
    "abdomen": (0.2, 0.56, 5.6, 2.7),
    "low_back": (0.14, 0.46, -5.6, 2.4),
    "upper_back": (0.56, 0.92, -7.0, 2.4),
    "back": (0.14, 0.92, -6.4, 2.2),
    "chest": (0.66, 0.88, 6.6, 2.4),
}
_THIGH = {
    "thigh_front": (0.2, 0.82, 3.6, 2.5),
    "thigh_back": (0.22, 0.82, -3.4, 2.5),
}


def _on_bone(body: Body, a: complex, b: complex, start: float, end: float, forward: float, radius: float) -> Band:
    """Along a bone, so far in front of it in side views and on it in others."""
    bone = b - a
    aside = bone / abs(bone) * 1j * forward if body.is_side and abs(bone) > 1 else 0j
    return a + bone * start + aside, a + bone * end + aside, radius


def _buttock(body: Body, side: str) -> Band:
    if body.is_side:
        return body.on_spine(-0.08, -5.6), body.on_spine(0.1, -6.6), 3.4
    if body.is_drawn_up(side):  # seen below the thigh, across it
        limb = body.legs[side]
        bone = _unit(limb.middle - limb.root)
        below = limb.root - bone * 3.8
        return below - bone * 4.6j, below + bone * 4.6j, 3.2
    middle = body.hip(side) + direction(body.pose.trunk[0], -1)
    return middle - 1, middle + 1, 4.4


def _calf(body: Body, side: str) -> Band:
    limb = body.legs[side]
    return _on_bone(body, limb.middle, limb.end, 0.16, 0.5, -2.6, 2.2)


def _hip_front(body: Body, side: str) -> Band:
    """From the lower belly over the groin to the thigh."""
    limb = body.legs[side]
    bone = (limb.middle - limb.root) / max(abs(limb.middle - limb.root), 1)
    aside = bone * 1j * 5.2 if body.is_side else 0j
    return body.on_spine(0.1, 5.2 if body.is_side else 0), limb.root + bone * 16 + aside, 2.4


def _hip_side(body: Body, side: str) -> Band:
    limb = body.legs[side]
    bone = (limb.middle - limb.root) / max(abs(limb.middle - limb.root), 1)
    out = 0j if body.is_side else direction(body.pose.trunk[0] - 90, 3.0 * body._aside(side))
    return limb.root - bone * 3 + out, limb.root + bone * 9 + out, 3.0


def _waist(body: Body, side: str) -> Band:
    out = 0.0 if body.is_side else 8.6 * body._aside(side) * body.width_at(0.3)
    return body.on_spine(0.2, out), body.on_spine(0.52, out), 2.7


def _neck(body: Body, side: str) -> Band:
    """From below the ear to the shoulder."""
    if body.is_side:
        return body.skull_base - direction(body.head_heading - 90, 2.4), body.on_spine(0.98, -4.0), 2.0
    out = direction(body.head_heading - 90, body._aside(side) * (NECK_R - 1.2))
    return body.skull_base + out, body.on_spine(1.01, body._aside(side) * 12.0), 2.6


def _shoulder_back(body: Body, side: str) -> Band:
    limb = body.arms[side]
    if body.pose.view == "back":  # from the shoulder blade
        return body.on_spine(0.8, 6.5 * body._aside(side)), limb.root, 3.2
    return _on_bone(body, limb.root, limb.middle, -0.08, 0.3, -1.5, 2.6)


def _arm(body: Body, side: str) -> Band:
    limb = body.arms[side]
    return _on_bone(body, limb.root, limb.middle, 0.2, 0.75, 0, 2.5)


def _forearm(body: Body, side: str) -> Band:
    limb = body.arms[side]
    return _on_bone(body, limb.middle, limb.end, 0.15, 0.75, 0, 2.2)


_ELSEWHERE = {
    "arm": _arm,
    "forearm": _forearm,
    "buttock": _buttock,
    "calf": _calf,
    "hip_front": _hip_front,
    "hip_side": _hip_side,
    "waist": _waist,
    "neck": _neck,
    "shoulder_back": _shoulder_back,
}


# Movement.


def movements(body: Body, pen: Pen) -> Iterator[str]:
    for arrow in body.pose.arrows:
        yield from arrowed(_bow(body, arrow), pen, both_ways=arrow.both_ways)
    for push in body.pose.pushes:
        yield from pressed(body.point(push.at), push.direction, pen)


def arrow_points(body: Body, pose: Pose) -> Iterator[complex]:
    """The points that arrows and pushes reach, for the frame."""
    for arrow in pose.arrows:
        bow = _bow(body, arrow)
        yield from (bow.at(number / 8) for number in range(9))
    for push in pose.pushes:
        at = body.point(push.at)
        yield from (at, at - direction(push.direction, 12.5))


def _bow(body: Body, arrow: Arrow) -> Bow:
    return Bow(body.point(arrow.start), body.point(arrow.end), arrow.bend)


def arrowed(bow: Bow, pen: Pen, *, both_ways: bool = False) -> Iterator[str]:
    under_head = min(HEAD_LENGTH / 2 / max(bow.length, 1), 0.5)  # the shaft ends within the head
    tips = [(1.0, 1 - under_head)] + ([(0.0, under_head)] if both_ways else [])
    shaft = pen.bow(bow, under_head if both_ways else 0, 1 - under_head)
    points = "".join(_head(bow.at(tip), _unit(bow.at(tip) - bow.at(before)), pen) for tip, before in tips)
    yield stroked(shaft, WHITE, 5.4)
    yield stroked(points, WHITE, 2.6, WHITE)
    yield stroked(shaft, MARK, 2.8)
    yield filled(points, MARK)


def _unit(vector: complex) -> complex:
    return vector / abs(vector) if vector else 1 + 0j


def _head(tip: complex, heading: complex, pen: Pen) -> str:
    foot, aside = tip - heading * HEAD_LENGTH, heading * 1j * HEAD_LENGTH * 0.58
    return pen.polygon([tip, foot + aside, foot - aside])


def pressed(tip: complex, degrees: float, pen: Pen) -> Iterator[str]:
    """A broad short arrow that ends at a bar: pressing against something."""
    heading = direction(degrees)
    foot, neck = tip - heading * 11.5, tip - heading * 6.5
    shape = [
        foot + heading * 2.6j, neck + heading * 2.6j, neck + heading * 6j, tip - heading * 0.6,
        neck - heading * 6j, neck - heading * 2.6j, foot - heading * 2.6j,
    ]  # fmt: skip
    bar = pen.line([tip + heading * 0.8 + heading * 6j, tip + heading * 0.8 - heading * 6j])
    outline = pen.polygon(shape)
    yield stroked(bar, WHITE, 4.6)
    yield stroked(outline, WHITE, 1.6, MARK)
    yield stroked(bar, MARK, 2.4)


# Badges: unmirrored, so that letters read.

LETTERS: dict[str, list[tuple[float, float]]] = {
    "L": [(-2.4, 4), (-2.4, -4), (2.6, -4)],
    "R": [(-2.4, -4), (-2.4, 4), (0.8, 4), (2.4, 2.9), (2.4, 0.9), (0.8, -0.2), (-2.4, -0.2), (0.2, -0.2), (2.7, -4)],
    "G": [(2.8, 2.6), (1.2, 4), (-1.2, 4), (-2.9, 2), (-2.9, -2), (-1.2, -4), (1.2, -4), (2.9, -2.6), (2.9, -0.3), (0.6, -0.3)],
    "D": [(-2.4, -4), (-2.4, 4), (0.2, 4), (2.7, 1.8), (2.7, -1.8), (0.2, -4), (-2.4, -4)],
}  # fmt: skip
"""Strokes of the letters for left and right in the languages that are written with them; no font is needed."""

PAUSE: tuple[list[tuple[float, float]], ...] = ([(-2.0, 3.2), (-2.0, -3.2)], [(2.0, 3.2), (2.0, -3.2)])


def side_badge(centre: complex, letter: str) -> Iterator[str]:
    """A letter in a disc: which side the picture shows."""
    yield from _disc(centre, OUTLINE, [LETTERS[letter]], WHITE)


def hold_badge(centre: complex) -> Iterator[str]:
    """A pause sign: hold this position."""
    yield from _disc(centre, WHITE, list(PAUSE), MARK)


def _disc(centre: complex, fill: str, strokes: list[list[tuple[float, float]]], ink: str) -> Iterator[str]:
    pen = Pen()
    line = "".join(pen.line([centre + complex(x, y) for x, y in stroke]) for stroke in strokes)
    edge = fill if fill != WHITE else ink
    yield stroked(pen.circle(centre, BADGE_R), edge, 1.4, fill)
    yield stroked(line, ink, 2.4 if ink == MARK else 1.7)
