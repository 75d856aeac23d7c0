"""Poses for tests, with literal values."""

from __future__ import annotations

from typing import Any

from catalogue.figures.drawing import Drawing, Look
from catalogue.figures.pose import Figure
from catalogue.figures.source import resolved
from catalogue.source import named_positions


def make_figure(pose: dict[str, Any] | None = None, **given: Any) -> Figure:
    """A figure with one moment, unless moments are given."""
    raw = {"moments": {"start": pose or {"like": "standing"}}} | given
    return Figure.model_validate(resolved(raw, named_positions()))


def draw(figure: Figure, moment: str, look: Look | None = None) -> str:
    """The picture of one moment."""
    return Drawing(figure, look or Look()).svg(moment)
