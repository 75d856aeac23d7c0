"""Which characters can be printed: those that the fonts in the repository have."""

from __future__ import annotations

import json
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTFont

FONTS = Path(__file__).parent / "fonts"


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    codes = {code for path in FONTS.glob("*.ttf") for code in TTFont(path).getBestCmap()}
    return frozenset(map(chr, codes))


def unprintable_in(part: dict[str, Any]) -> list[str]:
    """Characters of a document's part that no font has. Marks, joiners and line breaks need no picture of their own."""
    used = set(json.dumps(part, ensure_ascii=False)) - _known()
    return sorted(character for character in used if unicodedata.category(character)[0] not in "CZM")


def in_words(characters: list[str]) -> str:
    """`U+1F600 (GRINNING FACE)`, for each."""
    return ", ".join(f"U+{ord(one):04X} ({unicodedata.name(one, 'without a name')})" for one in characters)
