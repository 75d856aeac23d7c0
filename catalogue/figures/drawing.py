"""Draws a figure's moments as SVG. Pure and deterministic: the same figure gives the same bytes.

All moments of a figure share one frame, so that nothing jumps between one picture and the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
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
DRAWING_VERSION = 1
"""To be raised with every change of how poses are drawn: the addresses of pictures are built on it."""

ShownSide = Literal["left", "right"]


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
    def pen(self) -> Pen:
        """Side views are written with the right side in front; front and back views with the left side acting."""
        view = next(iter(self.figure.moments.values())).view
        shown = "right" if view == "side" else "left"
        return Pen(mirrored=self.figure.sided and shown != self.look.side)

    @cached_property
    def frame(self) -> props.Box:
        """Around everything in all moments, before mirroring."""
        boxes = [box for moment in self.bodies for box in self._boxes(moment)]
        left, right = min(box[0] for box in boxes), max(box[2] for box in boxes)
        bottom, top = min(box[1] for box in boxes), max(box[3] for box in boxes)
        if count := max(len(self._badges(moment)) for moment in self.bodies):
            # Higher, where their corner is taken: at the left of the page, wherever the picture is mirrored to.
            width = count * (2 * marks.BADGE_R + 3) + 4
            nearest = right - width if self.pen.mirrored else left
            below = max((box[3] for box in boxes if box[0] <= nearest + width and box[2] >= nearest), default=bottom)
            top = max(top, below + 2 * marks.BADGE_R + 4)
        return _widened(props.Box(left - MARGIN, bottom - MARGIN, right + MARGIN, top + MARGIN))

    def _boxes(self, moment: str) -> list[tuple[float, float, float, float]]:
        """What must be inside the frame, each as left, bottom, right, top."""
        body = self.bodies[moment]
        boxes = [
            (centre.real - radius, centre.imag - radius, centre.real + radius, centre.imag + radius)
            for circles in body.parts.values()
            for centre, radius in circles
        ]
        boxes += [(at.real, at.imag, at.real, at.imag) for at in marks.arrow_points(body, body.pose)]
        found = (props.extent(prop, from_above=body.pose.from_above) for prop in self.figure.props)
        return boxes + [(box.left, box.bottom, box.right, box.top) for box in found]

    def _badges(self, moment: str) -> list[str]:
        pose = self.figure.moments[moment]
        return [name for name, wanted in (("side", self.figure.sided), ("hold", pose.hold)) if wanted]

    def svg(self, moment: str) -> str:
        """The picture of one moment. Raises KeyError for a moment that the figure doesn't have."""
        body, frame = self.bodies[moment], self.frame
        left = -frame.right if self.pen.mirrored else frame.left
        width, height = frame.right - frame.left, frame.top - frame.bottom
        view = " ".join(str(round(number * SCALE)) for number in (left, -frame.top, width, height))
        size = f'viewBox="{view}" width="{round(width * SHOWN)}" height="{round(height * SHOWN)}"'
        inner = "".join(self._elements(moment, body))
        return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {ROOT}>{inner}</svg>'

    def _elements(self, moment: str, body: Body) -> Iterator[str]:
        above = body.pose.from_above
        if not above and not any(prop.kind == "mat" for prop in self.figure.props):
            yield props.floor(self.frame.left + MARGIN / 2, self.frame.right - MARGIN / 2, self.pen)
        yield from self._props(above, over=False)
        person = Person(body, self.pen, TONES[self.look.tone], self.look.hair)
        yield from person.far_limbs()
        yield from marks.muscles(body, self.pen, "far limbs")
        yield from person.trunk_and_legs()
        yield from marks.muscles(body, self.pen, "trunk and legs")
        yield from person.near_arms()
        yield from marks.muscles(body, self.pen, "arms")
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
