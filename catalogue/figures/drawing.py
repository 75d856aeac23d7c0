"""Draws a figure's moments as SVG. Pure and deterministic: the same figure gives the same bytes.

All moments of a figure share one frame, so that nothing jumps between one picture and the next.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from catalogue.figures import marks, props
from catalogue.figures.body import Body, stand
from catalogue.figures.palette import DEFAULT_HAIR, DEFAULT_TONE, TONES
from catalogue.figures.person import Person
from catalogue.figures.pose import Figure
from catalogue.figures.shapes import Pen

MARGIN = 5.0
SMALLEST = (120.0, 70.0)
"""Centimetres of a frame's width and height, at the least."""
LARGEST = (260.0, 230.0)
DRAWING_VERSION = 1
"""To be raised with every change of how poses are drawn: hashes of pictures are built on it."""

ShownSide = Literal["left", "right"]


@dataclass(frozen=True)
class Look:
    """Whose picture it is: skin and hair, which side is shown, and its letter in the reader's language."""

    tone: str = DEFAULT_TONE
    hair: str = DEFAULT_HAIR
    side: ShownSide = "left"
    letters: tuple[str, str] = ("L", "R")


def draw(figure: Figure, moment: str, look: Look | None = None) -> str:
    """The picture of one moment. Raises KeyError for a moment that the figure doesn't have."""
    return Drawing(figure, look or Look()).svg(moment)


def figure_hash(figure: Figure) -> str:
    """Another pose, or another way of drawing, gives another hash."""
    content = f"{DRAWING_VERSION}:{figure.model_dump_json()}"
    return hashlib.sha256(content.encode()).hexdigest()[:16]


@dataclass
class Drawing:
    figure: Figure
    look: Look

    @cached_property
    def bodies(self) -> dict[str, Body]:
        return {moment: stand(pose) for moment, pose in self.figure.moments.items()}

    @cached_property
    def pen(self) -> Pen:
        """Side views are written with the right side in front; front and back views with the left side acting."""
        view = next(iter(self.figure.moments.values())).view
        shown = "right" if view == "side" else "left"
        return Pen(mirrored=self.figure.sided and shown != self.look.side)

    @cached_property
    def frame(self) -> props.Box:
        """Around everything in all moments, before mirroring."""
        points = [point for moment in self.bodies for point in self._extent(moment)]
        left, right = min(point.real for point in points), max(point.real for point in points)
        bottom, top = min(point.imag for point in points), max(point.imag for point in points)
        if any(self._badges(moment) for moment in self.bodies):
            top = self._with_room_for_badges(points, left, right, top)
        box = props.Box(left - MARGIN, bottom - MARGIN, right + MARGIN, top + MARGIN)
        return _widened(box)

    def _extent(self, moment: str) -> Iterator[complex]:
        """Points that must be inside the frame."""
        body = self.bodies[moment]
        for circles in body.parts.values():
            for centre, radius in circles:
                yield from (centre - complex(radius, radius), centre + complex(radius, radius))
        yield from marks.arrow_points(body, body.pose)
        for prop in self.figure.props:
            box = props.extent(prop, from_above=body.pose.from_above)
            yield from (complex(box.left, box.bottom), complex(box.right, box.top))

    def _with_room_for_badges(self, points: Iterable[complex], left: float, right: float, top: float) -> float:
        """Higher, where the corner of the badges is taken."""
        count = max(len(self._badges(moment)) for moment in self.bodies)
        width, height = count * (2 * marks.BADGE_R + 3) + 4, 2 * marks.BADGE_R + 4
        # Badges stand at the left of the page, wherever the picture is mirrored to.
        nearest = right - width if self.pen.mirrored else left
        below = [point.imag for point in points if nearest <= point.real <= nearest + width]
        return max(top, max(below, default=top) + height)

    def _badges(self, moment: str) -> list[str]:
        pose = self.figure.moments[moment]
        return [name for name, wanted in (("side", self.figure.sided), ("hold", pose.hold)) if wanted]

    def svg(self, moment: str) -> str:
        body, frame = self.bodies[moment], self.frame
        left = -frame.right if self.pen.mirrored else frame.left
        width, height = frame.right - frame.left, frame.top - frame.bottom
        view = f"{left:.0f} {-frame.top:.0f} {width:.0f} {height:.0f}"
        inner = "".join(self._elements(moment, body))
        size = f'viewBox="{view}" width="{width:.0f}" height="{height:.0f}"'
        return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{inner}</svg>'

    def _elements(self, moment: str, body: Body) -> Iterator[str]:
        above = body.pose.from_above
        if not above and not any(prop.kind == "mat" for prop in self.figure.props):
            yield props.floor(self.frame.left + MARGIN / 2, self.frame.right - MARGIN / 2, self.pen)
        yield from self._props(above, over=False)
        person = Person(body, self.pen, TONES[self.look.tone], self.look.hair)
        yield from person.far_limbs()
        yield from marks.muscles(body, self.pen, far=True)
        yield from person.nearer_parts()
        yield from marks.muscles(body, self.pen, far=False)
        yield from self._props(above, over=True)
        yield from marks.movements(body, self.pen)
        yield from self._drawn_badges(moment)

    def _props(self, above: bool, *, over: bool) -> Iterator[str]:
        for prop in self.figure.props:
            if prop.over == over:
                yield from props.elements(prop, self.pen, from_above=above)

    def _drawn_badges(self, moment: str) -> Iterator[str]:
        frame = self.frame
        left = -frame.right if self.pen.mirrored else frame.left
        centre = complex(left + MARGIN + marks.BADGE_R, frame.top - MARGIN - marks.BADGE_R)
        for badge in self._badges(moment):
            if badge == "side":
                yield from marks.side_badge(centre, self.look.letters[self.look.side == "right"])
            else:
                yield from marks.hold_badge(centre)
            centre += 2 * marks.BADGE_R + 3


def _widened(box: props.Box) -> props.Box:
    """At least as large as the smallest frame: to both sides, and upwards."""
    missing = max(0.0, SMALLEST[0] - (box.right - box.left)) / 2
    top = max(box.top, box.bottom + SMALLEST[1])
    return replace(box, left=box.left - missing, right=box.right + missing, top=top)
