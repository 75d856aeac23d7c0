"""Draws a figure's moments as SVG. Pure and deterministic: the same figure gives the same bytes.

All moments of a figure share one frame, so that nothing jumps between one picture and the next. What is seen from above has a
frame of its own, as wide as the others', so that nobody grows or shrinks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from catalogue.figures import marks, props
from catalogue.figures.body import Body, stand
from catalogue.figures.palette import DEFAULT_HAIR, DEFAULT_TONE, TONES
from catalogue.figures.person import Person
from catalogue.figures.pose import Figure
from catalogue.figures.shapes import ROOT, SCALE, Pen

MARGIN = 5.0
SHOWN = 1.3
"""Pixels that a centimetre has where nobody says how large a picture is to be."""
SMALLEST = (120.0, 70.0)
"""Centimetres of a frame's width and height, at the least."""
LARGEST = (260.0, 230.0)
DRAWING_VERSION = 3
"""To be raised with every change of how poses are drawn: the addresses of pictures are built on it."""

ShownSide = Literal["left", "right"]
Extent = tuple[float, float, float, float]
"""As a `Box`, for the many of a body: left, bottom, right, top."""


@dataclass(frozen=True)
class Look:
    """Whose picture it is: skin and hair, which side is shown, and its letter in the reader's language."""

    tone: str = DEFAULT_TONE
    hair: str = DEFAULT_HAIR
    side: ShownSide = "left"
    letters: tuple[str, str] = ("L", "R")


@dataclass
class Drawing:
    """A figure to be drawn in a look."""

    figure: Figure
    look: Look

    @cached_property
    def bodies(self) -> dict[str, Body]:
        return {moment: stand(pose) for moment, pose in self.figure.moments.items()}

    @cached_property
    def pens(self) -> dict[str, Pen]:
        """Side views are written with the right side in front; front and back views with the left side acting."""
        shown = {moment: "right" if pose.view == "side" else "left" for moment, pose in self.figure.moments.items()}
        return {moment: Pen(mirrored=self.figure.sided and shown[moment] != self.look.side) for moment in shown}

    @cached_property
    def frames(self) -> dict[str, props.Box]:
        """Of each moment: around everything in all of its view, on the page: mirrored where the picture is."""
        boxes = {moment: _on_page(self._boxes(moment), pen) for moment, pen in self.pens.items()}
        found: dict[bool, props.Box] = {}
        for above in {body.pose.from_above for body in self.bodies.values()}:
            within = [moment for moment, body in self.bodies.items() if body.pose.from_above == above]
            badges = max(len(self._badges(moment)) for moment in within)
            found[above] = _around([box for moment in within for box in boxes[moment]], badges)
        left, right = min(box.left for box in found.values()), max(box.right for box in found.values())
        return {
            moment: found[body.pose.from_above]._replace(left=left, right=right) for moment, body in self.bodies.items()
        }

    def _boxes(self, moment: str) -> list[Extent]:
        """What must be inside the frame."""
        body = self.bodies[moment]
        around = [circle for circles in body.parts.values() for circle in circles]
        around += [(at, 0.0) for at in marks.arrow_points(body, body.pose)]
        boxes: list[Extent] = [
            ((x := centre.real) - radius, (y := centre.imag) - radius, x + radius, y + radius)
            for centre, radius in around
        ]
        return boxes + [props.extent(prop, from_above=body.pose.from_above) for prop in self.figure.props]

    def _badges(self, moment: str) -> list[str]:
        pose = self.figure.moments[moment]
        return [name for name, wanted in (("side", self.figure.sided), ("hold", pose.hold)) if wanted]

    def svg(self, moment: str) -> str:
        """The picture of one moment. Raises KeyError for a moment that the figure doesn't have."""
        frame = self.frames[moment]
        width, height = frame.right - frame.left, frame.top - frame.bottom
        view = " ".join(str(round(number * SCALE)) for number in (frame.left, -frame.top, width, height))
        size = f'viewBox="{view}" width="{round(width * SHOWN)}" height="{round(height * SHOWN)}"'
        inner = "".join(self._elements(moment))
        return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {ROOT}>{inner}</svg>'

    def _elements(self, moment: str) -> Iterator[str]:
        body, pen = self.bodies[moment], self.pens[moment]
        above = body.pose.from_above
        if not above and not any(prop.kind == "mat" for prop in self.figure.props):
            frame = self.frames[moment]
            yield props.floor(frame.left + MARGIN / 2, frame.right - MARGIN / 2, Pen())
        yield from self._props(pen, above, over=False)
        person = Person(body, pen, TONES[self.look.tone], self.look.hair)
        yield from person.far_limbs()
        yield from marks.muscles(body, pen, "far limbs")
        yield from person.trunk_and_legs()
        yield from marks.muscles(body, pen, "trunk and legs")
        yield from person.head_and_arms()
        yield from marks.muscles(body, pen, "arms")
        yield from self._props(pen, above, over=True)
        yield from marks.movements(body, pen)
        yield from self._drawn_badges(moment)

    def _props(self, pen: Pen, above: bool, *, over: bool) -> Iterator[str]:
        for prop in self.figure.props:
            if prop.over == over:
                yield from props.elements(prop, pen, from_above=above)

    def _drawn_badges(self, moment: str) -> Iterator[str]:
        frame = self.frames[moment]
        centre = complex(frame.left + MARGIN + marks.BADGE_R, frame.top - MARGIN - marks.BADGE_R)
        for badge in self._badges(moment):
            if badge == "side":
                yield from marks.side_badge(centre, self.look.letters[self.look.side == "right"])
            else:
                yield from marks.hold_badge(centre)
            centre += 2 * marks.BADGE_R + 3


def _on_page(boxes: list[Extent], pen: Pen) -> list[Extent]:
    return [(-right, bottom, -left, top) for left, bottom, right, top in boxes] if pen.mirrored else boxes


def _around(boxes: list[Extent], badges: int) -> props.Box:
    """A frame for what is in these boxes, and higher where the corner of its badges is taken."""
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    left, bottom, right, top = min(lefts), min(bottoms), max(rights), max(tops)
    if badges:
        reach = left + badges * (2 * marks.BADGE_R + 3) + 4
        below = max((box[3] for box in boxes if box[0] <= reach), default=bottom)
        top = max(top, below + 2 * marks.BADGE_R + 4)
    return _widened(props.Box(left - MARGIN, bottom - MARGIN, right + MARGIN, top + MARGIN))


def _widened(box: props.Box) -> props.Box:
    """At least as large as the smallest frame: to both sides, and upwards."""
    missing = max(0.0, SMALLEST[0] - (box.right - box.left)) / 2
    top = max(box.top, box.bottom + SMALLEST[1])
    return box._replace(left=box.left - missing, right=box.right + missing, top=top)
