"""JSON bodies, read as RFC 8259 has them: UTF-8, each name of an object once, numbers that are numbers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser


class StrictJSONParser(BaseParser):
    """Refuses what readers understand differently: names that stand twice, NaN, numbers without end."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        try:
            return json.loads(
                stream.read().decode(),
                object_pairs_hook=_object,
                parse_float=_number,
                parse_constant=_refused,
            )
        except ValueError as error:
            raise ParseError(f"The body is no JSON: {error}") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    named = dict(pairs)
    if len(named) < len(pairs):
        raise ValueError("a name stands twice in one object")
    return named


def _number(text: str) -> float | int:
    """`5.0` is a whole number, as JSON Schema counts."""
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError("a number is too large")
    return int(number) if number.is_integer() else number


def _refused(name: str) -> None:
    raise ValueError(f"{name} is no number")
