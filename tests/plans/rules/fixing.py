"""Applies fixes to cases, and tells what they left undone."""

from __future__ import annotations

import re
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


ONCE = frozenset(
    {
        "plan.empty",
        "phase.not-indicated",
        "phase.mismatch",
        "order.warm-up-first",
        "order.opening-first",
        "order.basics-missing",
        "order.basics-not-cleared",
        "balance.category-missing",
        "balance.muscle-groups",
        "burden.minutes",
        "burden.positions",
    }
)
"""What speaks once a plan: however its words change, it still stands."""


def named(case: Case) -> Case:
    """The same case with each item known by its note, wherever it will stand."""
    items = tuple(replace(item, note=f"item {index}") for index, item in enumerate(case.programme.items))
    return replace(case, programme=replace(case.programme, items=items))


def subject(case: Case, finding: Finding) -> tuple[object, ...]:
    """What a finding is about: the plan, or one item and the place in it, whatever its words and wherever the item is."""
    if finding.id in ONCE:
        return (finding.id,)
    place: tuple[object, ...] = (finding.where,)
    if match := re.fullmatch(r"/items/(\d+)(.*)", finding.where):
        place = (case.programme.items[int(match[1])].note, match[2])
    # A rise in smaller steps may jump in another week: that is the same jump.
    return (finding.id, place[0], finding.values["variant"]) if finding.id == "dose.jump" else (finding.id, *place)


def remedies_that_fail(case: Case, applied: Counter[str] | None = None) -> list[str]:
    """Every offered fix that leaves its finding standing, or adds an error. Counts into `applied` whose fixes were tried."""
    case, failing = named(case), []
    before = check(case)
    for finding in before:
        for fix in finding.fixes:
            mended = fixed(case, fix)
            after = check(mended)
            if subject(case, finding) in {subject(mended, one) for one in after}:
                failing.append(f"{finding.id} at {finding.where} still stands after {fix}")
            if added := _errors(after) - _errors(before):
                failing.append(f"{fix} of {finding.id} adds {list(added)}")
            if applied is not None:
                applied[finding.id] += 1
    return failing


def _errors(findings: tuple[Finding, ...]) -> Counter[str]:
    return Counter(one.id for one in findings if one.severity is Severity.ERROR)
