"""Figures as operators: the same picture as WeasyPrint draws from the SVG, and nothing from any other SVG."""

from __future__ import annotations

import base64
from cmath import rect
from math import radians
from typing import Any

import pypdfium2
import pytest
from PIL import ImageChops
from weasyprint import HTML

from catalogue.figures.drawing import Look
from catalogue.figures.shapes import Pen
from catalogue.source import read_content
from plans.vectors import vector_of
from tests.catalogue.figures.make import draw

CONTENT = read_content()
SOME = (
    "pelvic-tilt",
    "back-rotation",
    "hamstring-stretch",
    "warm-up-cycle",
    "thoracic-mobilisation-supine",
    "neck-shoulder-stretch",
)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" width="100" height="100" fill="none">{inner}</svg>'


def picture_of(html: str, **options: Any) -> Any:
    page = "<style>@page { size: 300px 300px; margin: 0 } body { margin: 0 } img { width: 300px }</style>"
    pdf = HTML(string=page + html).write_pdf(**options)
    with pypdfium2.PdfDocument(pdf) as document:
        return document[0].render(scale=2).to_pil().convert("L")


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("code", SOME)
def test_a_figure_looks_as_weasyprint_draws_it(code: str, side: Any):
    figure = CONTENT.figures[code]
    svg = draw(figure, list(figure.moments)[-1], Look(side=side)).encode()
    address = f"data:image/svg+xml;base64,{base64.b64encode(svg).decode()}"

    drawn = picture_of(f'<img src="{address}">')
    ready = picture_of('<img src="asset:x">', cache={"asset:x": vector_of(svg)})

    difference = ImageChops.difference(drawn, ready).histogram()
    assert ImageChops.invert(ready).getbbox() is not None
    # Of 200,000: edges that fall otherwise by less than a pixel, and long arcs, which WeasyPrint draws less round.
    assert sum(difference[64:]) < 300


@pytest.mark.parametrize(
    "inner",
    [
        "<script>alert(1)</script>",
        '<path d="M0 0L10 10" fill="url(#x)"/>',
        '<path d="M0 0L10 10" fill="#ffffff" onload="x"/>',
        '<path d="M0 0H10" fill="#ffffff"/>',
        '<path d="M0 0L1.5 10" fill="#ffffff"/>',
        '<circle cx="1" cy="1" r="1"/><path d="M0 0L1 1z" fill="#ffffff"/>',
        "",
    ],
)
def test_an_svg_of_another_dialect_is_left_to_weasyprint(inner: str):
    assert vector_of(SVG.format(inner=inner).encode()) is None


def test_a_circle_is_four_quarters():
    path = Pen().circle(5 + 0j, 2.0)

    vector = vector_of(SVG.format(inner=f'<path d="{path}" fill="#000000"/>').encode())

    assert vector is not None
    assert vector.operators.count(b" c\n") == 4
    assert vector.operators.endswith(b"h\nf")


@pytest.mark.parametrize("degrees", [90, 140, 225, 300])
def test_an_arc_is_round_to_a_thousandth(degrees: int):
    end = rect(1000, radians(degrees))
    path = f"M1000 0A1000 1000 0 {int(degrees > 180)} 1 {round(end.real)} {round(end.imag)}"
    vector = vector_of(SVG.format(inner=f'<path d="{path}" stroke="#000000" stroke-width="3"/>').encode())

    assert vector is not None
    curves = [line for line in vector.operators.decode().splitlines() if line.endswith(" c")]
    at = 1000 + 0j
    for line in curves:
        numbers = [float(number) for number in line.split()[:-1]]
        one, other, last = (complex(*numbers[place : place + 2]) for place in (0, 2, 4))
        middle = (at + 3 * one + 3 * other + last) / 8
        assert abs(middle) == pytest.approx(1000, abs=1)
        at = last
    assert abs(at - end) < 1
