"""Applies a fix to a case, through the form that JSON Pointers of findings point into."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import reduce
from typing import Any

from plans.forms import item_data, programme_data, programme_from
from plans.rules import check
from plans.rules.case import Case, default_item
from plans.values import Change, Drop, Finding, Fix, Insert, Move, Severity


def fixed(case: Case, fix: Fix) -> Case:
    """The same case with the fix applied to its plan."""
    data = programme_data(case.programme)
    for change in fix.changes:
        _apply(data, change, case)
    return replace(case, programme=programme_from(data))


def _apply(data: dict[str, Any], change: Change, case: Case) -> None:
    items = data["items"]
    if isinstance(change, Insert):
        items.insert(change.at, item_data(default_item(case.exercises[change.exercise])))
    elif isinstance(change, Move):
        items.insert(change.to, items.pop(change.origin))
    elif isinstance(change, Drop):
        del items[change.at]
    else:
        *way, last = change.path.removeprefix("/").split("/")
        parent = reduce(lambda value, key: value[int(key) if isinstance(value, list) else key], way, data)
        assert last in parent, f"{change.path} points at nothing"
        parent[last] = change.value


def exercises_of(case: Case) -> list[str]:
    return [item.exercise for item in case.programme.items]


def told(finding: Finding) -> tuple[str, str]:
    """What a finding says, wherever the item now stands."""
    return finding.id, repr(sorted(finding.values.items(), key=lambda value: value[0]))


def remedies_that_fail(case: Case) -> list[str]:
    """Every offered fix that leaves its finding standing, or adds an error."""
    failing = []
    before = check(case)
    for finding in before:
        for fix in finding.fixes:
            after = check(fixed(case, fix))
            if _count(after, finding) >= _count(before, finding):
                failing.append(f"{finding.id} at {finding.where} still stands after {fix}")
            if added := _errors(after) - _errors(before):
                failing.append(f"{fix} of {finding.id} adds {list(added)}")
    return failing


def _count(findings: tuple[Finding, ...], finding: Finding) -> int:
    return [told(one) for one in findings].count(told(finding))


def _errors(findings: tuple[Finding, ...]) -> Counter[str]:
    return Counter(one.id for one in findings if one.severity is Severity.ERROR)
