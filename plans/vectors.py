"""Figures as drawing operators of a PDF. Pure.

WeasyPrint reads SVG slowly: of a programme with forty figures it spends most of its time there. Figures are drawn by ourselves
in a small dialect of SVG (`catalogue/figures/shapes.py`): paths of whole numbers, filled or stroked in one colour. That is
turned into operators here, once a figure, and given to WeasyPrint as a picture that is ready.
"""

from __future__ import annotations

import re
from cmath import phase, rect
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, pi, sqrt, tan
from typing import Any

HEAD = re.compile(
    r'<svg xmlns="http://www\.w3\.org/2000/svg" viewBox="(-?\d+) (-?\d+) (\d+) (\d+)" width="(\d+)" height="(\d+)" '
)
PATH = re.compile(
    r'<path d="([MLACQSaz0-9 -]+)"(?: fill="(#[0-9a-f]{6})")?(?: stroke="(#[0-9a-f]{6})" stroke-width="(\d+)")?/>'
)
TOKEN = re.compile(r"[MLACQSaz]|-?\d+")
ROUND = b"1 J 1 j"


@dataclass(frozen=True)
class Vector:
    """A figure that WeasyPrint can place: its frame, its size in pixels, and its operators."""

    frame: tuple[int, int, int, int]
    size: tuple[int, int]
    operators: bytes

    def get_intrinsic_size(self, _resolution: float, _font_size: float) -> tuple[float, float, float]:
        width, height = self.size
        return width, height, width / height

    def draw(self, stream: Any, width: float, height: float, _style: Any) -> None:
        left, top, across, down = self.frame
        scale = min(width / across, height / down)
        stream.push_state()
        stream.transform(e=(width - across * scale) / 2, f=(height - down * scale) / 2)
        stream.transform(a=scale, d=scale)
        stream.transform(e=-left, f=-top)
        stream.stream.append(self.operators)
        stream.pop_state()


@lru_cache(maxsize=512)
def vector_of(svg: bytes) -> Vector | None:
    """A figure's operators; None for an SVG of another dialect."""
    text = svg.decode()
    head, paths = HEAD.match(text), PATH.findall(text)
    if head is None or not paths or len(paths) != text.count("<path") or text.count("<") != len(paths) + 2:
        return None
    left, top, across, down, width, height = map(int, head.groups())
    operators = [ROUND, *(line for path in paths for line in _painted(*path))]
    return Vector((left, top, across, down), (width, height), b"\n".join(operators))


def _painted(path: str, fill: str, stroke: str, line: str) -> Iterator[bytes]:
    if fill:
        yield _colour(fill) + b" rg"
    if stroke:
        yield _colour(stroke) + f" RG {line} w".encode()
    yield from _traced(path)
    yield b"B" if fill and stroke else b"f" if fill else b"S" if stroke else b"n"


@lru_cache(maxsize=64)
def _colour(name: str) -> bytes:
    return " ".join(f"{int(name[place : place + 2], 16) / 255:.3f}" for place in (1, 3, 5)).encode()


def _traced(path: str) -> Iterator[bytes]:
    """The path's commands as operators."""
    tokens = iter(TOKEN.findall(path))
    command, at, arrived = "", 0j, 0j
    for token in tokens:
        if token.isalpha():
            command = token
            if command == "z":
                yield b"h"
                continue
            token = next(tokens)
        first = int(token)
        if command in {"A", "a"}:
            _, _, large, sweep, x, y = (int(next(tokens)) for _ in range(6))
            end = complex(x, y) + (at if command == "a" else 0)
            yield from _arc(at, end, first, bool(large), bool(sweep))
        elif command == "C":
            rest = [first, *(int(next(tokens)) for _ in range(5))]
            yield f"{' '.join(map(str, rest))} c".encode()
            arrived, end = complex(rest[2], rest[3]), complex(rest[4], rest[5])
        elif command == "S":  # leaves as the curve before it arrived
            leaving = 2 * at - arrived
            arrived, end = complex(first, int(next(tokens))), complex(int(next(tokens)), int(next(tokens)))
            yield _curve(leaving, arrived, end)
        elif command == "Q":
            control, end = complex(first, int(next(tokens))), complex(int(next(tokens)), int(next(tokens)))
            yield _curve(at + (control - at) * 2 / 3, end + (control - end) * 2 / 3, end)
        else:
            end = complex(first, int(next(tokens)))
            yield f"{first} {end.imag:.0f} {'m' if command == 'M' else 'l'}".encode()
        at = end


def _curve(one: complex, other: complex, end: complex) -> bytes:
    return f"{one.real:.1f} {one.imag:.1f} {other.real:.1f} {other.imag:.1f} {end.real:.1f} {end.imag:.1f} c".encode()


def _arc(start: complex, end: complex, radius: float, is_large: bool, is_clockwise: bool) -> Iterator[bytes]:
    """A circle's arc as curves of at most a quarter each. Clockwise on the page, where y goes down."""
    chord = end - start
    half = abs(chord) / 2
    if not half:
        return
    radius = max(radius, half)
    away = sqrt(radius * radius - half * half)
    side = 1 if is_large != is_clockwise else -1
    centre = (start + end) / 2 + chord / abs(chord) * 1j * away * side
    turn = phase((end - centre) / (start - centre))
    if is_clockwise and turn < 0:
        turn += 2 * pi
    elif not is_clockwise and turn > 0:
        turn -= 2 * pi
    pieces = max(1, ceil(abs(turn) / (pi / 2) - 0.01))
    step = turn / pieces
    lead = 4 / 3 * tan(step / 4)
    spoke = start - centre
    for _ in range(pieces):
        following = spoke * rect(1, step)
        yield _curve(centre + spoke * (1 + 1j * lead), centre + following * (1 - 1j * lead), centre + following)
        spoke = following
