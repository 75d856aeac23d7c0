"""What a patient reads beside the catalogue's texts: doses, frequencies and criteria as sentences, and the page's own words.

Pure. One file a language, each with the same keys (`WORDS`); the sentences are put together here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from catalogue.protocols import Criterion, Range
from plans.values import Dose, Frequency
from plans.words.languages import WORDS

LANGUAGES = tuple(WORDS)
"""Languages that a programme can be printed in."""


def language_for(asked: str) -> str:
    """The asked language, or English where there are no words in it."""
    return asked if asked in WORDS else "en"


def say(language: str, key: str, **values: object) -> str:
    """A phrase of the page in a language. Raises KeyError for an unknown language or key."""
    return WORDS[language][key].format_map(values)


def say_time(language: str, seconds: int) -> str:
    """`90` as "90 seconds", `120` as "2 minutes", `150` as "2 minutes 30 seconds"."""
    minutes, rest = divmod(seconds, 60)
    if seconds < 120 and rest:
        return _counted(language, "second", seconds)
    said = [_counted(language, "minute", minutes)] if minutes else []
    if rest or not minutes:
        said.append(_counted(language, "second", rest))
    return " ".join(said)


def _counted(language: str, unit: str, number: int) -> str:
    return say(language, f"time.{unit}" if number == 1 else f"time.{unit}s", number=number)


def say_dose(language: str, dose: Dose) -> str:
    """A dose as one to four short sentences with digits."""
    parts = [_say_amount(language, dose)]
    sets, repetitions = dose.sets or 1, dose.repetitions or 1
    if dose.hold_seconds and dose.duration_seconds is None:
        once = sets * repetitions == 1 and dose.side in {"both_together", "left", "right"}
        parts.append(say(language, "hold.once" if once else "hold", time=say_time(language, dose.hold_seconds)))
    if dose.rest_seconds:
        parts += _say_rest(language, dose)
    if dose.load:
        parts.append(say(language, "load", load=dose.load))
    if dose.intensity is not None:
        parts.append(say(language, "effort", intensity=dose.intensity))
    return " ".join(parts)


def _say_amount(language: str, dose: Dose) -> str:
    sets, repetitions = dose.sets or 1, dose.repetitions or 1
    kind = "last" if dose.duration_seconds is not None else "do"
    time = say_time(language, dose.duration_seconds) if dose.duration_seconds is not None else ""
    side = say(language, f"side.{dose.side}")
    if sets > 1 and repetitions > 1:
        return say(language, f"{kind}.rounds", sets=sets, repetitions=repetitions, time=time, side=side)
    if sets * repetitions > 1:
        return say(language, f"{kind}.times", repetitions=sets * repetitions, time=time, side=side)
    return say(language, f"{kind}.once", time=time, side=side)


def _say_rest(language: str, dose: Dose) -> list[str]:
    time = say_time(language, dose.rest_seconds or 0)
    if (dose.sets or 1) > 1:
        return [say(language, "rest.rounds", time=time)]
    return [say(language, "rest.sides", time=time)] if dose.side == "each_side" else []


def say_rising(language: str, dose: Dose, before: Dose) -> str:
    """What a dose asks otherwise than the one before: "6 times", "40 seconds". Empty when nothing that is said changed."""

    def time(key: str, seconds: int) -> str:
        return say(language, key, time=say_time(language, seconds))

    said: dict[str, Callable[[Any], str]] = {
        "sets": lambda number: say(language, "short.set" if number == 1 else "short.sets", sets=number),
        "repetitions": lambda number: say(language, "short.once" if number == 1 else "short.times", repetitions=number),
        "hold_seconds": lambda number: time("short.hold", number),
        "duration_seconds": lambda number: say_time(language, number),
        "rest_seconds": lambda number: time("short.rest", number),
        "load": lambda load: say(language, "short.load", load=load),
        "intensity": lambda number: say(language, "short.effort", intensity=number),
    }
    now = {name: getattr(dose, name) for name in said}
    return ", ".join(said[name](value) for name, value in now.items() if value and value != getattr(before, name))


def say_range(language: str, value: Range) -> str:
    """`3`, or "3 to 5"."""
    if value.min == value.max or value.max is None or value.min is None:
        return str(value.min if value.max is None else value.max)
    return say(language, "range", low=value.min, high=value.max)


def say_weeks(language: str, first: int, last: int) -> str:
    """`Week 3`, or "Week 3 to 5"."""
    if first == last:
        return say(language, "page.one_week", week=first)
    return say(language, "page.weeks", first=first, last=last)


def say_frequency(language: str, frequency: Frequency) -> str:
    """How often, as a part of a sentence: "3 days a week, 2 times a day"."""
    one_day = frequency.days_per_week.max == 1
    days = say(language, "days.one" if one_day else "days", days=say_range(language, frequency.days_per_week))
    if frequency.every_hours is not None:
        hourly = "hours.one" if frequency.every_hours == 1 else "hours"
        return f"{days}, {say(language, hourly, hours=frequency.every_hours)}"
    once = frequency.times_per_day.max == 1
    times = say(language, "times.once" if once else "times", times=say_range(language, frequency.times_per_day))
    return f"{days}, {times}"


def say_criterion(language: str, kind: str, criterion: Criterion) -> str:
    """When to step up, ease off or stop (`kind`): the clinician's own words, else made from the data."""
    if criterion.text:
        return criterion.text
    condition = say(language, f"{criterion.measure}.{criterion.comparison}", value=criterion.value)
    again = say(language, "sessions", sessions=criterion.sessions) if criterion.sessions > 1 else ""
    return say(language, kind, condition=condition, sessions=again)
