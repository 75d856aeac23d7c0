"""What is new, changed and stopped between two issued documents of one patient. Pure: documents in, plain values out.

Exercises are matched by code and side; of several alike, the first with the first. Told twice: as data, field by field,
and in words for the patient, which leave out what the programme doesn't show (an order, a title, a rest that isn't
printed).
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import formats, translation

from catalogue.protocols import Criterion
from plans import words
from plans.forms import frequency_from
from plans.handout import in_language
from plans.values import Dose

Json = dict[str, Any]
Key = tuple[str, str, int]
"""Exercise, side, and how many alike stand before it."""


@dataclass(frozen=True)
class Entry:
    """One exercise of a document: `composed` as the plan has it, `given` as the patient got it."""

    index: int
    weeks: int
    composed: Json
    given: Json

    def fields(self) -> Json:
        return {**self.composed, "version": self.given["version"]}


def diff_of(newer: Json, older: Json | None, language: str) -> Json:
    """What `newer` brings beside `older`; without an older one, everything is new.

    `path` is a JSON Pointer into the newer document's plan (`/items/1/dose/repetitions`), as a finding's `where` is;
    `version` beside the fields of an item is that of its catalogue texts. In `changed`, `exercise` None is the plan
    itself. `number` is an exercise's place in the newer document, of a stopped one in the older.
    """
    told = Told(words.language_for(language), _entries(older) if older else {}, _entries(newer))
    plan_fields = _plan_fields(older, newer) if older else []
    data = {
        "new": [told.entry(key) for key in told.newer if key not in told.older],
        "changed": [*_changed_plan(plan_fields), *told.changed()],
        "stopped": [told.entry(key) for key in told.older if key not in told.newer],
        "moved": told.moved(),
    }
    said = told.sentences(_plan_sentences(told.language, older, newer) if older else [])
    if not any(data.values()):
        said = [words.say(told.language, "diff.nothing")]
    return {
        "revision": newer["id"],
        "number": newer["number"],
        "from": older["id"] if older else None,
        "from_number": older["number"] if older else None,
        "language": told.language,
        **data,
        "words": said,
    }


def _entries(document: Json) -> dict[Key, Entry]:
    """The exercises of a document in order, each with the key that it is matched by."""
    alike: Counter[tuple[str, str]] = Counter()
    found: dict[Key, Entry] = {}
    pairs = zip(document["record"]["plan"]["items"], document["patient_part"]["items"], strict=True)
    for index, (composed, given) in enumerate(pairs):
        kind = (composed["exercise"], composed["dose"]["side"])
        found[(*kind, alike[kind])] = Entry(index, document["record"]["plan"]["weeks"], composed, given)
        alike[kind] += 1
    return found


def _plan_fields(older: Json, newer: Json) -> list[Json]:
    before, after = ({**one["record"]["plan"], "items": None} for one in (older, newer))
    return list(_changes(before, after, ""))


def _changed_plan(fields: list[Json]) -> list[Json]:
    return [{"exercise": None, "side": None, "number": None, "name": None, "fields": fields}] if fields else []


def _changes(before: Any, after: Any, path: str) -> Iterator[Json]:
    """Each field that differs; ranges and lists as a whole. A field that is absent counts as null."""
    if _has_fields(before) and _has_fields(after):
        for name in {**after, **before}:
            yield from _changes(before.get(name), after.get(name), f"{path}/{name}")
    elif before != after:
        yield {"path": path, "from": before, "to": after}


def _has_fields(value: Any) -> bool:
    return isinstance(value, Mapping) and value.keys() != {"min", "max"}


@dataclass(frozen=True)
class Told:
    """Two documents' exercises, told in one language."""

    language: str
    older: Mapping[Key, Entry]
    newer: Mapping[Key, Entry]

    def name(self, key: Key) -> str:
        """The exercise's name, with its side where the exercise is there with more than one."""
        entry = self.newer.get(key) or self.older[key]
        text = in_language(entry.given["texts"], self.language)
        name = text["name"] if text else entry.composed["exercise"]
        exercise, side, _ = key
        sides = {other for code, other, _ in (*self.older, *self.newer) if code == exercise}
        return f"{name}{words.say(self.language, f'side.{side}')}" if len(sides) > 1 else name

    def entry(self, key: Key) -> Json:
        exercise, side, _ = key
        entry = self.newer.get(key) or self.older[key]
        return {"exercise": exercise, "side": side, "number": entry.index + 1, "name": self.name(key)}

    def kept(self) -> list[Key]:
        return [key for key in self.newer if key in self.older]

    def changed(self) -> Iterator[Json]:
        for key in self.kept():
            before, after = self.older[key], self.newer[key]
            fields = list(_changes(before.fields(), after.fields(), f"/items/{after.index}"))
            if fields:
                yield {**self.entry(key), "fields": fields}

    def moved(self) -> list[Json]:
        """The exercises that stand in another order among those that were kept; as few as tell it all."""
        kept = self.kept()
        staying = _in_order([self.older[key].index for key in kept])
        return [
            {**self.entry(key), "from": self.older[key].index + 1, "to": self.newer[key].index + 1}
            for key in kept
            if self.older[key].index not in staying
        ]

    def sentences(self, about_plan: list[str]) -> list[str]:
        """For the patient: new, changed and stopped exercises, and what changed in the whole programme."""
        new = [self._headed("diff.new", key) for key in self.newer if key not in self.older]
        stopped = [self._headed("diff.stopped", key) for key in self.older if key not in self.newer]
        changed = [
            " ".join([self._headed("diff.changed", key), *said])
            for key in self.kept()
            if (said := list(_entry_sentences(self.language, self.older[key], self.newer[key])))
        ]
        return [*new, *changed, *about_plan, *stopped]

    def _headed(self, heading: str, key: Key) -> str:
        return words.say(self.language, heading, what=_sentence(self.name(key)))


def _in_order(places: list[int]) -> set[int]:
    """The longest run of places that still stand in their old order."""
    runs: list[list[int]] = [[]]
    for place in places:
        longest: list[int] = max([run for run in runs if not run or run[-1] < place], key=len)
        runs.append([*longest, place])
    longest = max(runs, key=len)
    return set(longest)


def _sentence(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _entry_sentences(language: str, before: Entry, after: Entry) -> Iterator[str]:
    """What a patient must know of an exercise that was there before: dose, weeks, how often, steps, note."""
    yield from _dose_sentences(language, before, after)
    for key, said in (("diff.when", _when), ("diff.how_often", _how_often)):
        was, now = said(language, before), said(language, after)
        if was != now:
            yield words.say(language, key, before=_sentence(was), now=_sentence(now))
    if _steps(language, before) != _steps(language, after):
        yield words.say(language, "diff.steps")
    yield from _note_sentences(language, before.composed["note"], after.composed["note"])


def _dose_sentences(language: str, before: Entry, after: Entry) -> Iterator[str]:
    (_, was), *later_then = _doses(language, before)
    (_, now), *later = _doses(language, after)
    if was != now:
        yield _before_now(language, was, now)
    elif later_then != later:
        yield words.say(language, "diff.later")


def _doses(language: str, entry: Entry) -> list[tuple[int, str]]:
    """Each dose in words, with the number of weeks after which it starts."""
    first = entry.given["from_week"]
    return _where_it_changes(
        [(span["from_week"] - first, words.say_dose(language, Dose(**span["dose"]))) for span in entry.given["doses"]]
    )


def _where_it_changes(said: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Without those that say what the one before them says."""
    return [pair for number, pair in enumerate(said) if number == 0 or pair[1] != said[number - 1][1]]


def _when(language: str, entry: Entry) -> str:
    first, last = entry.given["from_week"], entry.given["to_week"]
    if (first, last) == (1, entry.weeks):
        return words.say(language, "diff.every_week")
    return words.say_weeks(language, first, last)


def _how_often(language: str, entry: Entry) -> str:
    frequency = entry.composed["frequency"]
    if frequency is None:
        return words.say(language, "diff.as_programme")
    return words.say_frequency(language, frequency_from(frequency))


def _steps(language: str, entry: Entry) -> Json:
    """How the exercise is done, as the patient sees it."""
    text = in_language(entry.given["texts"], language) or {}
    seen = {name: text.get(name) for name in ("start_position", "steps", "cautions")}
    return {**seen, **{name: entry.given[name] for name in ("moments", "step_moments", "stop_at_pain")}}


def _note_sentences(language: str, before: str, after: str) -> Iterator[str]:
    if before != after:
        yield words.say(language, "diff.note" if after else "diff.note_gone")


def _before_now(language: str, before: str, now: str) -> str:
    was = words.say(language, "diff.before", before=_sentence(before))
    return f"{was} {words.say(language, 'diff.now', now=_sentence(now))}"


def _plan_sentences(language: str, older: Json, newer: Json) -> list[str]:
    """What a patient must know of the whole programme: how long, how often, phase, goal, check, note, criteria, articles."""
    before, after = _facts(language, older), _facts(language, newer)
    said = [_fact_sentence(language, key, before[key], after[key]) for key in after if before[key] != after[key]]
    (_, was), *later_then = _frequencies(language, older)
    (_, now), *later = _frequencies(language, newer)
    if was == now and later_then != later:
        said.append(_headed(language, "diff.changed", "page.how_often", words.say(language, "diff.later")))
    said += _note_sentences(language, older["patient_part"]["note"], newer["patient_part"]["note"])
    return said + _listed_sentences(language, _lines(language, older), _lines(language, newer))


def _facts(language: str, document: Json) -> dict[str, str]:
    """What stands at the top of a programme, by the heading it stands under."""
    part = document["patient_part"]
    phase = in_language(part["phase"]["words"], language) or {}
    return {
        "diff.length": str(len(part["weeks"])),
        "page.how_often": _frequencies(language, document)[0][1],
        "page.phase": phase.get("plain") or phase.get("name") or part["phase"]["code"],
        "page.goal": part["goal"],
        "page.review": _date(language, part["review_on"]),
    }


def _date(language: str, day: str | None) -> str:
    """As the programme prints it: 1 March 2026."""
    with translation.override(language):
        return formats.date_format(datetime.date.fromisoformat(day), words.say(language, "page.day")) if day else ""


def _frequencies(language: str, document: Json) -> list[tuple[int, str]]:
    """Each frequency in words, with the week it starts in."""
    weeks = document["patient_part"]["weeks"]
    return _where_it_changes([(week["week"], words.say_frequency(language, frequency_from(week))) for week in weeks])


def _fact_sentence(language: str, key: str, before: str, now: str) -> str:
    if not now:
        return _headed(language, "diff.gone", key)
    if not before:
        return _headed(language, "diff.new", key, _sentence(now))
    return _headed(language, "diff.changed", key, _before_now(language, before, now))


def _headed(language: str, heading: str, key: str, *said: str) -> str:
    return " ".join([words.say(language, heading, what=_sentence(words.say(language, key))), *said])


def _lines(language: str, document: Json) -> list[str]:
    """Criteria and titles of articles: what is there or not."""
    criteria = [
        words.say_criterion(language, kind, Criterion(**one))
        for kind, found in document["record"]["plan"]["criteria"].items()
        for one in found
    ]
    texts = [in_language(article["texts"], language) for article in document["patient_part"]["articles"]]
    return [*criteria, *(text["title"] for text in texts if text)]


def _listed_sentences(language: str, before: list[str], after: list[str]) -> list[str]:
    new = [words.say(language, "diff.new", what=_sentence(line)) for line in after if line not in before]
    return new + [words.say(language, "diff.gone", what=_sentence(line)) for line in before if line not in after]
