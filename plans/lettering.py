"""Which characters can be printed: those that the fonts in the repository have, and no others.

Emoji are drawn in black, each in one way: what their sequences add (skin tone, text or colour) is not seen. A sequence that
the font doesn't know falls apart into its emoji.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTFont

FONTS = Path(__file__).parent / "fonts"

UNSEEN = re.compile(
    r"[\t\n\r\u1680\u180e\u2000-\u200f\u2029-\u202f\u205f-\u206f\u3000\ufe00-\ufe0f\U000e0020-\U000e007f]+"
)
"""Spaces, breaks, joiners, directions, selectors: printed without a glyph. Others that Unicode calls invisible need one."""


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    codes = {code for path in FONTS.glob("*.ttf") for code in TTFont(path).getBestCmap()}
    return frozenset(chr(code) for code in codes if code >= ord(" "))


def printable(text: str) -> str:
    """The text as it is printed: letters with their marks as one character, where there is one. Fonts have few marks alone."""
    return unicodedata.normalize("NFC", text)


def unprintable_in(part: Any) -> list[str]:
    """Characters in the texts of a document's part that no font has."""
    used = {character for text in _texts(part) for character in UNSEEN.sub("", printable(text))}
    return sorted(used - _known())


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, Mapping | list):
        for value in part.values() if isinstance(part, Mapping) else part:
            yield from _texts(value)


def in_words(characters: list[str]) -> str:
    """`U+1F600 (GRINNING FACE)`, for each."""
    return ", ".join(f"U+{ord(one):04X} ({unicodedata.name(one, 'without a name')})" for one in characters)
