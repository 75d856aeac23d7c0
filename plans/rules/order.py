"""order.*: whether a session goes from light to demanding (leaflet, rules 3 and 4)."""

from __future__ import annotations

from collections.abc import Iterable

from plans.rules.case import Case, Entry
from plans.rules.engine import Hits, hit
from plans.values import Change, Fix, Insert, Move


def warm_up_first(case: Case) -> Hits:
    """order.warm-up-first: the first item is not from the warm-up (leaflet, rule 3)."""
    if not case.has_role("warm_up") or not case.entries or case.entries[0].exercise.role == "warm_up":
        return
    standing = next(iter(case.with_role("warm_up")), None)
    usual = case.first_candidate(lambda one: one.role == "warm_up")
    fixes: Iterable[Fix] = [case.move(standing, 0)] if standing else case.insert(usual, at=0)
    yield hit("/items/0", fixes, exercise=case.entries[0].exercise.code)


def opening_first(case: Case) -> Hits:
    """order.opening-first: the opening exercise comes right after the warm-up (leaflet, rule 4)."""
    code = case.protocol.rules.opening_exercise
    first = next((entry for entry in case.entries if entry.exercise.role != "warm_up"), None)
    if code is None or first is None or _opens(first, code):
        return
    standing = next((entry for entry in case.entries if _opens(entry, code)), None)
    usual = case.first_candidate(lambda one: one.code == code)
    fixes: Iterable[Fix] = [case.move(standing, first.index)] if standing else case.insert(usual, at=first.index)
    yield hit(first.where, fixes, exercise=first.exercise.code, opening=code)


def _opens(entry: Entry, opening: str) -> bool:
    return entry.exercise.code == opening or entry.exercise.role == "opening"


def basics_missing(case: Case) -> Hits:
    """order.basics-missing: no basic exercise (leaflet, rule 4)."""
    if case.entries and case.has_role("basic") and not case.with_role("basic"):
        yield hit("/items", case.insert(case.first_candidate(lambda one: one.role == "basic")))


def basics_first(case: Case) -> Hits:
    """order.basics-first: an item of a later group stands before a basic one (leaflet, rule 4)."""
    for entry in case.with_role("further"):
        behind = [basic for basic in case.with_role("basic") if basic.index > entry.index]
        if behind:
            # One by one to the places from this item on: all keep their order.
            changes = tuple(Move(basic.index, entry.index + number) for number, basic in enumerate(behind))
            fix, last = Fix("bring-basics-forward", changes), behind[-1].exercise.code
            yield hit(entry.where, [fix], exercise=entry.exercise.code, basic=last)


def basics_not_cleared(case: Case) -> Hits:
    """order.basics-not-cleared: groups beyond the basics before the basics are known to go well (leaflet, rule 4)."""
    if not case.protocol.rules.basics_need_clearance or case.patient.cleared:
        return
    further = case.with_role("further")
    if further:
        yield hit(further[0].where, case.drop(*further), exercise=further[0].exercise.code, count=len(further))


def progression_before_base(case: Case) -> Hits:
    """order.progression-before-base: the easier form was neither earlier in the plan nor in an earlier revision
    (leaflet, "Halve sit up met variaties")."""
    for entry in case.entries:
        base = entry.exercise.progression_of
        if base is not None and not _is_known(case, base, entry):
            fixes = [*_bring_bases(case, entry), *case.drop(entry)]
            yield hit(entry.where, fixes, exercise=entry.exercise.code, base=base)


def _is_known(case: Case, code: str, entry: Entry) -> bool:
    """Whether an exercise comes before an item: earlier in the plan, or in an earlier revision."""
    earlier = {one.exercise.code for one in case.entries[: entry.index]}
    return code in earlier | case.patient.earlier_exercises


def _missing_bases(case: Case, entry: Entry) -> list[str]:
    """What has to come before an item so that neither it nor a base of it comes too early; the hardest first."""
    codes: list[str] = []
    code = entry.exercise.progression_of
    while code is not None and code not in codes and not _is_known(case, code, entry):
        codes.append(code)
        code = case.exercises[code].progression_of if code in case.exercises else None
    return codes


def _bring_bases(case: Case, entry: Entry) -> list[Fix]:
    """Move every missing base from later in the plan, else insert it; nothing where one of them is not allowed."""
    standing = [one.exercise.code for one in case.entries]
    changes: list[Change] = []
    for code in _missing_bases(case, entry):
        if code in standing[entry.index + 1 :]:
            origin = standing.index(code, entry.index + 1)
            changes.append(Move(origin, entry.index))
            standing.insert(entry.index, standing.pop(origin))
        elif code in case.exercises and case.is_allowed(case.exercises[code]):
            changes.append(Insert(code, entry.index))
            standing.insert(entry.index, code)
        else:
            return []
    return [Fix("bring-base", tuple(changes))]
