"""plan.*: whether the plan is made of things that can be prescribed at all."""

from __future__ import annotations

from plans.rules.case import Case, Entry
from plans.rules.engine import Hits, hit
from plans.values import Fix, Set


def empty(case: Case) -> Hits:
    """plan.empty: a plan without exercises (house)."""
    if not case.entries:
        opening = case.protocol.rules.opening_exercise
        first = case.first_candidate(lambda one: one.code == opening) or case.first_candidate(lambda one: True)
        yield hit("/items", case.insert(first, at=0))


def withdrawn_exercise(case: Case) -> Hits:
    """plan.withdrawn-exercise: the catalogue has withdrawn an exercise; names its replacement, if any (house)."""
    for entry in case.entries:
        if not entry.exercise.withdrawn:
            continue
        replacement = case.exercises.get(entry.exercise.replaced_by or "")
        fixes: list[Fix] = []
        if replacement and case.is_allowed(replacement):
            fixes.append(Fix("replace", (Set(f"{entry.where}/exercise", replacement.code),)))
        where, named = f"{entry.where}/exercise", replacement.code if replacement else None
        yield hit(where, [*fixes, *case.drop(entry)], exercise=entry.exercise.code, replacement=named)


def duplicate(case: Case) -> Hits:
    """plan.duplicate: the same exercise twice with the same side in the same weeks (house)."""
    for entry in case.entries:
        for earlier in case.entries[: entry.index]:
            if _is_the_same(case, earlier, entry):
                yield hit(entry.where, case.drop(entry), exercise=entry.exercise.code, number=earlier.index + 1)
                break


def _is_the_same(case: Case, one: Entry, other: Entry) -> bool:
    if one.exercise.code != other.exercise.code or one.item.dose.side != other.item.dose.side:
        return False
    first, second = case.weeks_of(one.item), case.weeks_of(other.item)
    return max(first.start, second.start) < min(first.stop, second.stop)


def missing_text(case: Case) -> Hits:
    """plan.missing-text: an exercise has no text in the patient's language (house)."""
    for entry in case.entries:
        if case.programme.language not in entry.exercise.names:
            where, language = f"{entry.where}/exercise", case.programme.language
            yield hit(where, case.drop(entry), exercise=entry.exercise.code, language=language)


def outside_protocol(case: Case) -> Hits:
    """plan.outside-protocol: the protocol says nothing about an exercise: no phase, no dose, no place (house)."""
    for entry in case.entries:
        # Where an error speaks already, there is nothing to judge.
        if entry.exercise.group is None and not entry.exercise.avoid and not entry.exercise.withdrawn:
            yield hit(f"{entry.where}/exercise", case.drop(entry), exercise=entry.exercise.code)
