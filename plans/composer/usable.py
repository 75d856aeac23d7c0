"""Which exercises a plan may have at all, judged by the checker itself on a plan of that exercise alone. Pure."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from plans.composer.doses import composed_item
from plans.composer.wishes import Wishes
from plans.progression import dose_in_week
from plans.rules import RULES
from plans.rules.case import Case
from plans.rules.engine import check as check_with
from plans.session import item_seconds
from plans.values import Exercise, Finding, Item, PatientFacts, Programme, Protocol, Severity

OF_THE_SET = frozenset(
    {
        "plan.empty",
        "plan.duplicate",
        "order.warm-up-first",
        "order.opening-first",
        "order.basics-missing",
        "order.basics-first",
        "order.progression-before-base",
        "balance.category-missing",
        "balance.muscle-groups",
        "burden.minutes",
    }
)
"""Findings that depend on what else the plan holds: the search takes care of them."""

OF_ONE = tuple(rule for rule in RULES if rule.id not in OF_THE_SET and rule.severity is not Severity.ADVICE)
Trait = tuple[str, object]
"""Something that a plan can need and an exercise can bring: a focus entry, a category, a muscle group, a basic."""

BASE_FIRST = tuple(rule for rule in RULES if rule.id == "order.progression-before-base")
STAGES = ("warm_up", "opening", "basic")


def stage_of(exercise: Exercise) -> int:
    """Where in a session it stands: 0 warm-up, 1 opening, 2 basics, 3 whatever comes later."""
    return STAGES.index(exercise.role) if exercise.role in STAGES else len(STAGES)


@dataclass(frozen=True)
class Setting:
    """For whom a plan is composed, within which protocol, from which catalogue, and what is asked of it.

    `programme` has everything but items.
    """

    programme: Programme
    protocol: Protocol
    exercises: Mapping[str, Exercise]
    patient: PatientFacts
    checked_on: datetime.date
    wishes: Wishes

    def accepts(self, finding_id: str) -> bool:
        return finding_id in self.wishes.accept

    def blocks(self, finding: Finding) -> bool:
        """Whether a plan with this finding may not be proposed."""
        accepted = finding.severity is Severity.WARNING and self.accepts(finding.id)
        return finding.severity is not Severity.ADVICE and not accepted

    def case(self, items: Iterable[Item], exercises: Mapping[str, Exercise] | None = None) -> Case:
        programme = replace(self.programme, items=tuple(items))
        return Case(programme, self.protocol, exercises or self.exercises, self.patient, self.checked_on)

    @cached_property
    def limit(self) -> int | None:
        """The most seconds that a session may take. None: no limit."""
        most = [] if self.wishes.minutes is None else [self.wishes.minutes]
        if not self.accepts("burden.minutes"):
            most.append(self.protocol.rules.burden.minutes_per_session)
            most += [self.patient.minutes] if self.patient.minutes else []
        return min(most) * 60 if most else None

    @cached_property
    def required(self) -> tuple[Trait, ...]:
        """What every plan must have at least one exercise for, unless the finding that says so is accepted."""
        rules = self.protocol.rules
        needed: list[Trait] = []
        if "basic" in self.protocol.groups.values() and not self.accepts("order.basics-missing"):
            needed.append(("role", "basic"))
        waiting = rules.basics_need_clearance and not self.patient.cleared
        if not waiting and not self.accepts("balance.category-missing"):
            needed += [("category", category) for category in dict.fromkeys(rules.balance.required_categories)]
        return tuple(needed)

    @cached_property
    def wanted_muscles(self) -> int:
        """How many different muscle groups every plan must have."""
        return 0 if self.accepts("balance.muscle-groups") else self.protocol.rules.balance.minimum_muscle_groups

    @property
    def without_limit(self) -> Setting:
        """The same, for a patient who has all the time in the world."""
        accept = self.wishes.accept | {"burden.minutes"}
        return replace(self, wishes=replace(self.wishes, accept=accept, minutes=None))


@dataclass(frozen=True)
class Candidate:
    """An exercise that may be proposed, with the item it would be. `order`: its place in the protocol's order.

    `seconds`: its time in the last week, which is its longest, since nothing that the composer prescribes falls.
    `traits`: what it brings of what a plan of this setting can need.
    """

    exercise: Exercise
    item: Item
    seconds: int
    order: int
    kept: bool
    traits: frozenset[Trait]

    @property
    def code(self) -> str:
        return self.exercise.code


@dataclass(frozen=True)
class Choice:
    """What may be proposed, in the protocol's order; the first finding that forbids each of the others; and the
    findings that every plan would have, whatever it holds."""

    candidates: tuple[Candidate, ...]
    obstacles: Mapping[str, Finding]
    of_every_plan: tuple[Finding, ...]

    @cached_property
    def by_code(self) -> dict[str, Candidate]:
        return {candidate.code: candidate for candidate in self.candidates}

    @cached_property
    def bases(self) -> frozenset[str]:
        """The exercises that have progressions."""
        return frozenset(base for one in self.candidates if (base := one.exercise.progression_of) is not None)


def choose(setting: Setting) -> Choice:
    """Judge every exercise that the protocol places, and those that are to be kept; not the ones to avoid."""
    candidates: list[Candidate] = []
    obstacles: dict[str, Finding] = {}
    considered = _considered(setting)
    # How often is every plan's own affair: judged once, and left out where single exercises are.
    steady = replace(setting, programme=replace(setting.programme, frequency_goal=None))
    for order, exercise in enumerate(considered):
        item = composed_item(exercise, setting.programme, setting.protocol, setting.patient)
        forbidding = next((one for one in _blocking(steady, exercise, item) if _is_of_item(one)), None)
        if forbidding:
            obstacles[exercise.code] = forbidding
        else:
            candidates.append(_candidate(setting, exercise, item, order))
    return Choice(tuple(candidates), obstacles, _of_every_plan(setting, considered[:1]))


def _of_every_plan(setting: Setting, some: list[Exercise]) -> tuple[Finding, ...]:
    """What is found in a plan of whatever exercise, and not at that exercise."""
    items = [composed_item(one, setting.programme, setting.protocol, setting.patient) for one in some]
    found = (_blocking(setting, exercise, item) for exercise, item in zip(some, items, strict=True))
    return tuple(one for findings in found for one in findings if not _is_of_item(one))


def _is_of_item(finding: Finding) -> bool:
    return finding.where.startswith("/items")


def _considered(setting: Setting) -> list[Exercise]:
    groups = {code: number for number, code in enumerate(setting.protocol.groups)}
    wishes = setting.wishes
    found = [
        one
        for one in setting.exercises.values()
        if one.code not in wishes.avoid and (one.group in groups or one.code in wishes.keep)
    ]
    return sorted(found, key=lambda one: (groups.get(one.group or "", len(groups)), one.position, one.code))


def _blocking(setting: Setting, exercise: Exercise, item: Item) -> Iterator[Finding]:
    """What may not stand in a plan of one exercise."""
    # Only what the messages name: rules look through the catalogue for fixes, which nobody reads here.
    named = {code: setting.exercises[code] for code in _named(exercise) if code in setting.exercises}
    return (one for one in check_with(setting.case([item], named), OF_ONE) if setting.blocks(one))


def _named(exercise: Exercise) -> list[str]:
    return [code for code in (exercise.code, exercise.replaced_by) if code]


def _candidate(setting: Setting, exercise: Exercise, item: Item, order: int) -> Candidate:
    programme, timing = setting.programme, setting.protocol.rules.timing
    seconds = item_seconds(dose_in_week(item, programme.weeks, programme), timing)
    return Candidate(exercise, item, seconds, order, exercise.code in setting.wishes.keep, _traits(setting, exercise))


def _traits(setting: Setting, exercise: Exercise) -> frozenset[Trait]:
    found: set[Trait] = {("category", category) for category in exercise.categories}
    if exercise.role == "basic":
        found.add(("role", "basic"))
    found.intersection_update(setting.required)
    if setting.wanted_muscles:
        found |= {("muscle", muscle) for muscle in exercise.muscles}
    return frozenset(
        found | {("focus", number) for number, one in enumerate(setting.wishes.focus) if one.is_met_by(exercise)}
    )


def base_missing(setting: Setting, candidate: Candidate) -> Finding | None:
    """What the checker says of a progression without its base."""
    return next(
        iter(check_with(setting.case([candidate.item], {candidate.code: candidate.exercise}), BASE_FIRST)), None
    )
