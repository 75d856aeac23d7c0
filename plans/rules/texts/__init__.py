"""The words of findings, for clinicians. One file a language; the same keys in each.

Pure. A message is filled with the finding's values; codes among them are given by name in the asked language.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from catalogue.protocols import Range
from plans.rules.case import Case
from plans.rules.frequency import in_words
from plans.rules.texts.form import Text
from plans.rules.texts.languages import TEXTS, WORDS
from plans.values import Change, Drop, Finding, Fix, Insert, Move, Names, Set

LANGUAGES = tuple(TEXTS)
"""Languages that findings are written in."""


def language_for(asked: str) -> str:
    """The asked language, or English where findings have no words in it."""
    return asked if asked in TEXTS else "en"


@dataclass(frozen=True)
class Writer:
    """Writes findings of one case in one language. `terms` are the catalogue's words."""

    case: Case
    terms: Names
    language: str

    def finding(self, finding: Finding) -> dict[str, Any]:
        """The finding as JSON-safe values, with message, hint and fixes in words."""
        text = TEXTS[self.language][finding.id]
        values = {name: self._word(name, value) for name, value in finding.values.items()}
        return {
            "id": finding.id,
            "severity": finding.severity.value,
            "message": text.message_for(finding.values.get("variant")).format_map(values).strip(),
            "where": finding.where,
            "source": source_in(self.language, finding.source),
            "hint": text.hint.format_map(values),
            "fixes": [self._fix(fix) for fix in finding.fixes],
        }

    def _word(self, name: str, value: Any) -> Any:
        if value is None:
            return WORDS[self.language]["none"] if name == "replacement" else "…"
        return self._written[name](value) if name in self._written else value

    @cached_property
    def _written(self) -> Mapping[str, Callable[[Any], str]]:
        """How the values are written that are codes."""
        words, protocol = WORDS[self.language], self.case.protocol
        exercises = ("exercise", "base", "basic", "opening", "replacement")
        return {
            **dict.fromkeys(exercises, self.exercise),
            **dict.fromkeys(("phase", "current"), lambda code: self._named(protocol.phase_names, code)),
            "group": lambda code: self._named(protocol.group_names, code),
            "category": lambda code: self._term("categories", code),
            "categories": lambda codes: ", ".join(self._term("categories", code) for code in codes),
            "precautions": lambda codes: ", ".join(self._term("precautions", code) for code in codes),
            "equipment": lambda needs: ", ".join(self._either(need) for need in needs),
            "notes": lambda codes: " ".join(self._named(protocol.evidence, code) for code in codes),
            "reason": lambda reasons: self._in_language(reasons, ""),
            "measure": lambda measure: words.get(f"measure.{measure}", measure),
            "side": lambda side: words.get(f"side.{side}", side),
            "hard": lambda parts: "; ".join(words[f"hard.{part['kind']}"].format_map(part) for part in parts),
            "language": lambda language: words.get(f"language.{language}", language),
        }

    def _either(self, need: Iterable[str]) -> str:
        return f" {WORDS[self.language]['or']} ".join(self._term("equipment", code) for code in need)

    def exercise(self, code: str) -> str:
        exercise = self.case.exercises.get(code)
        return self._in_language(exercise.names, code) if exercise else code

    def _named(self, names: Mapping[str, Mapping[str, str]], code: str) -> str:
        return self._in_language(names.get(code, {}), code)

    def _term(self, kind: str, code: str) -> str:
        return self._in_language(
            {language: self.terms[language].get(kind, {}).get(code, "") for language in self.terms}, code
        )

    def _in_language(self, words: Mapping[str, str], otherwise: str) -> str:
        return words.get(self.language) or words.get("en") or next(filter(None, words.values()), otherwise)

    def _fix(self, fix: Fix) -> dict[str, Any]:
        return {
            "id": fix.id,
            "label": "; ".join(self._change(change) for change in fix.changes),
            "changes": [change_data(change) for change in fix.changes],
        }

    def _change(self, change: Change) -> str:
        words = WORDS[self.language]
        items = self.case.programme.items
        if isinstance(change, Insert):
            return words["fix.insert"].format(exercise=self.exercise(change.exercise), number=change.at + 1)
        if isinstance(change, Move):
            return words["fix.move"].format(origin=change.origin + 1, number=change.to + 1)
        if isinstance(change, Drop):
            return words["fix.drop"].format(exercise=self.exercise(items[change.at].exercise), number=change.at + 1)
        return self._set(change)

    def _set(self, change: Set) -> str:
        words = WORDS[self.language]
        field = change.path.rsplit("/", 1)[-1]
        if field == "weeks":
            return words["fix.smooth"]
        value: Any = change.value
        if field == "exercise":
            value = self.exercise(str(value))
        elif field == "phase":
            value = self._named(self.case.protocol.phase_names, str(value))
        elif field == "side":
            value = words.get(f"side.{value}", value)
        elif isinstance(value, dict):
            value = in_words(Range(**value))
        return words["fix.set"].format(field=words.get(f"measure.{field}", field), value=value)


def change_data(change: Change) -> dict[str, Any]:
    """A change as JSON-safe values."""
    if isinstance(change, Insert):
        return {"op": "insert", "exercise": change.exercise, "at": change.at}
    if isinstance(change, Move):
        return {"op": "move", "from": change.origin, "to": change.to}
    if isinstance(change, Drop):
        return {"op": "drop", "at": change.at}
    return {"op": "set", "path": change.path, "value": change.value}


def source_in(language: str, source: str) -> str:
    """A source with its plain words in a language; names of passages and of publications stay."""
    known = WORDS[language_for(language)]
    return re.sub(r"(?<![\w-])[a-z]+(?![\w-])", lambda word: known.get(f"source.{word[0]}", word[0]), source)


def texts_of(finding_id: str, language: str) -> Text:
    """The words of one rule, for the list of rules."""
    return TEXTS[language_for(language)][finding_id]
