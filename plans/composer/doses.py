"""The doses and the frequency of a proposed plan: as the protocol starts, or as the last revision ended. Pure.

Nothing falls from week to week, and nothing rises faster than the protocol's steps: `dose.jump` never speaks.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from catalogue.protocols import Range
from plans.progression import between
from plans.rules.case import clamped, default_item
from plans.rules.dose import RISING
from plans.values import MEASURES, Dose, Exercise, Frequency, Goal, Item, PatientFacts, Programme, Protocol

MostNext = Callable[[int], int]
"""The most that may follow a number in the next week."""


def blank_programme(protocol: Protocol, patient: PatientFacts, phase: str, language: str, weeks: int) -> Programme:
    """A programme without items, with the days a week that it starts with and rises to."""
    rules = protocol.rules.frequency
    start = _first_days(protocol, patient)
    goal = _goal(start, rules.default_days_goal, weeks - 1, lambda days: days + protocol.rules.jump.days_per_week)
    return Programme(
        protocol=protocol.code,
        phase=phase,
        language=language,
        weeks=weeks,
        frequency=_frequency(start, rules.default_times_per_day),
        frequency_goal=_frequency(goal, rules.default_times_per_day) if goal else None,
        criteria=protocol.rules.criteria,
    )


def _first_days(protocol: Protocol, patient: PatientFacts) -> int:
    """Days a week of the first week: those of the last revision, as far as the protocol has them, else its default."""
    rules = protocol.rules.frequency
    if patient.last_days_per_week:
        return clamped(patient.last_days_per_week, rules.days_per_week)
    first = rules.start_days_max is not None and not patient.has_earlier_revision
    return min(rules.default_days_start, rules.start_days_max or 7) if first else rules.default_days_start


def _frequency(days: int, times: int) -> Frequency:
    return Frequency(Range(min=days, max=days), Range(min=times, max=times))


def composed_item(exercise: Exercise, programme: Programme, protocol: Protocol, patient: PatientFacts) -> Item:
    """An exercise with the dose that it starts or goes on with, and as far as it may rise within the plan."""
    usual = default_item(exercise)
    last = patient.last_doses.get(exercise.code)
    dose = _going_on(exercise, last.dose) if last else usual.dose
    goal = {
        name: _goal(start, wanted, programme.weeks - 1, _most_next(protocol, name))
        for name in MEASURES
        if (start := dose.measure(name)) is not None and (wanted := getattr(usual.goal, name)) is not None
    }
    return Item(exercise.code, dose, Goal(**goal))


def _going_on(exercise: Exercise, last: Dose) -> Dose:
    """What was asked last, brought into today's ranges, on the exercise's own sides."""
    if last.repetitions is None and last.duration_seconds is None:
        return default_item(exercise).dose
    numbers: dict[str, Any] = {
        name: clamped(value, getattr(exercise.ranges, name) or Range())
        for name in MEASURES
        if (value := last.measure(name)) is not None
    }
    return Dose(**numbers, rest_seconds=last.rest_seconds, side=exercise.side, load=last.load, intensity=last.intensity)


def _most_next(protocol: Protocol, measure: str) -> MostNext | None:
    """As `dose.jump` counts; None for a measure that it doesn't look at."""
    step = protocol.rules.jump
    if measure not in RISING:
        return None
    if measure == "repetitions":
        return lambda before: before + step.repetitions
    return lambda before: before + before * step.duration_percent // 100


def _goal(start: int, wanted: int, steps: int, most_next: MostNext | None) -> int | None:
    """The highest number up to the wanted one that is reached evenly, without a jump. None: stays as it starts."""
    if steps < 1 or wanted <= start:
        return None
    if most_next is None:
        return wanted
    # Halves are rounded up, so that the rise of a week may be most of one more than the even share of it.
    highest = min(wanted, start + steps * (most_next(start) - start) + steps)
    goals = range(highest, start, -1)
    return next((goal for goal in goals if _is_gradual(start, goal, steps, most_next)), None)


def _is_gradual(start: int, goal: int, steps: int, most_next: MostNext) -> bool:
    asked = [between(start, goal, step, steps) for step in range(steps + 1)]
    return all(after <= most_next(before) for before, after in pairwise(asked))
