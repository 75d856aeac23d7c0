"""balance.*: whether a plan combines effects and muscle groups (leaflet, rule 5). Counts effects, not chapters."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil

from catalogue.vocabulary import Effect
from plans.rules.case import Case
from plans.rules.engine import Hits, hit
from plans.session import largest_share
from plans.values import Exercise


def category_missing(case: Case) -> Hits:
    """balance.category-missing: required categories have no exercise; silent until the basics are cleared
    (leaflet, rule 5)."""
    waiting = case.protocol.rules.basics_need_clearance and not case.patient.cleared
    present = {category for entry in case.entries for category in entry.exercise.categories}
    missing = [one for one in case.protocol.rules.balance.required_categories if one not in present]
    if case.entries and missing and not waiting:
        added = _covering(case, lambda one: one.categories & set(missing), len(missing))
        yield hit("/items", case.insert_all(added), categories=missing)


def muscle_groups(case: Case) -> Hits:
    """balance.muscle-groups: too few different muscle groups (leaflet, rule 5; the number is the house's)."""
    wanted = case.protocol.rules.balance.minimum_muscle_groups
    present = {muscle for entry in case.entries for muscle in entry.exercise.muscles}
    if case.entries and len(present) < wanted:
        added = _covering(case, lambda one: one.muscles - present, wanted - len(present))
        yield hit("/items", case.insert_all(added), count=len(present), wanted=wanted)


def _covering(case: Case, brings: Callable[[Exercise], frozenset[str]], number: int) -> list[Exercise]:
    """Candidates that together bring this many different things, chosen one by one: the fewest drawbacks first, then
    what brings most. Empty if there never are enough."""
    covered: frozenset[str] = frozenset()
    chosen: list[Exercise] = []
    while len(covered) < number:
        new = {one.code: len(brings(one) - covered) for one in case.candidates}
        left = [one for one in case.candidates if new[one.code]]
        if not left:
            return []
        best = min(left, key=lambda one, new=new: (case.drawbacks(one), -new[one.code]))  # type: ignore[misc]
        chosen.append(best)
        covered |= brings(best)
    return chosen


def share(case: Case) -> Hits:
    """balance.share: one category takes more than its share of the working time (house)."""
    most = case.protocol.rules.balance.maximum_share_percent
    largest = largest_share(case.programme, case.exercises, case.protocol.rules.timing, case.schedule)
    if largest and largest[1] > most:
        category, percent = largest
        yield hit("/items", category=category, percent=ceil(percent), most=most)


def front_back(case: Case) -> Hits:
    """balance.front-back: the trunk is strengthened on one side, and the other side gets nothing (house)."""
    if not case.protocol.rules.balance.front_and_back:
        return
    strengthened, cared_for = set(), set()
    for entry in case.entries:
        for effect, muscle in entry.exercise.effects:
            role = case.protocol.trunk_roles.get(muscle, "none")
            if effect == Effect.STRENGTHENS:
                strengthened.add(role)
            if effect in {Effect.STRENGTHENS, Effect.MOBILISES, Effect.RELAXES}:
                cared_for.add(role)
    for strong, other in (("flexor", "extensor"), ("extensor", "flexor")):
        if strong in strengthened and other not in cared_for:
            yield hit("/items", variant=strong)
