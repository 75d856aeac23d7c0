"""Outlines as SVG path data. Pure. Points are complex numbers with y up; `Pen` turns them over and mirrors them."""

from __future__ import annotations

from cmath import rect
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from math import atan2, pi, sqrt, tan

from catalogue.figures.body import Circle

SCALE = 10
"""Units of the SVG in a centimetre: coordinates are whole numbers."""

ROOT = 'fill="none" stroke-linecap="round" stroke-linejoin="round"'
"""What all elements take over from their root."""


def filled(path: str, colour: str) -> str:
    return f'<path d="{path}" fill="{colour}"/>'


def stroked(path: str, colour: str, width: float, fill: str = "") -> str:
    """A line; `width` in centimetres."""
    inside = f' fill="{fill}"' if fill else ""
    return f'<path d="{path}"{inside} stroke="{colour}" stroke-width="{round(width * SCALE)}"/>'


@dataclass(frozen=True)
class Pen:
    """Writes points for SVG, where y goes down; mirrored, where left and right change places."""

    mirrored: bool = False
    across: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "across", -SCALE if self.mirrored else SCALE)

    def xy(self, point: complex) -> str:
        return f"{round(point.real * self.across)} {round(point.imag * -SCALE)}"

    def circle(self, centre: complex, radius: float) -> str:
        r, width = round(radius * SCALE), round(2 * radius * self.across)
        half = f"a{r} {r} 0 1 {int(self.mirrored)}"
        return f"M{self.xy(centre - radius)}{half} {width} 0{half} {-width} 0z"

    def _texts(self, points: Sequence[complex]) -> list[str]:
        across = self.across
        return [f"{round(point.real * across)} {round(point.imag * -SCALE)}" for point in points]

    def hull(self, one: Circle, other: Circle) -> str:
        """The outline around two circles."""
        return self.chain((one, other))

    def chain(self, circles: Sequence[Circle]) -> str:
        """The outline along a row of circles, each around its neighbours: a tapering limb."""
        row = _without_swallowed(circles)
        if len(row) == 1:
            return self.circle(*row[0])
        lefts: list[complex] = []
        rights: list[complex] = []
        for (a, ra), (b, rb) in pairwise(row):
            to_left, to_right = _sideways(a, ra, b, rb)
            lefts += (a + to_left * ra, b + to_left * rb)
            rights += (a + to_right * ra, b + to_right * rb)
        there, back = self._texts(rights), self._texts(lefts[::-1])
        return f"M{back[-1]}{self._cap(row[0], row[1])}{'L'.join(there)}{self._cap(row[-1], row[-2])}{'L'.join(back[:-1])}z"

    def _cap(self, circle: Circle, neighbour: Circle) -> str:
        """Around the far side of the circle at the end of a row, to what follows: more than half of it where it is larger."""
        radius = round(circle[1] * SCALE)
        return f"A{radius} {radius} 0 {int(circle[1] > neighbour[1])} {int(self.mirrored)} "

    def around(self, circles: Sequence[Circle]) -> str:
        """The outline around circles that go round counter-clockwise, none inside the others' outline."""
        sides = [_right_of(one, other) for one, other in pairwise([*circles, circles[0]])]
        path = [f"M{self.xy(sides[0][0])}"]
        for (_, radius), (_, arrived), (leaving, _) in zip(
            [*circles[1:], circles[0]], sides, [*sides[1:], sides[0]], strict=True
        ):
            r = round(radius * SCALE)
            path.append(f"L{self.xy(arrived)}A{r} {r} 0 0 {int(self.mirrored)} {self.xy(leaving)}")
        return "".join(path) + "z"

    def polygon(self, points: Sequence[complex]) -> str:
        return f"M{'L'.join(self._texts(points))}z"

    def line(self, points: Sequence[complex]) -> str:
        return f"M{'L'.join(self._texts(points))}"

    def bow(self, bow: Bow, first: float, last: float) -> str:
        """From one share of a bow to another."""
        start, end = bow.at(first), bow.at(last)
        if bow.is_straight:
            return self.line([start, end])
        r = round(abs(bow.start - bow.centre) * SCALE)
        is_large = abs(bow.angle) * (last - first) > pi
        is_clockwise = (bow.angle > 0) != self.mirrored
        return f"M{self.xy(start)}A{r} {r} 0 {int(is_large)} {int(is_clockwise)} {self.xy(end)}"

    def smooth(self, points: Sequence[complex], *, closed: bool = True) -> str:
        """A curve through all points (Catmull-Rom, as Bézier curves). A point given twice is a corner of a closed one."""
        across = self.across
        placed = [complex(point.real * across, point.imag * -SCALE) for point in points]
        before = [placed[-1] if closed else placed[0], *placed[:-1]]
        after = [*placed[1:], placed[0] if closed else placed[-1]]
        slopes = [
            0j if closed and point in (earlier, later) else (later - earlier) / 6
            for earlier, point, later in zip(before, placed, after, strict=True)
        ]
        ends = _rounded(placed)
        arriving = _rounded([point - slope for point, slope in zip(placed, slopes, strict=True)])
        # Each curve leaves as the one before it arrived: S says so, and only the first must be told.
        (leaving,) = _rounded([placed[0] + slopes[0]])
        curves = [f"S{handle} {end}" for handle, end in zip(arriving, ends, strict=True)]
        first = f"M{ends[0]}C{leaving} {curves[1][1:]}{''.join(curves[2:])}"
        return f"{first}{curves[0]}z" if closed else first


def _rounded(placed: Sequence[complex]) -> list[str]:
    """Points of the page in its units, as they are written."""
    return [f"{round(point.real)} {round(point.imag)}" for point in placed]


def _sideways(a: complex, ra: float, b: complex, rb: float) -> tuple[complex, complex]:
    """Where lines touch two circles, seen from their middles: to the left and to the right of the way from one to the other."""
    distance = abs(b - a)
    along, slope = (b - a) / distance, (ra - rb) / distance
    rise = sqrt(1 - slope * slope) if -1 < slope < 1 else 0.0
    return along * complex(slope, rise), along * complex(slope, -rise)


def _right_of(one: Circle, other: Circle) -> tuple[complex, complex]:
    """Where the line to the right of two circles touches one, and the other."""
    _, to_right = _sideways(*one, *other)
    return one[0] + to_right * one[1], other[0] + to_right * other[1]


def _without_swallowed(circles: Sequence[Circle]) -> list[Circle]:
    """Without circles that lie within their neighbour."""
    row = [circles[0]]
    for circle in circles[1:]:
        (a, ra), (b, rb) = row[-1], circle
        if abs(b - a) > abs(ra - rb) + 0.01:
            row.append(circle)
        elif rb > ra:
            row[-1] = circle
    return row


@dataclass(frozen=True)
class Bow:
    """An arc of a circle from one point to another that bulges so far to its left: half a circle where that is half the
    way, nearly a whole one where it is much more; a straight line where it doesn't bulge."""

    start: complex
    end: complex
    bulge: float

    @cached_property
    def angle(self) -> float:
        """How far it turns clockwise, in radians."""
        return 4 * atan2(self.bulge, abs(self.end - self.start) / 2)

    @property
    def is_straight(self) -> bool:
        return abs(self.angle) < 0.01 or self.start == self.end

    @cached_property
    def centre(self) -> complex:
        return (self.start + self.end) / 2 - (self.end - self.start) * 0.5j / tan(self.angle / 2)

    @property
    def length(self) -> float:
        return abs(self.end - self.start) if self.is_straight else abs(self.start - self.centre) * abs(self.angle)

    def at(self, share: float) -> complex:
        """The point so far along it."""
        if self.is_straight:
            return self.start + (self.end - self.start) * share
        return self.centre + (self.start - self.centre) * rect(1, -self.angle * share)
