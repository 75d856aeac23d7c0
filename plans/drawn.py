"""Small drawings that the programme needs beside figures: shapes for pain, boxes to tick, the watermark of a draft, the code of
a link. Pure.

SVG, without text: what they mean is said in words beside them.
"""

from __future__ import annotations

from functools import lru_cache

from qrcode import ERROR_CORRECT_M, QRCode

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view}" width="{width}mm" height="{height}mm" {style}>{inner}</svg>'
ROUND = 'fill="none" stroke-linecap="round" stroke-linejoin="round"'
INK, GO, EASE, HALT = "#111111", "#1b7a4b", "#c98a00", "#b3261e"

LIGHTS = {
    # A disc with a tick, a triangle with a mark, an eight-sided sign with a bar: told apart without colour.
    "go": f'<circle cx="12" cy="12" r="11" fill="#fff" stroke="{GO}" stroke-width="2"/>'
    f'<path d="M6.5 12.5l4 4 7-8.5" stroke="{GO}" stroke-width="3"/>',
    "ease": f'<path d="M12 1.5L23 22H1z" fill="#fff" stroke="{EASE}" stroke-width="2"/>'
    f'<path d="M12 9v6.5M12 19v.2" stroke="{INK}" stroke-width="2.6"/>',
    "halt": f'<path d="M7.5 1h9L23 7.5v9L16.5 23h-9L1 16.5v-9z" fill="{HALT}"/>'
    '<path d="M6.5 12h11" stroke="#fff" stroke-width="3.4"/>',
}


def light(name: str) -> bytes:
    """A shape for what pain means: go on, ease off, stop."""
    return SVG.format(view="0 0 24 24", width=5, height=5, style=ROUND, inner=LIGHTS[name]).encode()


CELL, ROW = 20, 11
"""Millimetres of a session in the diary."""


@lru_cache(maxsize=16)
def diary_row(sessions: int) -> bytes:
    """For each session a small box to tick and a wide one for the pain."""
    cells = "".join(
        f'<path d="M{CELL * number + 1} 3h5v5h-5zM{CELL * number + 8} 3h9v5h-9z"/>' for number in range(sessions)
    )
    style = f'{ROUND} stroke="{INK}" stroke-width=".4"'
    width = CELL * sessions
    return SVG.format(view=f"0 0 {width} {ROW}", width=width, height=ROW, style=style, inner=cells).encode()


def watermark() -> bytes:
    """Slanting bars across the page of a draft, too pale to be in the way of reading."""
    bars = "".join(f'<path d="M{x} 220L{x + 110} 0"/>' for x in range(-90, 150, 40))
    style = f'{ROUND} stroke="#d9dde0" stroke-width="5"'
    return SVG.format(view="0 0 150 220", width=150, height=220, style=style, inner=bars).encode()


QUIET, QR_SIZE = 4, 36
"""Blank modules around a QR code (ISO/IEC 18004), and its width with them in millimetres."""


def qr_code(text: str) -> bytes:
    """A text as a QR code: one path, so that no hairlines show between its modules. A seventh of it may be stained."""
    code = QRCode(error_correction=ERROR_CORRECT_M, border=QUIET)
    code.add_data(text)
    code.make()
    modules = code.get_matrix()
    dark = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(modules) for x, is_dark in enumerate(row) if is_dark)
    side = len(modules)
    inner = f'<path d="{dark}"/>'
    return SVG.format(
        view=f"0 0 {side} {side}", width=QR_SIZE, height=QR_SIZE, style='fill="#000"', inner=inner
    ).encode()
