"""What printing is measured with: the standard programme of 12 exercises, and a naive layout of the same content.

The yardstick is what one would write first: flex cards, web fonts as WOFF2, SVG within the page, nothing kept from one
document to the next.
"""

from __future__ import annotations

import copy
import io
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.template import engines
from django.utils.safestring import mark_safe
from fontTools.ttLib import TTFont
from weasyprint import HTML

from plans.handout import handout_of
from plans.lettering import FONTS
from plans.pdf import AssetFetcher, font_faces, render_programme
from tests.benchmarks.measuring import HERE, Row

TWELVE = (
    "warm-up-walk", "pelvic-tilt", "knee-to-chest", "double-knee-to-chest", "straight-leg-raise", "back-rotation",
    "half-sit-up", "bridge", "bird-dog", "hamstring-stretch", "quadriceps-stretch", "prone-lying",
)  # fmt: skip
LANGUAGE = "nl"


def of_length(document: dict[str, Any], count: int) -> dict[str, Any]:
    """The same programme with so many exercises: its own, over and over."""
    items = document["patient_part"]["items"]
    longer = copy.deepcopy(document)
    longer["patient_part"]["items"] = [{**items[number % len(items)], "number": number + 1} for number in range(count)]
    return longer


@lru_cache(maxsize=1)
def _web_fonts() -> dict[str, tuple[bytes, str]]:
    """The fonts as WOFF2, as a web site has them."""
    found = {}
    for path in FONTS.glob("*.ttf"):
        font, written = TTFont(path), io.BytesIO()
        font.flavor = "woff2"
        font.save(written)
        found[f"font/{path.name}"] = (written.getvalue(), "font/woff2")
    return found


def naive(document: dict[str, Any]) -> bytes:
    """The same content, laid out as one would first think of it."""
    handout = handout_of(document, LANGUAGE)
    for item in handout["items"]:
        for scene in item["scenes"]:
            scene["svg"] = mark_safe(document["pictures"][scene["picture"]]["content"])
    for row in handout["diary"]:
        row["cells"] = range(row["boxes"])
    template = engines["django"].from_string((HERE / "naive.html").read_text())
    # As WOFF2, emoji would slow down the yardstick.
    fonts = [face for face in font_faces() if face["family"] != "NotoEmoji"]
    html = template.render({**handout, "fonts": fonts})
    return HTML(string=html, url_fetcher=AssetFetcher(_web_fonts())).write_pdf(pdf_variant="pdf/ua-1") or b""


def untagged(document: dict[str, Any]) -> bytes:
    """Ours, without its tags."""
    write_pdf = HTML.write_pdf

    def without_tags(self: HTML, **options: Any) -> Any:
        return write_pdf(self, **{**options, "pdf_variant": None, "pdf_tags": False, "finisher": None})

    HTML.write_pdf = without_tags  # type: ignore[method-assign]
    try:
        return render_programme(document, LANGUAGE)
    finally:
        HTML.write_pdf = write_pdf  # type: ignore[method-assign]


def rows(document: dict[str, Any]) -> list[Row]:
    """Ours, the naive one and the untagged one, interleaved, each at its median of CPU time."""
    ways: dict[str, Callable[[], bytes]] = {
        "ours": lambda: render_programme(document, LANGUAGE),
        "naive": lambda: naive(document),
        "untagged": lambda: untagged(document),
    }
    cpu: dict[str, list[float]] = {name: [] for name in ways}
    wall: dict[str, list[float]] = {name: [] for name in ways}
    for round_number in range(6):
        for name, make in ways.items():
            wall_before, cpu_before = time.perf_counter(), time.process_time()
            make()
            if round_number:  # the first one warms up
                cpu[name].append((time.process_time() - cpu_before) * 1000)
                wall[name].append((time.perf_counter() - wall_before) * 1000)
    median = {name: statistics.median(times) for name, times in cpu.items()}

    def row(title: str, name: str, against: str | None, limit: float | None) -> Row:
        ratio = median[name] / median[against] if against else 1.0
        p50, p95 = statistics.median(wall[name]), max(wall[name])
        return Row(title, round(median[name], 1), round(p50, 1), round(p95, 1), None, round(ratio, 2), limit)

    return [
        row("programme, 12 exercises: naive flex and web fonts", "naive", None, None),
        row("programme, 12 exercises, of the naive one", "ours", "naive", 0.33),
        row("programme, 12 exercises, of itself without tags", "ours", "untagged", 1.15),
        *lengths(document),
        *memory(document),
    ]


def lengths(document: dict[str, Any]) -> list[Row]:
    """Time in proportion to the number of exercises: an exercise among 40, of one among 10."""
    found: dict[int, list[float]] = {count: [] for count in (5, 10, 20, 40)}
    for _ in range(3):
        for count in found:
            before = time.process_time()
            render_programme(of_length(document, count), LANGUAGE)
            found[count].append((time.process_time() - before) * 1000)
    median = {count: statistics.median(times) for count, times in found.items()}
    slope = (median[40] - median[20]) / 20 / ((median[20] - median[10]) / 10)
    return [
        Row(
            f"programme, {count} exercises",
            round(cpu, 1),
            round(cpu, 1),
            round(cpu, 1),
            None,
            round(cpu / median[10], 2),
            None,
        )
        for count, cpu in median.items()
    ] + [Row("programme: each further exercise, 20 to 40 of 10 to 20", 0, 0, 0, None, round(slope, 2), 1.5)]


def memory(document: dict[str, Any]) -> list[Row]:
    """Megabytes: what a process of its own needs at its peak, and what it grows by with each of 100 documents."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "document.json"
        path.write_text(json.dumps(document))
        said = subprocess.run(  # noqa: S603
            [sys.executable, "-m", "tests.benchmarks.memory", str(path)], capture_output=True, text=True, check=True
        )
    peak, growth = map(float, said.stdout.split()[-2:])
    return [
        Row("programme, peak memory (120 MB)", 0, 0, 0, None, round(peak / 120, 2), 1),
        Row("programme, growth a document (0.1 MB)", 0, 0, 0, None, round(growth / 0.1, 2), 1),
    ]
