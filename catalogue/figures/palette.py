"""Colours: few, calm, and told apart in greyscale. Skin and hair are a setting of whoever looks, never of an exercise."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

OUTLINE = "#22303a"
SHIRT = "#4aa598"
TROUSERS = "#3f6390"
MAT, MAT_EDGE = "#dbe5ec", "#9fb2c0"
FLOOR = "#8497a5"
WOOD, WOOD_EDGE = "#e3cfae", "#7a6647"
WALL, WALL_EDGE = "#e4e8eb", "#8d9ba6"
SOFT, SOFT_EDGE = "#f1e3c0", "#8a7440"
METAL = "#5d6b76"
MARK = "#b3390e"
WHITE = "#ffffff"


@dataclass(frozen=True)
class Tone:
    skin: str
    hair: str


TONES = {
    "light": Tone("#f4d3b6", "#8a5a33"),
    "medium": Tone("#dba77c", "#46301f"),
    "brown": Tone("#b17a52", "#2b1f18"),
    "dark": Tone("#7d5239", "#1a1412"),
    "grey": Tone("#efcdb4", "#b9bec2"),
}
"""By the code that a request or a practice names."""

HAIR = ("short", "tied")
DEFAULT_TONE, DEFAULT_HAIR = "medium", "short"


@lru_cache(maxsize=64)
def paler(colour: str, share: float = 0.5) -> str:
    """Mixed with white: what is further away."""
    parts = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return "#" + "".join(f"{round(part + (255 - part) * share):02x}" for part in parts)
