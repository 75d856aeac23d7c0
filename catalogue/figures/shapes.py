"""Outlines as SVG path data. Pure. Points are complex numbers with y up; `Pen` turns them over and mirrors them."""

from __future__ import annotations

from cmath import phase, rect
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import acos, degrees, pi

from catalogue.figures.body import Circle


@dataclass(frozen=True)
class Pen:
    """Writes points for SVG, where y goes down; mirrored, where left and right change places."""

    mirrored: bool = False

    def xy(self, point: complex) -> str:
        x = -point.real if self.mirrored else point.real
        return f"{_short(x)} {_short(-point.imag)}"

    def circle(self, centre: complex, radius: float) -> str:
        r, across = _short(radius), 2 * radius * (-1 if self.mirrored else 1)
        half = f"a{r} {r} 0 1 {int(self.mirrored)}"
        return f"M{self.xy(centre - radius)}{half} {_short(across)} 0{half} {_short(-across)} 0z"

    def hull(self, one: Circle, other: Circle) -> str:
        """The outline around two circles."""
        (a, ra), (b, rb) = one, other
        distance = abs(b - a)
        if distance <= abs(ra - rb) + 0.01:
            return self.circle(a, ra) if ra >= rb else self.circle(b, rb)
        heading, turn = phase(b - a), acos((ra - rb) / distance)
        around_a, around_b = int(turn < pi / 2), int(turn > pi / 2)
        sweep = int(self.mirrored)
        return (
            f"M{self.xy(a + rect(ra, heading + turn))}"
            f"A{_short(ra)} {_short(ra)} 0 {around_a} {sweep} {self.xy(a + rect(ra, heading - turn))}"
            f"L{self.xy(b + rect(rb, heading - turn))}"
            f"A{_short(rb)} {_short(rb)} 0 {around_b} {sweep} {self.xy(b + rect(rb, heading + turn))}z"
        )

    def chain(self, circles: Sequence[Circle]) -> str:
        """The outlines around each two neighbours; together one shape."""
        return "".join(self.hull(before, after) for before, after in pairwise(circles))

    def polygon(self, points: Sequence[complex]) -> str:
        return "M" + "L".join(self.xy(point) for point in points) + "z"

    def line(self, points: Sequence[complex]) -> str:
        return "M" + "L".join(self.xy(point) for point in points)

    def smooth(self, points: Sequence[complex], *, closed: bool = True, tension: float = 1 / 6) -> str:
        """A curve through all points (Catmull-Rom, as Bézier curves)."""
        count = len(points)

        def at(number: int) -> complex:
            return points[number % count if closed else min(max(number, 0), count - 1)]

        path = [f"M{self.xy(points[0])}"]
        for number in range(count if closed else count - 1):
            before, here, after, later = (at(number + step) for step in (-1, 0, 1, 2))
            first, second = here + (after - before) * tension, after - (later - here) * tension
            path.append(f"C{self.xy(first)} {self.xy(second)} {self.xy(after)}")
        return "".join(path) + ("z" if closed else "")

    def bow(self, start: complex, end: complex, bulge: float) -> str:
        """An open curve that bulges to its left at its middle."""
        return f"M{self.xy(start)}Q{self.xy(bow_control(start, end, bulge))} {self.xy(end)}"


def bow_control(start: complex, end: complex, bulge: float) -> complex:
    """The control point of a curve that passes so far to the left of the straight line."""
    along = end - start
    left = along / abs(along) * 1j if along else 0j
    return (start + end) / 2 + left * bulge * 2


def heading_of(vector: complex) -> float:
    return degrees(phase(vector))


def _short(number: float) -> str:
    """One decimal, and none where there is none."""
    text = f"{number:.1f}"
    if text.endswith(".0"):
        text = text[:-2]
    return "0" if text == "-0" else text
