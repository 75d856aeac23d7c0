"""What a rule looks at: one plan, with everything needed to judge it. Pure."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from catalogue.protocols import Range
from plans.progression import Schedule, is_in_week, last_week
from plans.values import (
    MEASURES,
    Change,
    Dose,
    Drop,
    Exercise,
    Fix,
    Frequency,
    Goal,
    Insert,
    Item,
    Move,
    PatientFacts,
    Programme,
    Protocol,
)

ROLE_ORDER = ("warm_up", "opening", "basic", "further")


def _rank(role: str | None) -> int:
    """Where a role stands in a session; what the protocol doesn't place comes last."""
    return ROLE_ORDER.index(role) if role in ROLE_ORDER else len(ROLE_ORDER)


@dataclass(frozen=True)
class Entry:
    """An item of the plan with its place and its exercise."""

    index: int
    item: Item
    exercise: Exercise

    @property
    def where(self) -> str:
        return f"/items/{self.index}"


@dataclass(frozen=True, slots=True)
class Prescribed:
    """A number that somebody wrote into the plan: at the start, as the goal, or for one week."""

    entry: Entry
    measure: str
    value: int
    where: str


def prescribed(entry: Entry) -> Iterator[Prescribed]:
    """Every number written into an item, with its place."""
    item, where = entry.item, entry.where
    parts: list[tuple[str, object]] = [("dose", item.dose), ("goal", item.goal)]
    parts += [(f"weeks/{number}", fixed) for number, fixed in enumerate(item.weeks)]
    for measure in (*MEASURES, "rest_seconds"):
        for place, numbers in parts:
            value = getattr(numbers, measure, None)
            if value is not None:
                yield Prescribed(entry, measure, value, f"{where}/{place}/{measure}")


@dataclass(frozen=True)
class Case:
    """A plan to be checked. `exercises` is the whole catalogue that the plan may draw on, by code."""

    programme: Programme
    protocol: Protocol
    exercises: Mapping[str, Exercise]
    patient: PatientFacts
    checked_on: datetime.date

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        return tuple(
            Entry(index, item, self.exercises[item.exercise]) for index, item in enumerate(self.programme.items)
        )

    @cached_property
    def codes(self) -> frozenset[str]:
        return frozenset(item.exercise for item in self.programme.items)

    @property
    def is_first(self) -> bool:
        """Whether the plan would be the episode's first revision."""
        return not self.patient.has_earlier_revision

    def with_role(self, role: str) -> list[Entry]:
        return [entry for entry in self.entries if entry.exercise.role == role]

    def has_role(self, role: str) -> bool:
        """Whether the protocol has a group of this role."""
        return role in self.protocol.groups.values()

    def weeks_of(self, item: Item) -> range:
        return range(item.from_week, last_week(item, self.programme) + 1)

    def dose(self, entry: Entry, week: int) -> Dose:
        return self.schedule.doses(entry.index)[week]

    def is_active(self, entry: Entry, week: int) -> bool:
        return is_in_week(entry.item, week, self.programme)

    @cached_property
    def _prescribed(self) -> list[list[Prescribed]]:
        return [list(prescribed(entry)) for entry in self.entries]

    def prescribed(self, entry: Entry) -> list[Prescribed]:
        """Every number written into an item, with its place."""
        return self._prescribed[entry.index]

    @cached_property
    def possible(self) -> dict[str, Range]:
        """The hard limits of each measure."""
        limits = self.protocol.rules.limits
        return {
            name: Range(min=0 if name == "rest_seconds" else 1, max=getattr(limits, name))
            for name in (*MEASURES, "rest_seconds")
        }

    @cached_property
    def schedule(self) -> Schedule:
        return Schedule(self.programme)

    @property
    def frequencies(self) -> tuple[Frequency, ...]:
        """The programme's own frequency, by week from the first."""
        return self.schedule.frequencies

    # What may be put in or taken out without adding an error.

    def is_allowed(self, exercise: Exercise) -> bool:
        """Whether prescribing it gives no error."""
        return (
            exercise.group is not None
            and not exercise.avoid
            and not exercise.withdrawn
            and exercise.suitability.get(self.programme.phase) != "never"
            and not any(exercise.precautions.get(precaution) == "never" for precaution in self.patient.precautions)
        )

    def drawbacks(self, exercise: Exercise) -> int:
        """How many warnings prescribing it would bring."""
        needs_missing = self.patient.equipment is not None and any(
            self.patient.equipment.isdisjoint(need) for need in exercise.equipment
        )
        base = exercise.progression_of
        return (
            (exercise.suitability.get(self.programme.phase) == "caution")
            + any(precaution in exercise.precautions for precaution in self.patient.precautions)
            + needs_missing
            + (base is not None and base not in self.codes | self.patient.earlier_exercises)
            + (self.programme.language not in exercise.names)
            + (self.protocol.rules.basics_need_clearance and not self.patient.cleared and exercise.role == "further")
        )

    @cached_property
    def candidates(self) -> tuple[Exercise, ...]:
        """Allowed exercises that the plan doesn't have: fewest drawbacks first, then as the protocol orders them."""
        order = {code: number for number, code in enumerate(self.protocol.groups)}
        found = [one for one in self.exercises.values() if one.code not in self.codes and self.is_allowed(one)]
        return tuple(
            sorted(found, key=lambda one: (self.drawbacks(one), order.get(one.group or "", 0), one.position, one.code))
        )

    def first_candidate(self, suits: Callable[[Exercise], bool]) -> Exercise | None:
        return next((exercise for exercise in self.candidates if suits(exercise)), None)

    def place_for(self, role: str | None) -> int:
        """Where an item of this role belongs: after the last one of its own or an earlier role."""
        return max((entry.index + 1 for entry in self.entries if _rank(entry.exercise.role) <= _rank(role)), default=0)

    def insert(self, exercise: Exercise | None, at: int | None = None) -> Iterator[Fix]:
        """A fix that inserts an exercise, if there is one to insert; without `at` where its role belongs."""
        if exercise is not None:
            place = self.place_for(exercise.role) if at is None else at
            yield Fix(f"insert-{exercise.code}", (Insert(exercise.code, place),))

    def insert_all(self, exercises: Iterable[Exercise]) -> Iterator[Fix]:
        """A fix that inserts several exercises, each where its role belongs; nothing if there are none."""
        wanted = list(exercises)
        # The last place first, so that no insertion shifts the place of the next one.
        placed = sorted(
            ((self.place_for(one.role), _rank(one.role), number, one.code) for number, one in enumerate(wanted)),
            reverse=True,
        )
        if placed:
            name = "insert-" + "-and-".join(one.code for one in wanted)
            yield Fix(name, tuple(Insert(code, place) for place, _, _, code in placed))

    def drop(self, *entries: Entry) -> Iterator[Fix]:
        """A fix that drops items, unless nothing would be left."""
        if len(entries) < len(self.entries):
            yield Fix("drop", tuple(Drop(entry.index) for entry in sorted(entries, key=lambda entry: -entry.index)))

    def move(self, entry: Entry, to: int) -> Fix:
        return Fix(f"move-to-{to}", (Move(entry.index, to),))

    def reorder(self, order: list[int]) -> Fix:
        """A fix that brings the items into the order given by their present indices."""
        standing = [entry.index for entry in self.entries]
        changes: list[Change] = []
        for place, index in enumerate(order):
            origin = standing.index(index)
            if origin != place:
                standing.insert(place, standing.pop(origin))
                changes.append(Move(origin, place))
        return Fix("reorder", tuple(changes))


def clamped(number: int, wanted: Range) -> int:
    """The number, or else the nearest one that is wanted."""
    if wanted.min is not None and number < wanted.min:
        return wanted.min
    return number if wanted.max is None else min(number, wanted.max)


def default_item(exercise: Exercise) -> Item:
    """An exercise with the dose that its protocol starts from; 5 repetitions (house) where it gives none."""
    dose, goal = exercise.default_dose, exercise.default_goal
    repetitions = dose.repetitions
    if repetitions is None and dose.duration_seconds is None:
        repetitions = 5
    return Item(
        exercise=exercise.code,
        dose=Dose(
            sets=dose.sets,
            repetitions=repetitions,
            hold_seconds=dose.hold_seconds,
            duration_seconds=dose.duration_seconds,
            rest_seconds=dose.rest_seconds,
            side=exercise.side,
        ),
        goal=Goal(goal.sets, goal.repetitions, goal.hold_seconds, goal.duration_seconds),
    )
