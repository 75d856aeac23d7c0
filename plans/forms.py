"""A programme as JSON-safe values and back: the form that the API speaks and that JSON Pointers of findings point into."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from catalogue.protocols import Criteria, Range
from plans.values import Dose, Frequency, Goal, Item, Programme, WeekDose, WeekFrequency


def range_data(value: Range) -> dict[str, int | None]:
    return {"min": value.min, "max": value.max}


def frequency_data(frequency: Frequency) -> dict[str, Any]:
    return {
        "days_per_week": range_data(frequency.days_per_week),
        "times_per_day": range_data(frequency.times_per_day),
        "every_hours": frequency.every_hours,
    }


def _filled(value: WeekDose) -> dict[str, Any]:
    return {name: content for name, content in asdict(value).items() if content is not None}


def _week_frequency_data(week: WeekFrequency) -> dict[str, Any]:
    data: dict[str, Any] = {"week": week.week}
    if week.days_per_week:
        data["days_per_week"] = range_data(week.days_per_week)
    if week.times_per_day:
        data["times_per_day"] = range_data(week.times_per_day)
    return data


def item_data(item: Item) -> dict[str, Any]:
    return {
        "exercise": item.exercise,
        "from_week": item.from_week,
        "to_week": item.to_week,
        "dose": asdict(item.dose),
        "goal": asdict(item.goal),
        "weeks": [_filled(week) for week in item.weeks],
        "frequency": frequency_data(item.frequency) if item.frequency else None,
        "note": item.note,
    }


def programme_frequency_data(programme: Programme) -> dict[str, Any]:
    return {
        **frequency_data(programme.frequency),
        "goal": frequency_data(programme.frequency_goal) if programme.frequency_goal else None,
        "weeks": [_week_frequency_data(week) for week in programme.frequency_weeks],
    }


def _date(day: datetime.date | None) -> str | None:
    return day.isoformat() if day else None


def programme_data(programme: Programme) -> dict[str, Any]:
    """Everything that a clinician composed, as JSON-safe values."""
    return {
        "protocol": programme.protocol,
        "phase": programme.phase,
        "language": programme.language,
        "weeks": programme.weeks,
        "title": programme.title,
        "goal": programme.goal,
        "note": programme.note,
        "starts_on": _date(programme.starts_on),
        "review_on": _date(programme.review_on),
        "frequency": programme_frequency_data(programme),
        "items": [item_data(item) for item in programme.items],
        "criteria": programme.criteria.model_dump(mode="json"),
        "articles": list(programme.articles),
    }


def _only(kind: type[Any], data: Mapping[str, Any] | None) -> Any:
    """A dataclass from the fields of it that the data have."""
    names = {field.name for field in fields(kind)}
    return kind(**{name: value for name, value in (data or {}).items() if name in names})


def _range(data: Mapping[str, Any] | int) -> Range:
    return Range(min=data, max=data) if isinstance(data, int) else Range(min=data["min"], max=data["max"])


def frequency_from(data: Mapping[str, Any]) -> Frequency:
    return Frequency(_range(data["days_per_week"]), _range(data.get("times_per_day") or 1), data.get("every_hours"))


def _week_frequency_from(data: Mapping[str, Any]) -> WeekFrequency:
    days, times = data.get("days_per_week"), data.get("times_per_day")
    return WeekFrequency(data["week"], _range(days) if days else None, _range(times) if times else None)


def item_from(data: Mapping[str, Any]) -> Item:
    return Item(
        exercise=data["exercise"],
        dose=_only(Dose, data["dose"]),
        goal=_only(Goal, data.get("goal")),
        weeks=tuple(_only(WeekDose, week) for week in data.get("weeks") or ()),
        from_week=data.get("from_week") or 1,
        to_week=data.get("to_week"),
        frequency=frequency_from(data["frequency"]) if data.get("frequency") else None,
        note=data.get("note") or "",
    )


def _date_from(value: str | datetime.date | None) -> datetime.date | None:
    return datetime.date.fromisoformat(value) if isinstance(value, str) else value


def programme_from(data: Mapping[str, Any]) -> Programme:
    """A programme from validated values in the form of `programme_data`. Raises KeyError on a missing required field."""
    frequency = data["frequency"]
    return Programme(
        protocol=data["protocol"],
        phase=data["phase"],
        language=data["language"],
        weeks=data["weeks"],
        frequency=frequency_from(frequency),
        frequency_goal=frequency_from(frequency["goal"]) if frequency.get("goal") else None,
        frequency_weeks=tuple(_week_frequency_from(week) for week in frequency.get("weeks") or ()),
        items=tuple(item_from(item) for item in data.get("items") or ()),
        criteria=Criteria.model_validate(data.get("criteria") or {}),
        title=data.get("title") or "",
        goal=data.get("goal") or "",
        note=data.get("note") or "",
        starts_on=_date_from(data.get("starts_on")),
        review_on=_date_from(data.get("review_on")),
        articles=tuple(data.get("articles") or ()),
    )
