"""The week-by-week table of a plan: derived from where it starts and where it goes. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from catalogue.protocols import Range
from plans.values import MEASURES, Dose, Frequency, Item, Programme


def last_week(item: Item, programme: Programme) -> int:
    return programme.weeks if item.to_week is None else min(item.to_week, programme.weeks)


def is_in_week(item: Item, week: int, programme: Programme) -> bool:
    return item.from_week <= week <= last_week(item, programme)


def between(start: int, goal: int, step: int, steps: int) -> int:
    """`start` at step 0, `goal` at step `steps`, evenly between; halves are rounded up."""
    if steps <= 0:
        return start
    return start + (2 * (goal - start) * step + steps) // (2 * steps)


def dose_in_week(item: Item, week: int, programme: Programme) -> Dose:
    """What one item asks in a week (1 is the first): fixed by hand, else derived evenly from start to goal."""
    dose = item.dose
    steps = last_week(item, programme) - item.from_week
    derived: dict[str, Any] = {
        name: between(start, goal, week - item.from_week, steps)
        for name in MEASURES
        if (start := dose.measure(name)) is not None and (goal := getattr(item.goal, name)) is not None
    }
    for fixed in item.weeks:
        if fixed.week == week:
            names = (*MEASURES, "rest_seconds", "load", "intensity")
            derived |= {name: getattr(fixed, name) for name in names if getattr(fixed, name) is not None}
    return replace(dose, **derived) if derived else dose


def frequency_in_week(programme: Programme, week: int) -> Frequency:
    """How often the programme as a whole is done in a week: fixed by hand, else derived from start to goal."""
    start, goal = programme.frequency, programme.frequency_goal
    days, times = start.days_per_week, start.times_per_day
    if goal is not None:
        days = _range_between(days, goal.days_per_week, week, programme.weeks)
        times = _range_between(times, goal.times_per_day, week, programme.weeks)
    for fixed in programme.frequency_weeks:
        if fixed.week == week:
            days, times = fixed.days_per_week or days, fixed.times_per_day or times
    return Frequency(days, times, start.every_hours)


def item_frequency(item: Item, programme: Programme, week: int) -> Frequency:
    """How often one item is done in a week: its own frequency, else the programme's."""
    return item.frequency or frequency_in_week(programme, week)


def most_of(asked: Range) -> int:
    """The most that a range asks; one that is open above counts as the number that it does give."""
    return asked.max if asked.max is not None else asked.min or 0


def least_of(asked: Range) -> int:
    """The least that a range asks; one that is open below counts as the number that it does give."""
    return asked.min if asked.min is not None else asked.max or 0


def _range_between(start: Range, goal: Range, week: int, weeks: int) -> Range:
    low = between(least_of(start), least_of(goal), week - 1, weeks - 1)
    high = between(most_of(start), most_of(goal), week - 1, weeks - 1)
    return Range(min=low, max=high)
