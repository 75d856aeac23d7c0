"""What a handout shows beside its words, by name: the pictures of its exercises, and what is drawn for it."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from typing import Any

from catalogue.figures.signs import sign
from plans import drawn, words
from plans.pictures import SVG, Picture

Asset = tuple[bytes, str]
"""The bytes of a picture, and its media type."""


def assets_of(document: Mapping[str, Any], handout: Mapping[str, Any]) -> dict[str, Asset]:
    """Of a complete document and its handout: `logo`, `picture/DIGEST`, `light/go`, `sign/hold` and so on."""
    return dict(_logo(handout)) | dict(_pictures(document)) | dict(_drawn(handout))


def _pictures(document: Mapping[str, Any]) -> Iterator[tuple[str, Asset]]:
    for digest, data in document.get("pictures", {}).items():
        picture = Picture.from_data(data)
        yield f"picture/{digest}", (picture.content, picture.media_type)


def _drawn(handout: Mapping[str, Any]) -> Iterator[tuple[str, Asset]]:
    yield from ((f"light/{name}", (drawn.light(name), SVG)) for name in drawn.LIGHTS)
    yield from (
        (f"diary/{count}", (drawn.diary_row(count), SVG)) for count in {row["boxes"] for row in handout["diary"]}
    )
    letter = words.say(handout["language"], "page.left_letter")
    yield from ((f"sign/{name}", (sign(name, letter).encode(), SVG)) for name in handout["signs"])
    if handout["number"] is None:
        yield "watermark", (drawn.watermark(), SVG)


def _logo(handout: Mapping[str, Any]) -> Iterator[tuple[str, Asset]]:
    logo = handout["practice"]["logo_png"]
    if logo:
        yield "logo", (base64.b64decode(logo), "image/png")
