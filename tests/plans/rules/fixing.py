"""Applies fixes to cases, and tells what they left undone."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import reduce
from typing import Any

from plans.forms import programme_data
from plans.rules import check
from plans.rules.case import Case
from plans.rules.fixing import apply_fix
from plans.values import Finding, Fix, Set, Severity


def fixed(case: Case, fix: Fix) -> Case:
    """The same case with the fix applied to its plan."""
    return replace(case, programme=apply_fix(case.programme, fix, case.exercises))


def points_at_something(case: Case, change: Set) -> bool:
    """Whether the field that a change sets is there in the plan's form."""
    *way, last = change.path.removeprefix("/").split("/")
    data: Any = programme_data(case.programme)
    parent = reduce(lambda value, key: value[int(key)] if isinstance(value, list) else value[key], way, data)
    return last in parent


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
