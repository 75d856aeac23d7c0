"""frequency.*: how often (leaflet, rule 7)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from catalogue.protocols import Range
from plans.progression import frequency_in_week
from plans.rules.case import Case, clamped
from plans.rules.engine import Hits, hit
from plans.values import Fix, Frequency, Programme, Set


def _asked(case: Case) -> Iterator[tuple[str, str, Range]]:
    """Every range of days or times that somebody wrote into the plan: where, which measure, and the range."""
    programme = case.programme
    yield from _both("/frequency", programme.frequency)
    if programme.frequency_goal:
        yield from _both("/frequency/goal", programme.frequency_goal)
    for number, fixed in enumerate(programme.frequency_weeks):
        for measure in ("days_per_week", "times_per_day"):
            value = getattr(fixed, measure)
            if value is not None:
                yield f"/frequency/weeks/{number}/{measure}", measure, value
    for entry in case.entries:
        if entry.item.frequency:
            yield from _both(f"{entry.where}/frequency", entry.item.frequency)


def _both(where: str, frequency: Frequency) -> Iterator[tuple[str, str, Range]]:
    yield f"{where}/days_per_week", "days_per_week", frequency.days_per_week
    if frequency.every_hours is None:
        yield f"{where}/times_per_day", "times_per_day", frequency.times_per_day


def out_of_range(case: Case) -> Hits:
    """frequency.range: outside the protocol's days a week or times a day (leaflet, rule 7)."""
    rules = case.protocol.rules.frequency
    for where, measure, asked in _asked(case):
        wanted: Range = getattr(rules, measure)
        within = brought_into(asked, wanted)
        if within != asked:
            values: dict[str, Any] = {
                "measure": measure,
                "value": in_words(asked),
                "low": wanted.min,
                "high": wanted.max,
            }
            yield hit(where, [set_range(where, within)], **values)


def brought_into(asked: Range, wanted: Range) -> Range:
    """What is asked, as far as it is wanted. A side that is left open asks without end, so it takes the wanted end."""
    low = wanted.min if asked.min is None else clamped(asked.min, wanted)
    high = wanted.max if asked.max is None else clamped(asked.max, wanted)
    return Range(min=low, max=high)


def in_words(asked: Range) -> str:
    low, high = ("…" if end is None else str(end) for end in (asked.min, asked.max))
    return low if low == high else f"{low}-{high}"


def set_range(where: str, value: Range) -> Fix:
    return Fix(f"set-{in_words(value)}", (Set(where, value.model_dump()),))


def start(case: Case) -> Hits:
    """frequency.start: the first week of an episode's first revision asks more days than one starts with
    (leaflet, rule 7)."""
    most = case.protocol.rules.frequency.start_days_max
    if most is None or not case.is_first:
        return
    for where, days in _days_at_start(case):
        within = brought_into(days, Range(max=most))
        if within != days:
            yield hit(where, [set_range(where, within)], value=in_words(days), most=most)


def _days_at_start(case: Case) -> Iterator[tuple[str, Range]]:
    yield pointer(case.programme, 1, "days_per_week"), frequency_in_week(case.programme, 1).days_per_week
    for entry in case.entries:
        if entry.item.frequency and case.is_active(entry, 1):
            yield f"{entry.where}/frequency/days_per_week", entry.item.frequency.days_per_week


def pointer(programme: Programme, week: int, measure: str) -> str:
    """Where the programme's days or times of a week come from. Of two that fix the same week, the last one counts."""
    places = [
        number
        for number, fixed in enumerate(programme.frequency_weeks)
        if fixed.week == week and getattr(fixed, measure) is not None
    ]
    if places:
        return f"/frequency/weeks/{places[-1]}/{measure}"
    return f"/frequency/goal/{measure}" if week > 1 and programme.frequency_goal else f"/frequency/{measure}"
