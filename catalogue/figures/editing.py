"""A figure as text that people edit, in YAML as in the source files: parsed, checked, written. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml
from pydantic import ValidationError

from catalogue.figures.checking import faults
from catalogue.figures.pose import Figure
from catalogue.figures.source import doubled_keys, resolved
from catalogue.protocols import problems_in

LONGEST = 20_000
"""Characters of a text."""
MOST_MESSAGES = 30


class FigureError(Exception):
    """A text is no figure that can be drawn and believed. `messages`: what is wrong, each with its place.

    They can be shown and sent: what a text escapes and no encoding has (half a surrogate pair) is written out.
    """

    def __init__(self, messages: list[str]) -> None:
        self.messages = [message.encode(errors="backslashreplace").decode() for message in messages[:MOST_MESSAGES]]
        super().__init__("; ".join(self.messages))


class _PlainLoader(yaml.SafeLoader):
    """Without aliases: a short text stays a small value."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("an alias (*) can't be used here")
        return super().compose_node(parent, index)


def parsed(text: str, positions: Mapping[str, Any], *, sided: bool = False) -> Figure | None:
    """The figure that a text describes; None for an empty one. Raises FigureError with everything that is wrong."""
    if len(text) > LONGEST:
        raise FigureError([f"This is longer than {LONGEST:,} characters."])
    raw = _values(text)
    if raw is None:
        return None
    try:
        figure = Figure.model_validate({**resolved(raw, positions), "sided": sided})
    except ValidationError as error:
        raise FigureError(problems_in(error)) from error
    except ValueError as error:
        raise FigureError([str(error)]) from error
    if wrong := faults(figure):
        raise FigureError([str(fault) for fault in wrong])
    return figure


def _values(text: str) -> dict[str, Any] | None:
    try:
        twice = [f"line {line}: {message}" for line, message in doubled_keys(yaml.compose(text, Loader=_PlainLoader))]
        raw = yaml.load(text, Loader=_PlainLoader)  # noqa: S506  (a safe loader)
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise FigureError([f"{line}not valid YAML: {error.problem}"]) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise FigureError([f"not valid YAML: {error}"]) from error
    if twice:
        raise FigureError(twice)
    if raw in (None, {}):
        return None
    moments = raw.get("moments") if isinstance(raw, dict) else None
    if (
        not isinstance(raw, dict)
        or not isinstance(moments, dict)
        or not all(isinstance(pose, dict) for pose in moments.values())
    ):
        raise FigureError(["Write `moments:` with a pose for each, as the catalogue's source files do."])
    return raw


def figure_data(figure: Figure | None) -> dict[str, Any]:
    """A figure as it is stored: without what goes without saying, and without what the exercise says itself."""
    return figure.model_dump(mode="json", exclude_defaults=True, exclude={"sided"}) if figure else {}


def in_order(figure: Mapping[str, Any], moments: Sequence[str]) -> dict[str, Any]:
    """A stored figure with its moments in their order, and the rest in the form's: PostgreSQL keeps the order of no keys."""
    if not figure:
        return {}
    poses = figure.get("moments", {})
    places = {moment: place for place, moment in enumerate(moments)}
    named = sorted(poses, key=lambda moment: places.get(moment, len(places)))
    ordered = {**figure, "moments": {moment: poses[moment] for moment in named}}
    try:
        return figure_data(Figure.model_validate(ordered))
    except ValidationError:
        return ordered  # as it is, to be mended


def written(figure: Mapping[str, Any]) -> str:
    """A stored figure as text: a line for each limb."""
    return "\n".join(_lines(figure, 0)) + "\n" if figure else ""


def _lines(values: Mapping[str, Any], depth: int) -> Iterator[str]:
    for key, value in values.items():
        indent = "  " * depth
        if isinstance(value, Mapping) and any(isinstance(one, Mapping) for one in value.values()):
            yield f"{indent}{key}:"
            yield from _lines(value, depth + 1)
        else:
            yield f"{indent}{key}: {_flow(value)}"


def _flow(value: Any) -> str:
    plain = yaml.safe_dump(_whole(value), default_flow_style=True, width=10_000, sort_keys=False)
    return plain.removesuffix("\n...\n").strip()


def _whole(value: Any) -> Any:
    """Numbers without decimals where they have none."""
    if isinstance(value, Mapping):
        return {key: _whole(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_whole(one) for one in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
