"""Reads the table in `docs/access.md`: which route answers which method to whom with which status."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings

from tests.plans.api.routes import METHODS, Key, routes

PAGE = settings.BASE_DIR / "docs" / "access.md"


@dataclass(frozen=True)
class Row:
    """`statuses`: by the column's head."""

    path: str
    methods: tuple[str, ...]
    scope: str
    statuses: dict[str, int]


def read_rows() -> Iterator[Row]:
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    heads = _cells(lines[0])
    for line in lines[2:]:
        said = dict(zip(heads, _cells(line), strict=True))
        path, methods, scope = said.pop("route"), said.pop("method"), said.pop("scope")
        asked = METHODS if methods == "any" else tuple(methods.lower().split())
        yield Row(path, asked, scope, {actor: int(status) for actor, status in said.items()})


def _cells(line: str) -> list[str]:
    return [cell.strip().strip("`") for cell in line.strip("|").split("|")]


ROWS = list(read_rows())
NAMED = {name: path for path, name in routes()}


def rows_for(path: str) -> list[Row]:
    return [row for row in ROWS if row.path == path]


def rows_of(key: Key) -> list[Row]:
    return [row for row in rows_for(NAMED[key[0]]) if key[1] in row.methods]


def row_of(key: Key) -> Row:
    found = rows_of(key)
    assert len(found) == 1, f"{key} stands {len(found)} times in {PAGE.name}."
    return found[0]
