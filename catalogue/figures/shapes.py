"""Outlines as SVG path data. Pure. Points are complex numbers with y up; `Pen` turns them over and mirrors them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import sqrt

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

    def hull(self, one: Circle, other: Circle) -> str:
        """The outline around two circles."""
        (a, ra), (b, rb) = one, other
        distance = abs(b - a)
        if distance <= abs(ra - rb) + 0.01:
            return self.circle(a, ra) if ra >= rb else self.circle(b, rb)
        along, slope = (b - a) / distance, (ra - rb) / distance
        rise = sqrt(1 - slope * slope)  # from the line between the middles to where the outline touches
        to_left, to_right = along * complex(slope, rise), along * complex(slope, -rise)
        around_a, around_b = int(slope > 0), int(slope < 0)
        sweep, r_a, r_b = int(self.mirrored), round(ra * SCALE), round(rb * SCALE)
        return (
            f"M{self.xy(a + to_left * ra)}A{r_a} {r_a} 0 {around_a} {sweep} {self.xy(a + to_right * ra)}"
            f"L{self.xy(b + to_right * rb)}A{r_b} {r_b} 0 {around_b} {sweep} {self.xy(b + to_left * rb)}z"
        )

    def chain(self, circles: Sequence[Circle]) -> str:
        """The outlines around each two neighbours; together one shape."""
        return "".join(self.hull(before, after) for before, after in pairwise(circles))

    def polygon(self, points: Sequence[complex]) -> str:
        return "M" + "L".join(self.xy(point) for point in points) + "z"

    def line(self, points: Sequence[complex]) -> str:
        return "M" + "L".join(self.xy(point) for point in points)

    def smooth(self, points: Sequence[complex], *, closed: bool = True) -> str:
        """A curve through all points (Catmull-Rom, as Bézier curves)."""
        before = [points[-1] if closed else points[0], *points[:-1]]
        after = [*points[1:], points[0] if closed else points[-1]]
        slopes = [(later - earlier) / 6 for earlier, later in zip(before, after, strict=True)]
        across = self.across
        curves = [
            f"C{round((a + leaving).real * across)} {round((a + leaving).imag * -SCALE)}"
            f" {round((b - arriving).real * across)} {round((b - arriving).imag * -SCALE)}"
            f" {round(b.real * across)} {round(b.imag * -SCALE)}"
            for a, leaving, b, arriving in zip(points, slopes, after, [*slopes[1:], slopes[0]], strict=True)
        ]
        if closed:
            return f"M{self.xy(points[0])}{''.join(curves)}z"
        return f"M{self.xy(points[0])}{''.join(curves[:-1])}"

    def bow(self, start: complex, end: complex, bulge: float) -> str:
        """An open curve that bulges to its left at its middle."""
        return f"M{self.xy(start)}Q{self.xy(bow_control(start, end, bulge))} {self.xy(end)}"


def bow_control(start: complex, end: complex, bulge: float) -> complex:
    """The control point of a curve that passes so far to the left of the straight line."""
    along = end - start
    left = along / abs(along) * 1j if along else 0j
    return (start + end) / 2 + left * bulge * 2
