"""The week-by-week table of a plan: derived from where it starts and where it goes. Pure."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import Any

from catalogue.protocols import Range
from plans.values import MEASURES, Dose, Frequency, Item, Programme

FIXABLE = (*MEASURES, "rest_seconds", "load", "intensity")
"""What a clinician can fix for one week."""


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
    return _fixed(item, week, _derived(item, week, _rising(item), last_week(item, programme) - item.from_week))


def _rising(item: Item) -> list[tuple[int, int, int]]:
    """The measures that go from a start to another goal, each by its place in MEASURES."""
    found = ((place, getattr(item.dose, name), getattr(item.goal, name)) for place, name in enumerate(MEASURES))
    return [(place, start, goal) for place, start, goal in found if start is not None and goal not in (None, start)]


def _derived(item: Item, week: int, rising: list[tuple[int, int, int]], steps: int) -> Dose:
    if not rising:
        return item.dose
    step, dose = week - item.from_week, item.dose
    now = [dose.sets, dose.repetitions, dose.hold_seconds, dose.duration_seconds]
    for place, start, goal in rising:
        now[place] = between(start, goal, step, steps)
    return Dose(now[0], now[1], now[2], now[3], dose.rest_seconds, dose.side, dose.load, dose.intensity)


def _fixed(item: Item, week: int, derived: Dose) -> Dose:
    for fixed in item.weeks:
        if fixed.week == week:
            values: dict[str, Any] = {name: value for name in FIXABLE if (value := getattr(fixed, name)) is not None}
            derived = replace(derived, **values)
    return derived


class Schedule:
    """A programme's doses and frequencies by week, each derived once."""

    def __init__(self, programme: Programme) -> None:
        self.programme = programme
        self._doses = [self._by_week(item) for item in programme.items]
        self._asked: dict[tuple[int, str], list[tuple[int, int]]] = {}

    def _by_week(self, item: Item) -> dict[int, Dose]:
        last, rising = last_week(item, self.programme), _rising(item)
        steps = last - item.from_week
        weeks = range(item.from_week, last + 1)
        if not rising and not item.weeks:
            return dict.fromkeys(weeks, item.dose)
        return {week: _fixed(item, week, _derived(item, week, rising, steps)) for week in weeks}

    def doses(self, index: int) -> dict[int, Dose]:
        """What the item at this place asks, by the weeks it is in."""
        return self._doses[index]

    def varies(self, index: int, measure: str) -> bool:
        """Whether the item's weeks may ask different numbers of a measure."""
        item = self.programme.items[index]
        goal = getattr(item.goal, measure)
        return bool(item.weeks) or goal not in (None, getattr(item.dose, measure))

    def asked(self, index: int, measure: str) -> list[tuple[int, int]]:
        """What the item asks of one measure, as (week, number); weeks to which it doesn't apply are left out."""
        key = (index, measure)
        if key not in self._asked:
            weekly = ((week, getattr(dose, measure)) for week, dose in self._doses[index].items())
            self._asked[key] = [(week, number) for week, number in weekly if number is not None]
        return self._asked[key]

    @cached_property
    def frequencies(self) -> tuple[Frequency, ...]:
        """The programme's own frequency, by week from the first."""
        return tuple(frequency_in_week(self.programme, week) for week in range(1, self.programme.weeks + 1))


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
