"""What stands or lies around a person: how it looks, and where it can be leaned and lain on. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from catalogue.figures.palette import (
    FLOOR,
    MAT,
    MAT_EDGE,
    METAL,
    SOFT,
    SOFT_EDGE,
    WALL,
    WALL_EDGE,
    WHITE,
    WOOD,
    WOOD_EDGE,
)  # fmt: skip
from catalogue.figures.pose import Prop
from catalogue.figures.shapes import Pen, filled, stroked

MAT_THICKNESS = 2.6
MAT_DEPTH = 6.5
"""How much of its top is seen in front of somebody who lies on it: where near arms rest."""


class Box(NamedTuple):
    """A rectangle in centimetres: a solid part of a prop, or what something takes up."""

    left: float
    bottom: float
    right: float
    top: float

    def corners(self) -> list[complex]:
        lower, upper = complex(self.left, self.bottom), complex(self.right, self.top)
        return [lower, complex(lower.real, upper.imag), upper, complex(upper.real, lower.imag)]

    def gap(self, centre: complex, radius: float) -> float:
        """How far a circle is from the box; negative: how deep it is in."""
        x, y = centre.real, centre.imag
        across = max(self.left - x, x - self.right)
        up = max(self.bottom - y, y - self.top)
        if across > 0 and up > 0:
            return abs(complex(across, up)) - radius
        return max(across, up) - radius


SIZES = {
    "mat": (196.0, MAT_THICKNESS),
    "stool": (36.0, 45.0),
    "chair": (42.0, 45.0),
    "table": (70.0, 76.0),
    "wall": (8.0, 184.0),
    "door": (5.0, 184.0),
    "cushion": (40.0, 10.0),
    "towel": (12.0, 12.0),
    "home_trainer": (120.0, 110.0),
}


def size_of(prop: Prop) -> tuple[float, float]:
    """Width and height in centimetres."""
    width, height = SIZES[prop.kind]
    return prop.width or width, prop.height or height


def solids(prop: Prop) -> list[Box]:
    """What a body can rest on, and may not go through."""
    width, height = size_of(prop)
    x, y = prop.x, prop.y
    if prop.kind == "mat" or _is_behind(prop):
        return []
    if prop.kind in {"stool", "table"}:
        return [Box(x - width / 2, y + height - 5, x + width / 2, y + height)]
    if prop.kind == "chair":
        back = x - width / 2 if prop.facing == "right" else x + width / 2
        return [Box(x - width / 2, y + height - 5, x + width / 2, y + height), Box(back - 2, y, back + 2, y + 90)]
    if prop.kind == "wall":
        return [Box(x, y, x + width, y + height) if prop.facing == "left" else Box(x - width, y, x, y + height)]
    if prop.kind == "home_trainer":
        return [Box(x - 36, y + SADDLE - 6, x - 8, y + SADDLE)]
    return [Box(x - width / 2, y, x + width / 2, y + height)]


def contacts(prop: Prop) -> list[Box]:
    """What a body can touch: also what it may be in front of, and what is too thin to stand in its way."""
    if prop.kind == "home_trainer":
        pedals = [Box(prop.x + x - 6, prop.y + CRANK - 2, prop.x + x + 6, prop.y + CRANK + 2) for x in PEDALS_AT]
        return [*solids(prop), Box(prop.x + 17, prop.y + 100, prop.x + 28, prop.y + 105), *pedals]
    if _is_behind(prop):
        return [extent(prop, from_above=False)]
    return solids(prop)


def _is_behind(prop: Prop) -> bool:
    return prop.kind == "wall" and prop.facing == "viewer"


def extent(prop: Prop, *, from_above: bool) -> Box:
    """Everything that a prop covers on the page."""
    width, height = size_of(prop)
    if _is_behind(prop):
        across = prop.width or 130.0
        return Box(prop.x - across / 2, prop.y, prop.x + across / 2, prop.y + height)
    if prop.kind == "wall":
        return solids(prop)[0]
    if from_above:
        return Box(prop.x - width / 2, prop.y - height / 2, prop.x + width / 2, prop.y + height / 2)
    bottom = prop.y - MAT_DEPTH - MAT_THICKNESS if prop.kind == "mat" else prop.y
    top = prop.y + (90 if prop.kind == "chair" else 0 if prop.kind == "mat" else height)
    return Box(prop.x - width / 2, bottom, prop.x + width / 2, top)


def elements(prop: Prop, pen: Pen, *, from_above: bool) -> Iterator[str]:
    """The prop as SVG."""
    if from_above:
        return _flat(prop, pen)
    return _DRAWN[prop.kind](prop, pen)


def _flat(prop: Prop, pen: Pen) -> Iterator[str]:
    """Seen from above."""
    fill, line = {"mat": (MAT, MAT_EDGE), "wall": (WALL, WALL_EDGE)}.get(prop.kind, (SOFT, SOFT_EDGE))
    yield stroked(rounded(extent(prop, from_above=True), 6, pen), line, 1.2, fill)


def rounded(box: Box, radius: float, pen: Pen) -> str:
    """A box with round corners."""
    a, b, c, d = box.corners()
    points = [
        (a, a + 1j * radius), (b, b - 1j * radius, b + radius), (c, c - radius, c - 1j * radius),
        (d, d + 1j * radius, d - radius),
    ]  # fmt: skip
    path = f"M{pen.xy(points[0][1])}"
    for corner, before, after in points[1:]:
        path += f"L{pen.xy(before)}Q{pen.xy(corner)} {pen.xy(after)}"
    return path + f"L{pen.xy(a + radius)}Q{pen.xy(a)} {pen.xy(a + 1j * radius)}z"


def floor(left: float, right: float, pen: Pen) -> str:
    return stroked(pen.line([complex(left, -0.7), complex(right, -0.7)]), FLOOR, 1.4)


def _mat(prop: Prop, pen: Pen) -> Iterator[str]:
    """Its top, and below it the edge that is turned to the viewer."""
    box = extent(prop, from_above=False)
    yield stroked(rounded(box, 1.4, pen), MAT_EDGE, 1.2, MAT)
    fold = box.bottom + MAT_THICKNESS
    yield stroked(pen.line([complex(box.left, fold), complex(box.right, fold)]), MAT_EDGE, 0.8)


def _seat_on_legs(prop: Prop, pen: Pen) -> Iterator[str]:
    seat = solids(prop)[0]
    for x, lean in ((seat.left + 5, -3), (seat.right - 5, 3)):
        yield stroked(pen.line([complex(x, seat.bottom), complex(x + lean, prop.y + 1)]), WOOD_EDGE, 3.4)
        yield stroked(pen.line([complex(x, seat.bottom), complex(x + lean, prop.y + 1)]), WOOD, 1.2)
    yield stroked(rounded(seat, 2, pen), WOOD_EDGE, 1.2, WOOD)


def _chair(prop: Prop, pen: Pen) -> Iterator[str]:
    back = solids(prop)[1]
    yield stroked(rounded(back, 1.5, pen), WOOD_EDGE, 1.2, WOOD)
    yield from _seat_on_legs(prop, pen)


def _wall(prop: Prop, pen: Pen) -> Iterator[str]:
    if _is_behind(prop):
        box = extent(prop, from_above=False)
        yield filled(pen.polygon(box.corners()), WALL)
        yield stroked(pen.line([complex(box.left, box.bottom), complex(box.right, box.bottom)]), WALL_EDGE, 1.8)
        return
    box = solids(prop)[0]
    yield filled(pen.polygon(box.corners()), WALL)
    face = box.left if prop.facing == "left" else box.right
    yield stroked(pen.line([complex(face, box.bottom), complex(face, box.top)]), WALL_EDGE, 1.8)
    away = 7 if prop.facing == "left" else -7
    strokes = "".join(
        pen.line([complex(face, y), complex(face + away, y + 7)])
        for y in range(round(box.bottom) + 6, round(box.top) - 7, 14)
    )
    yield stroked(strokes, WALL_EDGE, 0.8)


def _door(prop: Prop, pen: Pen) -> Iterator[str]:
    """Its edge, with the lock in it and a knob to each side."""
    lock = complex(prop.x, prop.y + 100)
    yield stroked(pen.line([lock - 7.5, lock + 7.5]), METAL, 2.6)
    for knob in (lock - 8.5, lock + 8.5):
        yield filled(pen.circle(knob, 3.2), METAL)
    yield stroked(pen.polygon(solids(prop)[0].corners()), WOOD_EDGE, 1.2, WOOD)
    yield stroked(pen.line([lock + 5j, lock - 5j]), METAL, 2)


def _cushion(prop: Prop, pen: Pen) -> Iterator[str]:
    box = extent(prop, from_above=False)
    yield stroked(rounded(box, min(4.5, (box.top - box.bottom) / 2), pen), SOFT_EDGE, 1.2, SOFT)


def _towel(prop: Prop, pen: Pen) -> Iterator[str]:
    radius = size_of(prop)[1] / 2
    middle = complex(prop.x, prop.y + radius)
    yield stroked(pen.circle(middle, radius), SOFT_EDGE, 1.2, SOFT)
    spiral = [middle + 1j ** (n / 2) * radius * (0.85 - n * 0.07) for n in range(11)]
    yield stroked(pen.smooth(spiral, closed=False), SOFT_EDGE, 0.9)


SADDLE = 84.0
CRANK, PEDALS = 30.0, 16.0
PEDALS_AT = (-2 - PEDALS, -2 + PEDALS)


def _home_trainer(prop: Prop, pen: Pen) -> Iterator[str]:
    def at(x: float, y: float) -> complex:
        return complex(prop.x + x, prop.y + y)

    yield stroked(pen.line([at(-42, 2), at(56, 2)]), METAL, 4)
    yield stroked(pen.circle(at(42, 20), 15), METAL, 2.4, WALL)
    yield stroked(pen.line([at(-30, 3), at(-2, CRANK), at(42, 20)]), METAL, 4)
    yield stroked(pen.line([at(-2, CRANK), at(-22, SADDLE - 4)]), METAL, 4)
    yield stroked(pen.line([at(42, 20), at(33, 96), at(26, 103), at(20, 103)]), METAL, 4)
    yield filled(rounded(solids(prop)[0], 2.8, pen), METAL)
    yield stroked(pen.line([at(-2 - PEDALS, CRANK), at(-2 + PEDALS, CRANK)]), METAL, 3)
    yield stroked(pen.circle(at(-2, CRANK), 5), METAL, 2, WHITE)
    for x in PEDALS_AT:
        yield filled(
            rounded(Box(prop.x + x - 6.5, prop.y + CRANK - 2, prop.x + x + 6.5, prop.y + CRANK + 1.4), 1.2, pen), METAL
        )


_DRAWN: dict[str, Callable[[Prop, Pen], Iterator[str]]] = {
    "mat": _mat,
    "stool": _seat_on_legs,
    "chair": _chair,
    "table": _seat_on_legs,
    "wall": _wall,
    "door": _door,
    "cushion": _cushion,
    "towel": _towel,
    "home_trainer": _home_trainer,
}
