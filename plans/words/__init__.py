"""What a patient reads beside the catalogue's texts: doses, frequencies and criteria as sentences, and the page's own words.

Pure. One file a language, each with the same keys (`WORDS`); the sentences are put together here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
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


def find(language: str, key: str) -> str:
    """A phrase without blanks, or nothing where there is none."""
    return WORDS[language].get(key, "")


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
    """A dose as short sentences with digits, one thing in each."""
    parts = _say_amount(language, dose)
    if dose.hold_seconds:
        once = (
            _amount(dose) == (1, 1)
            and dose.duration_seconds is None
            and dose.side in {"both_together", "left", "right"}
        )
        parts.append(say(language, "hold.once" if once else "hold", time=say_time(language, dose.hold_seconds)))
    if dose.rest_seconds and (between := _rest_of(dose)):
        parts.append(say(language, f"rest.{between}", time=say_time(language, dose.rest_seconds)))
    if dose.load:
        parts.append(say(language, "load", load=dose.load))
    if dose.intensity is not None:
        parts.append(say(language, "effort", intensity=dose.intensity))
    return " ".join(parts)


def _say_amount(language: str, dose: Dose) -> list[str]:
    rounds, times = _amount(dose)
    side = say(language, f"side.{dose.side}")
    time = say_time(language, dose.duration_seconds) if dose.duration_seconds is not None else ""
    if (rounds, times) == (1, 1):
        return [say(language, "last.once" if time else "do.once", time=time, side=side)]
    said = [say(language, "do.rounds" if rounds > 1 else "do.times", sets=rounds, repetitions=times, side=side)]
    if dose.side == "alternating":
        said.append(say(language, "alternate"))
    if time:
        said.append(say(language, "last.each", time=time))
    return said


def _amount(dose: Dose) -> tuple[int, int]:
    """Rounds, and times in each. Rounds of one time are no rounds but times."""
    sets, repetitions = dose.sets or 1, dose.repetitions or 1
    return (sets, repetitions) if sets > 1 and repetitions > 1 else (1, sets * repetitions)


def _rest_of(dose: Dose) -> str | None:
    """When there is rest: `rounds`, `times` or `sides` are what it is between."""
    rounds, _ = _amount(dose)
    if not dose.rest_seconds:
        return None
    if rounds > 1:
        return "rounds_sides" if dose.side == "each_side" else "rounds"
    if (dose.sets or 1) > 1:
        return "times"
    return "sides" if dose.side == "each_side" else None


def say_rising(language: str, dose: Dose, before: Dose) -> str:
    """What a dose asks otherwise than the one before: "6 times", "40 seconds". Empty when nothing that is said changed."""
    now, then = _said_of(dose), _said_of(before)
    changed = {name: value for name, value in now.items() if value and value != then[name]}
    said = [_say_short_amount(language, dose)] if "amount" in changed else []
    return ", ".join(said + [_say_short(language, name, value) for name, value in changed.items() if name != "amount"])


WEEKLY = {"repetitions": "times", "hold_seconds": "hold", "duration_seconds": "last"}


def say_weekly(language: str, weekly: Sequence[tuple[int, Dose]]) -> str:
    """The doses of weeks that follow one another, where nothing but one number changes, and more than once:
    "Weeks 1 to 6: 5, 6, 7, 8, 9, 10 times." Empty where more changes, or less."""
    (first_week, first), (last_week, _) = weekly[0], weekly[-1]
    for measure, key in WEEKLY.items():
        numbers = [getattr(dose, measure) for _, dose in weekly]
        if len(set(numbers)) < 3 or None in numbers:
            continue
        if any(replace(dose, **{measure: getattr(first, measure)}) != first for _, dose in weekly):
            return ""
        key = "rounds" if key == "times" and (first.sets or 1) > 1 else key
        listed, weeks = ", ".join(map(str, numbers)), say_weeks(language, first_week, last_week)
        return say(language, f"weekly.{key}", weeks=weeks, numbers=listed, side=say(language, f"side.{first.side}"))
    return ""


def _said_of(dose: Dose) -> dict[str, Any]:
    """What a dose's sentences tell, by the name of its short phrase."""
    return {
        "amount": _amount(dose),
        "hold": dose.hold_seconds,
        "last": dose.duration_seconds,
        "rest": dose.rest_seconds if _rest_of(dose) else None,
        "load": dose.load,
        "effort": dose.intensity,
    }


def _say_short_amount(language: str, dose: Dose) -> str:
    """With its side: "6 times" after "5 times on each side" could be 6 in all."""
    rounds, times = _amount(dose)
    side = say(language, f"side.{dose.side}")
    if rounds > 1:
        return say(language, "short.rounds", sets=rounds, repetitions=times, side=side)
    return say(language, "short.time" if times == 1 else "short.times", repetitions=times, side=side)


def _say_short(language: str, name: str, value: Any) -> str:
    said = say_time(language, value) if name in {"hold", "rest", "last"} else value
    return say(language, f"short.{name}", value=said)


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


def say_only(language: str, first: int, last: int) -> str:
    """`Only in week 3.`, or `Only in weeks 3 to 5.`"""
    if first == last:
        return say(language, "page.only_one", week=first)
    return say(language, "page.only", first=first, last=last)


def say_hours(language: str, hours: int) -> str:
    """`every hour during the day`, or `every 2 hours during the day`."""
    return say(language, "hours.one" if hours == 1 else "hours", hours=hours)


def say_frequency(language: str, frequency: Frequency) -> str:
    """How often, as a part of a sentence: "3 days a week, 2 times a day"."""
    number = frequency.days_per_week
    key = "days.one" if number.max == 1 else "days.all" if number.min == number.max == 7 else "days"
    days = say(language, key, days=say_range(language, number))
    if frequency.every_hours is not None:
        return f"{days}, {say_hours(language, frequency.every_hours)}"
    once = frequency.times_per_day.max == 1
    times = say(language, "times.once" if once else "times", times=say_range(language, frequency.times_per_day))
    return f"{days}, {times}"


def say_criterion(language: str, kind: str, criterion: Criterion) -> str:
    """When to step up, ease off or stop (`kind`): the clinician's own words, else made from the data."""
    if criterion.text:
        return criterion.text
    condition = say(language, f"{criterion.measure}.{criterion.comparison}", value=criterion.value)
    is_repeated = criterion.sessions > 1 and criterion.measure != "completed_sessions"  # which counts them itself
    again = say(language, "sessions", sessions=criterion.sessions) if is_repeated else ""
    return say(language, kind, condition=condition, sessions=again)
