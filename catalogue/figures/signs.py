"""The signs of pictures, each alone, for the words that explain them. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from catalogue.figures import marks
from catalogue.figures.shapes import ROOT, SCALE, Bow, Pen

SIGNS = ("side", "hold", "movement", "press", "worked", "stretched")
WIDTH, HEIGHT = 24, 20
"""Centimetres in the space of figures, around the middle."""


@lru_cache(maxsize=32)
def sign(name: str, letter: str = "L") -> str:
    """One of SIGNS as SVG. `letter`: of the side that the picture shows, in the reader's language."""
    view = f"{-WIDTH * SCALE // 2} {-HEIGHT * SCALE // 2} {WIDTH * SCALE} {HEIGHT * SCALE}"
    size = f'viewBox="{view}" width="{WIDTH}" height="{HEIGHT}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {ROOT}>{"".join(_elements(name, letter))}</svg>'


def _elements(name: str, letter: str) -> Iterator[str]:
    pen, ends = Pen(), (-7 + 0j, 7 + 0j)
    if name == "side":
        return marks.side_badge(0j, letter)
    if name == "hold":
        return marks.hold_badge(0j)
    if name == "movement":
        return marks.arrowed(Bow(-9 - 3j, 9 - 3j, 6), pen)
    if name == "press":
        return marks.pressed(-5j, -90, pen)
    patch = {"worked": marks.worked, "stretched": marks.stretched}[name]
    return patch(ends, 4.2, pen)
