"""Poses for tests, with literal values."""

from __future__ import annotations

from typing import Any

from catalogue.figures.pose import Figure
from catalogue.figures.source import resolved
from catalogue.source import named_positions


def make_figure(pose: dict[str, Any] | None = None, **given: Any) -> Figure:
    """A figure with one moment, unless moments are given."""
    raw = {"moments": {"start": pose or {"like": "standing"}}} | given
    return Figure.model_validate(resolved(raw, named_positions()))
