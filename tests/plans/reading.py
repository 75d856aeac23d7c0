"""Printed programmes as a test reads them: their words, what checkers say of them, where there is ink."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import outloud
import pdfua
import pikepdf
import pypdfium2
from pypdf import PdfReader

MISTAKEN = {"ORD-001", "PAG-001"}
"""Paint order is no part of PDF/UA-1: readers go by the tag tree, and WeasyPrint paints list markers last. Words that happen
to stand at the top of several pages are taken for running lines: those have a test of their own."""

MILLIMETRE = 72 / 25.4


def text_of(pdf: bytes) -> str:
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return " ".join(text.split())


def fonts_in(pdf: bytes) -> set[str]:
    """The names of the fonts within, as they call themselves."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        kinds = [one for one in opened.objects if isinstance(one, pikepdf.Dictionary)]
        return {str(one.FontName).split("+")[1] for one in kinds if one.get("/Type") == "/FontDescriptor"}


def complaints(pdf: bytes, folder: Path) -> list[str]:
    """Everything that two checkers of PDF/UA-1 find, errors and warnings."""
    path = folder / "programme.pdf"
    path.write_bytes(pdf)
    spoken, report = outloud.check(str(path)), pdfua.validate(str(path))
    assert spoken.error is None
    heard = [one for one in spoken.findings if one.severity != "info" and one.rule not in MISTAKEN]
    said = [f"{one.rule} p.{one.page}: {one.message} {one.evidence}" for one in heard]
    return said + [f"{one.rule_id}: {one.message}" for one in report.findings]


def ink_in_margins(pdf: bytes) -> list[tuple[int, str]]:
    """The pages with ink in a margin, and which: where nothing but the running lines may stand.

    WeasyPrint keeps lines within the page's area; the padding and frame below them may reach 3.5 mm into the lower margin.
    """
    with pypdfium2.PdfDocument(pdf) as document:
        return [(number, side) for number, page in enumerate(document, 1) for side in _sides_with_ink(page)]


def _sides_with_ink(page: Any) -> Iterator[str]:
    picture = page.render(scale=1).to_pil().convert("L")
    width, height = (pixels / MILLIMETRE for pixels in picture.size)
    blank = {
        "left": (0, 0, 14, height),
        "right": (width - 14, 0, width, height),
        "above the head line": (0, 0, width, 4),
        "below the head line": (0, 10, width, 13),
        "above the running line": (0, height - 13, width, height - 11.5),
        "below the running line": (0, height - 5.5, width, height),
    }
    for side, edges in blank.items():
        darkest, _ = picture.crop(tuple(round(edge * MILLIMETRE) for edge in edges)).getextrema()
        if darkest < 255:
            yield side
