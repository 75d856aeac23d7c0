"""A document in one language: what the PDF and the patient's page show. Pure: a document in, plain values out."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from plans.words import language_for

Json = dict[str, Any]


def in_language(words: Mapping[str, Any], language: str) -> Any:
    """The words in a language, else in English, else in any that there is; None where there are none."""
    return words.get(language) or words.get("en") or next(iter(words.values()), None)


def handout_of(document: Json, language: str) -> Json:
    """Everything that the programme shows in a language, from the document alone."""
    language = language_for(language)
    language = language if language in document["languages"] else document["language"]
    part = document["patient_part"]
    minutes = [-(-week["session_seconds"] // 60) for week in part["weeks"]]
    phase = in_language(part["phase"]["words"], language) or {"name": part["phase"]["code"], "plain": ""}
    return {
        **{name: part[name] for name in ("practice", "clinician", "patient", "title", "goal", "note")},
        **{name: _date(part[name]) for name in ("issued_on", "starts_on", "review_on")},
        "language": language,
        "number": document["number"],
        "phase": phase,
        "advice": in_language(part["advice"], language),
        "frequency": part["frequency"][language],
        "frequency_rises": len({(str(week["days_per_week"]), str(week["times_per_day"])) for week in part["weeks"]})
        > 1,
        "has_stretches": any("stretching" in item["categories"] for item in part["items"]),
        "session_minutes": {"min": min(minutes), "max": max(minutes)},
        "weeks": _spans(part["weeks"]),
        "items": [_item(item, language, len(part["weeks"])) for item in part["items"]],
        "criteria": {
            kind: [one[language] for one in part["criteria"][kind]] for kind in ("step_up", "ease_off", "stop")
        },
        "articles": [text for article in part["articles"] if (text := in_language(article["texts"], language))],
        "diary": _diary(part["weeks"]),
    }


def _date(value: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(value) if value else None


def _spans(weeks: list[Json]) -> list[Json]:
    """Weeks that ask the same together: `first`, `last`, days, times and minutes."""
    spans: list[Json] = []
    for week in weeks:
        row = {
            "days": week["days_per_week"],
            "times": week["times_per_day"],
            "every_hours": week["every_hours"],
            "minutes": -(-week["session_seconds"] // 60),
        }
        if spans and {name: spans[-1][name] for name in row} == row:
            spans[-1]["last"] = week["week"]
        else:
            spans.append({"first": week["week"], "last": week["week"], **row})
    return spans


def _diary(weeks: list[Json]) -> Json:
    """A row a week, and as many sessions to tick as any week asks at most; more than 7 a week are ticked by the day."""
    sessions = [(week["days_per_week"]["max"] or 1) * (week["times_per_day"]["max"] or 1) for week in weeks]
    columns = max(sessions, default=1)
    if columns > 7:
        sessions = [week["days_per_week"]["max"] or 1 for week in weeks]
        columns = max(sessions)
    rows = [
        {"week": week["week"], "boxes": [number < asked for number in range(columns)]}
        for week, asked in zip(weeks, sessions, strict=True)
    ]
    return {"columns": range(1, columns + 1), "rows": rows}


def _scenes(item: Json, text: Json, language: str) -> list[Json]:
    """The start position and the steps, in scenes of one picture each.

    A picture is shown once, beside the first step that shows it; a step that shows one again stays in the scene before.
    """
    pictures = {moment: in_language(found, language) for moment, found in item.get("pictures", {}).items()}
    scenes = [_scene(item, text, "start", pictures)] if "start" in item["moments"] else []
    for step, moment in zip(text["steps"], item["step_moments"], strict=True):
        if not scenes or moment in pictures:
            before = sum(len(scene["steps"]) for scene in scenes)
            scenes.append({**_scene(item, text, moment, pictures), "steps_before": before})
        scenes[-1]["steps"].append(step)
    return scenes


def _scene(item: Json, text: Json, moment: str, pictures: dict[str, str]) -> Json:
    alternative = alternative_of(text, item["step_moments"], moment)
    return {
        "moment": moment,
        "picture": pictures.pop(moment, None),
        "alternative": alternative,
        "steps_before": 0,
        "steps": [],
    }


def alternative_of(text: Mapping[str, Any], step_moments: list[str], moment: str) -> str:
    """What a picture shows, in the exercise's own words: its name, and the start position or the first step that shows it."""
    steps = dict(reversed(list(zip(step_moments, text["steps"], strict=False))))
    shown = text["start_position"] if moment == "start" else steps.get(moment, "")
    return f"{text['name']}. {shown}".strip()


def _item(item: Json, language: str, weeks: int) -> Json:
    text = in_language(item["texts"], language)
    first, *later = item["doses"]
    return {
        **{name: item[name] for name in ("number", "exercise", "from_week", "to_week", "stop_at_pain", "note")},
        "scenes": _scenes(item, text, language),
        "text": text,
        "is_throughout": (item["from_week"], item["to_week"]) == (1, weeks),
        "dose": first["sentences"][language],
        "first_span": first,
        "later": [
            {
                "first": span["from_week"],
                "last": span["to_week"],
                "changes": span["changes"][language] or span["sentences"][language],
            }
            for span in later
        ],
        "equipment": [in_language(need["names"], language) for need in item["equipment"]],
        "frequency": item["frequency"]["sentences"][language] if item["frequency"] else None,
    }
