"""A document in one language: what the PDF and the patient's page show. Pure: a document in, plain values out."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from typing import Any

from catalogue.figures.signs import SIGNS
from plans.words import language_for

Json = dict[str, Any]

ON_THE_FLOOR = frozenset({"supine", "prone", "side_lying", "kneeling"})
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
LONG = 1500
"""Characters of steps and note that may not fit on one page: such an exercise may break."""


def direction_of(language: str) -> str:
    """Of its writing, as HTML calls it."""
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"


def in_language(words: Mapping[str, Any], language: str) -> Any:
    """The words in a language, else in English, else in any that there is; None where there are none."""
    return words.get(language) or words.get("en") or next(iter(words.values()), None)


def handout_of(document: Json, language: str) -> Json:
    """Everything that the programme shows in a language, from the document alone."""
    language = language_for(language)
    language = language if language in document["languages"] else document["language"]
    part = document["patient_part"]
    minutes = [_minutes(week) for week in part["weeks"]]
    phase = in_language(part["phase"]["words"], language) or {"name": part["phase"]["code"], "plain": ""}
    return {
        **{name: part[name] for name in ("practice", "clinician", "patient", "title", "goal", "note")},
        **{name: _date(part[name]) for name in ("issued_on", "starts_on", "review_on")},
        "language": language,
        "direction": direction_of(language),
        "number": document["number"],
        "phase": phase,
        "advice": in_language(part["advice"], language),
        "frequency": part["frequency"][language],
        "frequency_rises": len({(str(week["days_per_week"]), str(week["times_per_day"])) for week in part["weeks"]})
        > 1,
        "put_ready": _put_ready(part["items"], language),
        "is_on_floor": any(item.get("posture") in ON_THE_FLOOR for item in part["items"]),
        "some_stop_at_pain": any(item["stop_at_pain"] for item in part["items"]),
        "has_criteria": any(part["criteria"].values()),
        "has_stretches": any("stretching" in item["categories"] for item in part["items"]),
        "session_minutes": {"min": min(minutes), "max": max(minutes)},
        "weeks": _spans(part["weeks"]),
        "items": _items(document, language),
        "criteria": {
            kind: [one[language] for one in part["criteria"][kind]] for kind in ("step_up", "ease_off", "stop")
        },
        "changes": part.get("changes", {}).get(language, []),
        "articles": [text for article in part["articles"] if (text := in_language(article["texts"], language))],
        "diary": _diary(part["weeks"]),
        "has_pictures": any(item.get("pictures") for item in part["items"]),
        "signs": SIGNS,
    }


def _put_ready(items: list[Json], language: str) -> list[list[str]]:
    """What the exercises need, each thing once, with what can serve for it."""
    needed = {
        tuple(need["any_of"]): in_language(need["names"], language) for item in items for need in item["equipment"]
    }
    return list(needed.values())


def _date(value: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(value) if value else None


def _spans(weeks: list[Json]) -> list[Json]:
    """Weeks with the same days and times together: `first`, `last`, days, times, and from how many to how many minutes."""
    spans: list[Json] = []
    for week in weeks:
        row = {"days": week["days_per_week"], "times": week["times_per_day"], "every_hours": week["every_hours"]}
        minutes = _minutes(week)
        if spans and {name: spans[-1][name] for name in row} == row:
            last = spans[-1]
            last |= {"last": week["week"], "minutes": _widened(last["minutes"], minutes)}
        else:
            spans.append({"first": week["week"], "last": week["week"], **row, "minutes": _widened({}, minutes)})
    return spans


def _minutes(week: Json) -> int:
    """Of a session, begun ones counted."""
    return -(-int(week["session_seconds"]) // 60)


def _widened(span: Mapping[str, int], number: int) -> dict[str, int]:
    return {"min": min(number, span.get("min", number)), "max": max(number, span.get("max", number))}


TALL = 0.85
SIZE = re.compile(r'width="(?P<width>\d+)" height="(?P<height>\d+)"')
MOST_IN_A_ROW = 7
"""Sessions of a week that fit beside one another in the diary."""


def _diary(weeks: list[Json]) -> list[Json]:
    """A row a week with as many sessions to tick as it asks at most; where they are too many, the days."""
    days = [week["days_per_week"]["max"] or 1 for week in weeks]
    sessions = [day * (week["times_per_day"]["max"] or 1) for day, week in zip(days, weeks, strict=True)]
    boxes = days if max(sessions, default=0) > MOST_IN_A_ROW else sessions
    return [{"week": week["week"], "boxes": count} for week, count in zip(weeks, boxes, strict=True)]


def _scenes(item: Json, text: Json, language: str) -> list[Json]:
    """The start position and the steps, in scenes of one picture each.

    A picture is shown once, beside the first step that shows it; a step that shows one again stays in the scene before.
    """
    pictures = {moment: in_language(found, language) for moment, found in item.get("pictures", {}).items()}
    scenes = [{**_scene(item, text, "start", pictures), "is_start": True}]
    for step, moment in zip(text["steps"], item["step_moments"], strict=True):
        if moment in pictures:
            before = sum(len(scene["steps"]) for scene in scenes)
            scenes.append({**_scene(item, text, moment, pictures), "steps_before": before})
        scenes[-1]["steps"].append(step)
    return [{**scene, "numbers": _numbers(scene)} for scene in scenes]


def _numbers(scene: Json) -> str:
    """`3`, or `3-5`: the steps that a picture shows."""
    first, last = scene["steps_before"] + 1, scene["steps_before"] + len(scene["steps"])
    return str(first) if first >= last else f"{first}-{last}"


MOST_BESIDE_STEPS = 3


def _strip(scenes: list[Json], pictures: Json) -> Json | None:
    """The scenes in rows above the steps, where they are high or many. None: each stands beside its steps."""
    shown = [pictures.get(scene["picture"]) for scene in scenes]
    tall = [_is_tall(picture) for picture in shown]
    if all(shown) and (all(tall) or len(scenes) > MOST_BESIDE_STEPS):
        named = [{**scene, "is_tall": is_tall} for scene, is_tall in zip(scenes, tall, strict=True)]
        return {"scenes": named, "is_tall": all(tall)}
    return None


def _is_tall(picture: Any) -> bool:
    """Whether a picture is about as high as wide."""
    size = SIZE.search(picture["content"][:300]) if picture and picture["encoding"] == "utf-8" else None
    return size is not None and int(size["height"]) > TALL * int(size["width"])


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


def _items(document: Json, language: str) -> list[Json]:
    """The exercises; the first of each group with the group's name."""
    part, before = document["patient_part"], None
    names, weeks = part.get("groups", {}), len(part["weeks"])
    shown = []
    for item in part["items"]:
        starts = item["group"] != before
        name = in_language(names.get(item["group"], {}), language) if starts else None
        shown.append({**_item(item, language, weeks, document.get("pictures", {})), "group_name": name})
        before = item["group"]
    return shown


def _item(item: Json, language: str, weeks: int, pictures: Json) -> Json:
    text = in_language(item["texts"], language)
    first, *later = item["doses"]
    scenes = _scenes(item, text, language)
    return {
        **{name: item[name] for name in ("number", "exercise", "from_week", "to_week", "stop_at_pain", "note")},
        "scenes": scenes,
        "strip": _strip(scenes, pictures),
        "has_pictures": any(scene["picture"] for scene in scenes),
        "is_long": len(item["note"]) + sum(map(len, text["steps"])) > LONG,
        "text": text,
        "is_throughout": (item["from_week"], item["to_week"]) == (1, weeks),
        "dose": first["sentences"][language],
        "first_span": first,
        "weekly": item.get("weekly", {}).get(language, ""),
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
