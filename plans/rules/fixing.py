"""Applies a fix to a plan, through the form that JSON Pointers of findings point into. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from typing import Any

from plans.forms import item_data, programme_data, programme_from
from plans.rules.case import default_item
from plans.values import Change, Drop, Exercise, Fix, Insert, Move, Programme


def apply_fix(programme: Programme, fix: Fix, exercises: Mapping[str, Exercise]) -> Programme:
    """The programme with the fix's changes made, one after the other."""
    data = programme_data(programme)
    for change in fix.changes:
        _make(data, change, exercises)
    return programme_from(data)


def _make(data: dict[str, Any], change: Change, exercises: Mapping[str, Exercise]) -> None:
    items = data["items"]
    if isinstance(change, Insert):
        items.insert(change.at, item_data(default_item(exercises[change.exercise])))
    elif isinstance(change, Move):
        items.insert(change.to, items.pop(change.origin))
    elif isinstance(change, Drop):
        del items[change.at]
    else:
        *way, last = change.path.removeprefix("/").split("/")
        parent = reduce(_step, way, data)
        parent[last] = change.value


def _step(value: Any, key: str) -> Any:
    return value[int(key)] if isinstance(value, list) else value[key]
