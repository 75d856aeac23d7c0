"""The home programme as PDF: a document in, bytes out. The only file that knows WeasyPrint.

Nothing is fetched: pictures and fonts are served from memory by name (`asset:NAME`), everything else stops the rendering.
Texts are escaped by the templates. The same document gives the same bytes.
"""

from __future__ import annotations

import gc
import logging
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from plans import drawn
from plans.assets import assets_of
from plans.handout import handout_of
from plans.lettering import FONTS, printable
from plans.pictures import SVG
from plans.tagging import finish
from plans.vectors import Vector, vector_of

LAYOUTS = ("standard", "compact", "large-print")
RENDERER = "weasyprint-70/5"
"""Names what turns a document into bytes; rises when the same document would give other bytes."""


class RenderError(Exception):
    """The programme could not be rendered as it should be; a half one is never handed out."""


class AssetFetcher(URLFetcher):
    """Serves named assets from memory and refuses everything else."""

    def __init__(self, assets: Mapping[str, tuple[bytes, str]]) -> None:
        super().__init__(allowed_protocols=["asset"], allow_redirects=False, fail_on_errors=True)
        self._assets = assets

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        name = url.removeprefix("asset:")
        if not url.startswith("asset:") or name not in self._assets:
            raise FatalURLFetchingError(f"not an asset of this document: {url[:200]}")
        body, kind = self._assets[name]
        return URLFetcherResponse(url, body, {"Content-Type": kind})


_render_lock = threading.Lock()


@lru_cache(maxsize=1)
def _fonts() -> dict[str, tuple[bytes, str]]:
    return {f"font/{path.name}": (path.read_bytes(), "font/ttf") for path in sorted(FONTS.glob("*.ttf"))}


@lru_cache(maxsize=1)
def _style() -> tuple[CSS, FontConfiguration]:
    """The stylesheet, parsed once, with its fonts. Shared: no document brings a style or font of its own."""
    with _environment("FONTCONFIG_FILE", str(FONTS / "fonts.conf")):
        fonts = FontConfiguration()
    sheet = render_to_string("plans/programme.css", {"fonts": font_faces()})
    return CSS(string=sheet, font_config=fonts, url_fetcher=AssetFetcher(_fonts())), fonts


def font_faces() -> list[dict[str, str]]:
    """Every font in the repository with the family name that the stylesheet knows it by."""
    faces = []
    for path in sorted(FONTS.glob("*.ttf")):
        family, weight = path.stem.rsplit("-", 1)
        faces.append({"family": family, "weight": "700" if weight == "Bold" else "400", "name": f"font/{path.name}"})
    return faces


def render_programme(
    document: dict[str, Any], language: str, *, layout: str = "standard", link: Mapping[str, Any] | None = None
) -> bytes:
    """The programme of a complete document in a language and layout.

    With a `link` (`url`, and `until` which day it works), the first page shows it, with its QR code.
    Raises RenderError when anything in it could not be shown.
    """
    if layout not in LAYOUTS:
        raise ValueError(f"layout is one of {', '.join(LAYOUTS)}")
    handout = handout_of(document, language)
    assets = assets_of(document, handout)
    if link:
        assets["qr"] = (drawn.qr_code(link["url"]), SVG)
    page = {**handout, "layout": layout, "link": link, "has_logo": "logo" in assets}
    with translation.override(handout["language"]):
        html = render_to_string("plans/programme.html", page)
    return _write(html, assets, identifier=f"{document['id']}/{language}/{layout}{'/copy' if link else ''}")


def render_access_log(log: dict[str, Any]) -> bytes:
    """A patient's access log, as `printed_log` gives it. Raises RenderError when anything in it could not be shown."""
    with translation.override(log["language"]):
        html = render_to_string("plans/access_log.html", log)
    return _write(html, {}, identifier=f"{log['patient'].pk}/access-log/{log['printed_at'].isoformat()}")


def _write(html: str, assets: Mapping[str, tuple[bytes, str]], identifier: str) -> bytes:
    # WeasyPrint dates its files with SOURCE_DATE_EPOCH; dates that matter stand in the text.
    fixed_date = _environment("SOURCE_DATE_EPOCH", "0")
    with _render_lock, fixed_date, _no_collection(), _complaints() as complaints:
        sheet, fonts = _style()
        try:
            pdf = HTML(string=printable(html), url_fetcher=AssetFetcher(assets)).write_pdf(
                stylesheets=[sheet],
                font_config=fonts,
                pdf_variant="pdf/ua-1",
                pdf_identifier=identifier.encode(),
                pdf_tags=True,
                custom_metadata=True,
                finisher=finish,
                cache=dict(_ready(assets)),
            )
        except FatalURLFetchingError as error:
            raise RenderError(str(error)) from error
    if complaints:
        raise RenderError("; ".join(complaints))
    return pdf or b""


def render_figure_sheet(cells: list[dict[str, str]], *, columns: int, width: int) -> bytes:
    """Pictures in rows on one page, each with its name and moment. `width` of a picture in millimetres."""
    picture_height = round(width * 0.78)
    height = picture_height + 10
    assets = {f"figure/{number}": (cell["svg"].encode(), SVG) for number, cell in enumerate(cells)}
    named = [{**cell, "asset": f"figure/{number}"} for number, cell in enumerate(cells)]
    rows = [named[start : start + columns] for start in range(0, len(named), columns)]
    page = {"page_width": columns * (width + 3) + 10, "page_height": len(rows) * (height + 4) + 12}
    sizes = {"width": width, "height": height, "picture_height": picture_height}
    html = render_to_string("plans/figure_sheet.html", {"rows": rows, **page, **sizes})
    return HTML(string=html, url_fetcher=AssetFetcher(assets)).write_pdf() or b""


def _ready(assets: Mapping[str, tuple[bytes, str]]) -> Iterator[tuple[str, Vector]]:
    """Figures, as pictures that WeasyPrint need not read: its cache of pictures is asked before the fetcher."""
    for name, (body, kind) in assets.items():
        vector = vector_of(body) if kind == SVG else None
        if vector is not None:
            yield f"asset:{name}", vector


@contextmanager
def _environment(name: str, value: str) -> Iterator[None]:
    """A variable that a library reads from the environment and nowhere else."""
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


@contextmanager
def _no_collection() -> Iterator[None]:
    """Collecting garbage in the midst of a rendering costs a quarter of its time; it is done once, after."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
        gc.collect()


class _Complaints(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


@contextmanager
def _complaints() -> Iterator[list[str]]:
    """What WeasyPrint complains of: a picture left out, a missing alternative. It only logs these."""
    handler = _Complaints()
    logger = logging.getLogger("weasyprint")
    logger.addHandler(handler)
    before, logger.level = logger.level, logging.WARNING
    try:
        yield handler.lines
    finally:
        logger.removeHandler(handler)
        logger.level = before
