"""Every kind of dose, frequency, change and criterion that a patient can read, each with a name.

`python -m tests.plans.saying LANGUAGE` prints what is said now: what `tests/plans/said/LANGUAGE.yaml` must hold once
somebody who speaks the language has read it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import product

import yaml

from catalogue.protocols import Criterion, Range
from plans.values import Dose, Frequency
from plans.words import (
    say,
    say_criterion,
    say_dose,
    say_frequency,
    say_only,
    say_rising,
    say_time,
    say_weekly,
    say_weeks,
)

SIDES = ("both_together", "each_side", "alternating", "left", "right")
AMOUNTS = ((None, None), (1, 1), (1, 5), (2, 1), (3, 10))
LASTING = (None, 30)
HOLDS = (None, 5)
RESTS = (None, 30)

CHANGES = {
    "times": (Dose(repetitions=5), Dose(repetitions=6)),
    "fewer times": (Dose(repetitions=2), Dose(repetitions=1)),
    "rounds of one": (Dose(sets=1, repetitions=1), Dose(sets=2, repetitions=1)),
    "rounds": (Dose(sets=2, repetitions=8), Dose(sets=3, repetitions=8)),
    "fewer rounds": (Dose(sets=2, repetitions=8), Dose(sets=1, repetitions=8)),
    "hold": (Dose(repetitions=5, hold_seconds=5), Dose(repetitions=5, hold_seconds=8)),
    "hold, a minute": (Dose(hold_seconds=45), Dose(hold_seconds=60)),
    "time": (Dose(duration_seconds=60), Dose(duration_seconds=90)),
    "rest": (Dose(sets=3, repetitions=8, rest_seconds=30), Dose(sets=3, repetitions=8, rest_seconds=60)),
    "a rest that isn't said": (Dose(repetitions=5, rest_seconds=3), Dose(repetitions=5, rest_seconds=5)),
    "load": (Dose(repetitions=8, load="2 kg"), Dose(repetitions=8, load="3 kg")),
    "effort": (Dose(repetitions=8, intensity=3), Dose(repetitions=8, intensity=5)),
    "everything": (
        Dose(sets=1, repetitions=5, hold_seconds=5, side="left"),
        Dose(sets=3, repetitions=8, hold_seconds=10, rest_seconds=60, load="1 kg", intensity=4, side="left"),
    ),
    "nothing": (Dose(sets=1, repetitions=5), Dose(repetitions=5)),
}

RISES = {
    "times": [Dose(repetitions=number) for number in (5, 6, 7, 8)],
    "times, each side": [Dose(repetitions=number, side="each_side") for number in (4, 6, 8)],
    "times in rounds": [Dose(sets=3, repetitions=number) for number in (8, 10, 12)],
    "hold": [Dose(repetitions=5, hold_seconds=number) for number in (5, 6, 7)],
    "time": [Dose(duration_seconds=number) for number in (30, 45, 60)],
    "not by the same step": [Dose(repetitions=number) for number in (5, 6, 8)],
    "downwards": [Dose(repetitions=number) for number in (8, 7, 6)],
    "of two things": [Dose(repetitions=number, hold_seconds=number) for number in (5, 6, 7)],
    "once only": [Dose(repetitions=number) for number in (5, 5, 6, 6)],
    "not at all": [Dose(repetitions=5)] * 3,
}


def said(language: str) -> dict[str, dict[str, str]]:
    """By kind and name, everything as it is said now."""
    return {
        "times": {
            f"{seconds} s": say_time(language, seconds) for seconds in (1, 2, 59, 60, 61, 90, 119, 120, 121, 150)
        },
        "doses": {name: say_dose(language, dose) for name, dose in doses()},
        "frequencies": dict(_frequencies(language)),
        "changes": {name: say_rising(language, now, before) for name, (before, now) in CHANGES.items()},
        "rises": {name: say_weekly(language, list(enumerate(weekly, 2))) for name, weekly in RISES.items()},
        "criteria": {name: say_criterion(language, kind, criterion) for name, kind, criterion in criteria()},
        "weeks": {
            "one": say_weeks(language, 3, 3),
            "more": say_weeks(language, 3, 5),
            "only one": say_only(language, 3, 3),
            "only more": say_only(language, 3, 5),
        },
    }


def doses() -> Iterator[tuple[str, Dose]]:
    for (sets, repetitions), lasting, hold, rest, side in product(AMOUNTS, LASTING, HOLDS, RESTS, SIDES):
        named = {"sets": sets, "times": repetitions, "lasting": lasting, "hold": hold, "rest": rest}
        name = ", ".join([side] + [f"{what} {value}" for what, value in named.items() if value is not None])
        yield name, Dose(sets, repetitions, hold, lasting, rest, side)
    yield "a minute and a half", Dose(sets=3, duration_seconds=150, rest_seconds=90)
    yield "load and effort", Dose(sets=3, repetitions=8, load="2 kg", intensity=4)


def _frequencies(language: str) -> Iterator[tuple[str, str]]:
    for days, times, hours in product(((1, 1), (3, 3), (3, 5), (7, 7)), ((1, 1), (2, 2), (2, 4)), (None, 1, 2)):
        if hours and times != (1, 1):
            continue
        frequency = Frequency(Range(min=days[0], max=days[1]), Range(min=times[0], max=times[1]), hours)
        often = say_frequency(language, frequency)
        name = f"{days[0]}-{days[1]} days, " + (f"every {hours} hours" if hours else f"{times[0]}-{times[1]} times")
        yield name, say(language, "page.do_programme", frequency=often)
        yield f"{name}, at first", say(language, "page.start_with", frequency=often)
        yield f"{name}, one exercise", say(language, "page.own_frequency", frequency=often)


def criteria() -> Iterator[tuple[str, str, Criterion]]:
    measures = ("pain_during", "pain_next_day", "effort", "completed_sessions")
    for kind, measure, comparison, sessions in product(
        ("step_up", "ease_off", "stop"), measures, ("at_most", "at_least"), (1, 3)
    ):
        if measure == "completed_sessions" and sessions != 1:
            continue
        criterion = Criterion(measure=measure, comparison=comparison, value=4, sessions=sessions)
        yield f"{kind}: {measure} {comparison} 4, {sessions} sessions", kind, criterion


if __name__ == "__main__":
    yaml.safe_dump(said(sys.argv[1]), sys.stdout, allow_unicode=True, sort_keys=False, width=1000)
