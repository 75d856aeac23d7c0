"""dose.*: whether doses make sense, lie in their range, start low and rise gradually (leaflet, rules 6, 7, 10, 13)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from catalogue.protocols import Range
from plans.progression import least_of, most_of
from plans.rules import frequency
from plans.rules.case import Case, Entry, Prescribed, clamped, default_item
from plans.rules.engine import Hits, hit
from plans.values import MEASURES, Fix, Set, WeekDose, WeekFrequency

RISING = ("repetitions", "duration_seconds")


def missing(case: Case) -> Hits:
    """dose.missing: neither repetitions nor duration (house)."""
    for entry in case.entries:
        dose = entry.item.dose
        if dose.repetitions is None and dose.duration_seconds is None:
            usual = default_item(entry.exercise).dose
            changes = tuple(
                Set(f"{entry.where}/dose/{measure}", usual.measure(measure))
                for measure in ("repetitions", "duration_seconds")
                if usual.measure(measure) is not None
            )
            yield hit(f"{entry.where}/dose", [Fix("set-default", changes)], exercise=entry.exercise.code)


def impossible(case: Case) -> Hits:
    """dose.impossible: negative, zero, or beyond the protocol's hard limits (house)."""
    for entry in case.entries:
        for one in case.prescribed(entry):
            possible = case.possible[one.measure]
            if one.value not in possible:
                usual: Range = getattr(entry.exercise.ranges, one.measure, None) or possible
                value = clamped(clamped(one.value, usual), possible)
                yield hit(one.where, [_set(one, value)], **_described(one, possible))


def _set(one: Prescribed, value: int) -> Fix:
    return Fix(f"set-{value}", (Set(one.where, value),))


def _described(one: Prescribed, wanted: Range) -> dict[str, Any]:
    return {
        "exercise": one.entry.exercise.code,
        "measure": one.measure,
        "value": one.value,
        "low": wanted.min,
        "high": wanted.max,
    }


def out_of_range(case: Case) -> Hits:
    """dose.range: outside the range that applies: the exercise's, else its group's, else the protocol's
    (leaflet, rules 6, 10, 13, and the records)."""
    for entry in case.entries:
        for one in case.prescribed(entry):
            wanted: Range | None = getattr(entry.exercise.ranges, one.measure, None)
            if wanted is not None and one.value not in wanted and one.value in case.possible[one.measure]:
                yield hit(one.where, _bring_into(case, one, wanted), **_described(one, wanted))


def _bring_into(case: Case, one: Prescribed, wanted: Range) -> list[Fix]:
    """The nearest number of a range, where that is a possible one."""
    value = clamped(one.value, wanted)
    return [_set(one, value)] if value in case.possible[one.measure] else []


def start_low(case: Case) -> Hits:
    """dose.start-low: the first week of an episode's first revision is above the starting range (leaflet, rule 6)."""
    if not case.is_first:
        return
    for entry in case.entries:
        if not case.is_active(entry, 1):
            continue
        for measure in MEASURES:
            wanted: Range | None = getattr(entry.exercise.start_ranges, measure)
            value = case.dose(entry, 1).measure(measure)
            if wanted is not None and wanted.max is not None and value is not None and value > wanted.max:
                one = Prescribed(entry, measure, value, pointer(entry, 1, measure))
                yield hit(one.where, _bring_into(case, one, wanted), **_described(one, wanted))


def pointer(entry: Entry, week: int, measure: str) -> str:
    """Where the number comes from that a week asks. Of two that fix the same week, the last one counts."""
    places = [
        number
        for number, fixed in enumerate(entry.item.weeks)
        if fixed.week == week and getattr(fixed, measure) is not None
    ]
    if places:
        return f"{entry.where}/weeks/{places[-1]}/{measure}"
    rises = week > entry.item.from_week and getattr(entry.item.goal, measure) is not None
    return f"{entry.where}/goal/{measure}" if rises else f"{entry.where}/dose/{measure}"


def jump(case: Case) -> Hits:
    """dose.jump: a rise between weeks, or from the last revision, of more than the protocol's step
    (leaflet, rules 6, 7, 13 say "gradually"; the numbers are house)."""
    yield from _jump_in_days(case)
    for entry in case.entries:
        for measure in RISING:
            yield from _jump_in_dose(case, entry, measure)
        yield from _jump_in_own_days(case, entry)


def _jump_in_dose(case: Case, entry: Entry, measure: str) -> Hits:
    asked = _by_week(case, entry, measure)
    possible = case.possible[measure]
    if any(value not in possible for _, value in asked):
        return  # dose.impossible speaks, and nothing gradual starts from there
    for (_, before), (week, value) in pairwise(asked):
        most = _most_after(case, measure, before)
        if value > most:
            values: dict[str, Any] = {
                "exercise": entry.exercise.code,
                "week": week,
                "before": before,
                "value": value,
                "most": most,
            }
            yield hit(pointer(entry, week, measure), [_smooth(case, entry, measure, asked)], variant=measure, **values)
            return


def _by_week(case: Case, entry: Entry, measure: str) -> list[tuple[int, int]]:
    """What each week asks, as (week, value); first, as week 0, what was asked before the item. Empty: nothing varies."""
    before = _before(case, entry, measure)
    if before is not None:
        return [(0, before), *case.schedule.asked(entry.index, measure)]
    return case.schedule.asked(entry.index, measure) if case.schedule.varies(entry.index, measure) else []


def _before(case: Case, entry: Entry, measure: str) -> int | None:
    """What the same exercise was asked before an item: in the weeks before it, else in the last revision."""
    ended = [
        (weeks[-1], one)
        for one in (case.entries if entry.item.from_week > 1 else ())
        if one.exercise.code == entry.exercise.code
        and {one.item.dose.side, entry.item.dose.side} != {"left", "right"}
        and (weeks := case.weeks_of(one.item))
        and weeks[-1] < entry.item.from_week
    ]
    if ended:
        week, earlier = max(ended, key=lambda pair: (pair[0], pair[1].index))
        return case.dose(earlier, week).measure(measure)
    last = case.patient.last_doses.get(entry.exercise.code)
    return last.dose.measure(measure) if last else None


def _most_after(case: Case, measure: str, before: int) -> int:
    """The most that may follow in the next week."""
    step = case.protocol.rules.jump
    return before + step.repetitions if measure == "repetitions" else before + before * step.duration_percent // 100


def _smooth(case: Case, entry: Entry, measure: str, asked: list[tuple[int, int]]) -> Fix:
    """Fix by hand every week that rises too fast, at the most that may follow the week before."""
    weeks: dict[int, dict[str, Any]] = {}
    for fixed in entry.item.weeks:
        weeks.setdefault(fixed.week, {}).update(_week_data(fixed))
    before = asked[0][1]
    for week, value in asked[1:]:
        before = min(value, _most_after(case, measure, before))
        if before != value:
            weeks.setdefault(week, {"week": week})[measure] = before
    return Fix("smooth", (Set(f"{entry.where}/weeks", [weeks[week] for week in sorted(weeks)]),))


def _week_data(fixed: WeekDose) -> dict[str, Any]:
    names = ("week", *MEASURES, "rest_seconds", "load", "intensity")
    return {name: getattr(fixed, name) for name in names if getattr(fixed, name) is not None}


def _jump_in_days(case: Case) -> Hits:
    """The programme's days a week."""
    last = case.patient.last_days_per_week
    asked = [(0, last)] if last else []
    asked += [(week, most_of(one.days_per_week)) for week, one in enumerate(case.frequencies, 1)]
    for (_, before), (week, value) in pairwise(asked):
        most = before + case.protocol.rules.jump.days_per_week
        if value > most:
            where = frequency.pointer(case.programme, week, "days_per_week")
            values: dict[str, Any] = {"week": week, "before": before, "value": value, "most": most}
            yield hit(where, [_smooth_days(case, asked)], variant="days_per_week", **values)
            return


def _smooth_days(case: Case, asked: list[tuple[int, int]]) -> Fix:
    weeks: dict[int, dict[str, Any]] = {}
    for fixed in case.programme.frequency_weeks:
        weeks.setdefault(fixed.week, {}).update(_week_frequency_data(fixed))
    before = asked[0][1]
    for week, value in asked[1:]:
        before = min(value, before + case.protocol.rules.jump.days_per_week)
        if before != value:
            low = min(least_of(case.frequencies[week - 1].days_per_week), before)
            weeks.setdefault(week, {"week": week})["days_per_week"] = {"min": low, "max": before}
    return Fix("smooth", (Set("/frequency/weeks", [weeks[week] for week in sorted(weeks)]),))


def _week_frequency_data(fixed: WeekFrequency) -> dict[str, Any]:
    ranges = {"days_per_week": fixed.days_per_week, "times_per_day": fixed.times_per_day}
    return {"week": fixed.week, **{name: value.model_dump() for name, value in ranges.items() if value is not None}}


def _jump_in_own_days(case: Case, entry: Entry) -> Hits:
    """The days a week of an item with a frequency of its own, against the last revision's."""
    own, last = entry.item.frequency, case.patient.last_doses.get(entry.exercise.code)
    if own is None or last is None or not last.days_per_week:
        return
    before, value = last.days_per_week, most_of(own.days_per_week)
    most = before + case.protocol.rules.jump.days_per_week
    if value > most:
        where = f"{entry.where}/frequency/days_per_week"
        fix = frequency.set_range(where, frequency.brought_into(own.days_per_week, Range(max=most)))
        values: dict[str, Any] = {"week": entry.item.from_week, "before": before, "value": value, "most": most}
        yield hit(where, [fix], variant="own_days_per_week", exercise=entry.exercise.code, **values)


def fall(case: Case) -> Hits:
    """dose.fall: a later week asks less (house)."""
    for measure in ("days_per_week", "times_per_day"):
        asked = [(week, most_of(getattr(one, measure))) for week, one in enumerate(case.frequencies, 1)]
        for values in _first_fall(asked):
            where = frequency.pointer(case.programme, values["week"], measure)
            yield hit(where, variant="frequency", measure=measure, **values)
    for entry in case.entries:
        for measure in MEASURES:
            if not case.schedule.varies(entry.index, measure):
                continue
            for values in _first_fall(case.schedule.asked(entry.index, measure)):
                where = pointer(entry, values["week"], measure)
                yield hit(where, variant="dose", exercise=entry.exercise.code, measure=measure, **values)


def _first_fall(asked: list[tuple[int, int]]) -> Iterator[dict[str, Any]]:
    for (_, before), (week, value) in pairwise(asked):
        if value < before:
            yield {"week": week, "before": before, "value": value}
            return


def both_sides(case: Case) -> Hits:
    """dose.both-sides: an each-side exercise prescribed for one side, and the other side nowhere, where the protocol asks
    for both (leaflet, rule 10)."""
    if not case.protocol.rules.both_sides:
        return
    for entry in case.entries:
        side = entry.item.dose.side
        if entry.exercise.side != "each_side" or side not in {"left", "right"}:
            continue
        other = "right" if side == "left" else "left"
        if not any(one.exercise.code == entry.exercise.code and one.item.dose.side == other for one in case.entries):
            fix = Fix("each-side", (Set(f"{entry.where}/dose/side", "each_side"),))
            yield hit(f"{entry.where}/dose/side", [fix], exercise=entry.exercise.code, side=side)
