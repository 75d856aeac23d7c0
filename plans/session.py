"""How long a session takes, and where its time goes. Pure.

House values, as data of the protocol (`TimingRules`): a count of hold is 1 s, a repetition without hold 4 s, a change
of side 5 s, a change of posture 15 s; rest as prescribed, between sets and between sides.

    working time of an item = sets x sides x repetitions x (hold, or a duration, or a repetition's time)
    its time                = working time + (blocks - 1) x rest + changes of side
    a session's time        = the items' times + changes of posture

A block is one set on one side. `each_side` is done set by set, one side after the other; `alternating` has both sides
in each repetition and no change of side.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import lcm

from catalogue.protocols import TimingRules
from catalogue.vocabulary import CATEGORY_OF, Effect
from plans.progression import Schedule, most_of
from plans.values import Dose, Exercise, Frequency, Item, Programme

WAKING_HOURS = 16
"""House: what "every hour awake" is counted with."""


def working_seconds(dose: Dose, timing: TimingRules) -> int:
    """Seconds of work, without rest and changes."""
    sides = 2 if dose.side in {"each_side", "alternating"} else 1
    sets, repetitions = dose.sets or 1, dose.repetitions or 1
    if dose.duration_seconds is not None:
        one = dose.duration_seconds
    elif dose.hold_seconds is not None:
        one = dose.hold_seconds * timing.count_of_hold
    elif dose.repetitions is None:
        return 0
    else:
        one = timing.repetition_without_hold
    return sets * sides * repetitions * one


def item_seconds(dose: Dose, timing: TimingRules) -> int:
    """Seconds that an item takes, with rest and changes of side."""
    sets = dose.sets or 1
    blocks = sets * 2 if dose.side == "each_side" else sets
    pauses = (blocks - 1) * (dose.rest_seconds or 0)
    turns = (blocks - 1) * timing.side_change if dose.side == "each_side" else 0
    return working_seconds(dose, timing) + pauses + turns


def position_changes(postures: Iterable[str]) -> int:
    """How often one has to get into another posture between consecutive exercises."""
    return sum(before != after for before, after in pairwise(postures))


def session_seconds(
    programme: Programme,
    exercises: Mapping[str, Exercise],
    week: int,
    timing: TimingRules,
    schedule: Schedule | None = None,
) -> int:
    """Seconds that one session of a week takes. `schedule`: the programme's own, where it was derived already."""
    return _seconds(_doses_of(programme, week, schedule or Schedule(programme)), exercises, timing)


def _doses_of(programme: Programme, week: int, schedule: Schedule) -> list[tuple[Item, Dose]]:
    """The items of a week in order, each with its dose then."""
    weekly = ((item, schedule.doses(index).get(week)) for index, item in enumerate(programme.items))
    return [(item, dose) for item, dose in weekly if dose is not None]


def _seconds(doses: list[tuple[Item, Dose]], exercises: Mapping[str, Exercise], timing: TimingRules) -> int:
    moving = position_changes(exercises[item.exercise].posture for item, _ in doses) * timing.position_change
    return moving + sum(item_seconds(dose, timing) for _, dose in doses)


@dataclass(frozen=True)
class Burden:
    """What a plan asks of the patient. Lists are by week, from the first."""

    seconds_per_session: list[int]
    minutes_per_week: list[int]
    exercises: int
    position_changes: int
    equipment: list[list[str]]


def burden(
    programme: Programme, exercises: Mapping[str, Exercise], timing: TimingRules, schedule: Schedule | None = None
) -> Burden:
    schedule = schedule or Schedule(programme)
    weekly = [_doses_of(programme, week, schedule) for week in range(1, programme.weeks + 1)]
    needs = {need for item in programme.items for need in exercises[item.exercise].equipment}
    seconds = [
        _week_seconds(doses, exercises, timing, frequency)
        for doses, frequency in zip(weekly, schedule.frequencies, strict=True)
    ]
    return Burden(
        seconds_per_session=[_seconds(doses, exercises, timing) for doses in weekly],
        minutes_per_week=[round(one / 60) for one in seconds],
        exercises=len({item.exercise for item in programme.items}),
        position_changes=position_changes(exercises[item.exercise].posture for item in programme.items),
        equipment=[list(need) for need in sorted(needs)],
    )


def _week_seconds(
    doses: list[tuple[Item, Dose]], exercises: Mapping[str, Exercise], timing: TimingRules, together: Frequency
) -> int:
    """Seconds of a whole week; a range counts at its most. Items with a frequency of their own count by that."""
    shared = [(item, dose) for item, dose in doses if item.frequency is None]
    own = sum(item_seconds(dose, timing) * _times_a_week(item.frequency) for item, dose in doses if item.frequency)
    return _seconds(shared, exercises, timing) * _times_a_week(together) + own


def _times_a_week(frequency: Frequency) -> int:
    hours = frequency.every_hours
    times_a_day = WAKING_HOURS // hours if hours else most_of(frequency.times_per_day)
    return most_of(frequency.days_per_week) * times_a_day


@dataclass(frozen=True)
class Balance:
    """Working seconds of a session, averaged over the weeks, by category and by muscle group; shares in percent."""

    working_seconds: int
    by_category: dict[str, int]
    by_muscle: dict[str, int]
    share_by_category: dict[str, int]
    share_by_muscle: dict[str, int]


def balance(
    programme: Programme, exercises: Mapping[str, Exercise], timing: TimingRules, schedule: Schedule | None = None
) -> Balance:
    """Where the working time of a session goes, greatest first. An exercise's is divided evenly over its effects.

    Rounded so that seconds add up to `working_seconds` and shares to 100. Exercises without effects don't count.
    """
    work, unit = _work_by_effect(programme, exercises, timing, schedule or Schedule(programme))
    categories = _summed((CATEGORY_OF[Effect(effect)].value, amount) for (effect, _), amount in work.items())
    muscles = _summed((muscle, amount) for (_, muscle), amount in work.items())
    seconds = round(Fraction(sum(work.values()), unit))
    return Balance(
        working_seconds=seconds,
        by_category=_apportioned(categories, seconds),
        by_muscle=_apportioned(muscles, seconds),
        share_by_category=_apportioned(categories, 100),
        share_by_muscle=_apportioned(muscles, 100),
    )


def largest_share(
    programme: Programme, exercises: Mapping[str, Exercise], timing: TimingRules, schedule: Schedule | None = None
) -> tuple[str, Fraction] | None:
    """The category that takes most of the working time, and its exact share in percent; None without work."""
    work, _ = _work_by_effect(programme, exercises, timing, schedule or Schedule(programme))
    total = sum(work.values())
    if total <= 0:
        return None
    categories = _summed((CATEGORY_OF[Effect(effect)].value, amount) for (effect, _), amount in work.items())
    largest = min(categories, key=lambda category: (-categories[category], category))
    return largest, Fraction(100 * categories[largest], total)


def _work_by_effect(
    programme: Programme, exercises: Mapping[str, Exercise], timing: TimingRules, schedule: Schedule
) -> tuple[dict[tuple[str, str], int], int]:
    """Working time of a session, averaged over the weeks, for each effect on a muscle group; and how many of these amounts
    make a second: whole numbers, so that nothing is lost by rounding."""
    parts = lcm(*(len(exercises[item.exercise].effects) or 1 for item in programme.items))
    work: dict[tuple[str, str], int] = {}
    for index, item in enumerate(programme.items):
        effects = exercises[item.exercise].effects
        doses = schedule.doses(index).values() if effects else ()
        seconds = sum(working_seconds(dose, timing) for dose in doses)
        for effect in effects:
            work[effect] = work.get(effect, 0) + seconds * parts // len(effects)
    return work, parts * programme.weeks


def _summed(amounts: Iterable[tuple[str, int]]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for code, amount in amounts:
        sums[code] = sums.get(code, 0) + amount
    return sums


def _apportioned(amounts: Mapping[str, int], whole: int) -> dict[str, int]:
    """Whole numbers in the proportions of the amounts that add up to `whole` (largest remainder), greatest first."""
    total = sum(amounts.values())
    shares = {code: amount * whole // total if total else 0 for code, amount in amounts.items()}
    rests = {code: amount * whole % total if total else 0 for code, amount in amounts.items()}
    short = whole - sum(shares.values()) if total else 0
    for code in sorted(rests, key=lambda code: (-rests[code], code))[:short]:
        shares[code] += 1
    return {code: shares[code] for code in sorted(amounts, key=lambda code: (-amounts[code], code))}
