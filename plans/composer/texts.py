"""The words of unmet wishes, in the language of the request. Pure. To add a language: its table, with the same keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from plans.composer.wishes import Unmet
from plans.rules.texts import Writer, texts_of

EN = {
    "plan.finding": "No plan can be proposed: {finding} Accept {reason} if that is what you want.",
    "plan.error": "No plan can be proposed: {finding}",
    "plan.minutes": "No plan is short enough: what it has to hold takes longer than {minutes} minutes.",
    "plan.unproved": "No plan was found before the search had to stop; with fewer wishes there may be one.",
    "plan.lacking": "No plan can be proposed ({title}): nothing that may be proposed helps.{because} Accept {reason} if you "
    "want one without.",
    "plan.plan.empty": "No plan can be proposed: no exercise of the protocol may be proposed.{because}",
    "plan.balance.category-missing": "No plan can be proposed: the protocol asks for {category}, and nothing that may be "
    "proposed brings it.{because}",
    "keep.avoided": "{exercise} is to be avoided as well: it was left out.",
    "keep.unknown": "{exercise} is not in the catalogue.",
    "keep.minutes": "{exercise} was left out: there is not enough time for it.",
    "keep.unproved": "{exercise} was left out: no plan with it was found before the search had to stop; with fewer wishes "
    "there may be one.",
    "keep.finding": "{exercise} was left out: {finding}",
    "focus.nothing-suits": "No exercise that may be proposed {focus}.{because}",
    "focus.too-many": "Nothing in the plan {focus}; with {count} exercises, other entries of the focus went first.",
    "focus.minutes": "Nothing in the plan {focus}; there is not enough time for it.",
    "focus.unproved": "Nothing in the plan {focus}; no plan that does was found before the search had to stop. With fewer "
    "wishes there may be one.",
    "count.unproved": "{count} exercises instead of {wanted}: no plan with that many was found before the search had to stop.",
    "count.too-few": "{count} exercises instead of {wanted}: only {there} may be proposed.",
    "count.minutes": "{count} exercises instead of {wanted}: there is no time for more.",
    "count.kept": "{count} exercises instead of {wanted}: those to be kept, and what they need, take as many.",
    "count.required": "{count} exercises instead of {wanted}: a plan that the protocol asks for needs as many.",
    "because": " In the way: {obstacles}.",
    "avoided": "{exercises} (to be avoided)",
    "more": "{names} and {number} more",
    "focus.muscle": "works on {muscle}",
    "focus.effect": "{effect}",
    "focus.both": "{effect} {muscle}",
}

NL = {
    "plan.finding": "Er is geen plan voor te stellen: {finding} Accepteer {reason} als u dat zo wilt.",
    "plan.error": "Er is geen plan voor te stellen: {finding}",
    "plan.minutes": "Geen plan is kort genoeg: wat erin moet, duurt langer dan {minutes} minuten.",
    "plan.unproved": "Er is geen plan gevonden voordat het zoeken moest stoppen; met minder wensen is er misschien wel een.",
    "plan.lacking": "Er is geen plan voor te stellen ({title}): niets van wat voorgesteld mag worden, helpt.{because} "
    "Accepteer {reason} als u er een zonder wilt.",
    "plan.plan.empty": "Er is geen plan voor te stellen: geen oefening van het protocol mag voorgesteld worden.{because}",
    "plan.balance.category-missing": "Er is geen plan voor te stellen: het protocol vraagt {category}, en niets van wat "
    "voorgesteld mag worden, geeft dat.{because}",
    "keep.avoided": "{exercise} moet ook vermeden worden: die oefening is weggelaten.",
    "keep.unknown": "{exercise} staat niet in de catalogus.",
    "keep.minutes": "{exercise} is weggelaten: er is niet genoeg tijd voor.",
    "keep.unproved": "{exercise} is weggelaten: er is geen plan mee gevonden voordat het zoeken moest stoppen; met minder "
    "wensen is er misschien wel een.",
    "keep.finding": "{exercise} is weggelaten: {finding}",
    "focus.nothing-suits": "Geen oefening die voorgesteld mag worden, {focus}.{because}",
    "focus.too-many": "Niets in het plan {focus}; met {count} oefeningen gingen andere wensen van de focus voor.",
    "focus.minutes": "Niets in het plan {focus}; er is niet genoeg tijd voor.",
    "focus.unproved": "Niets in het plan {focus}; een plan met zo'n oefening is niet gevonden voordat het zoeken moest "
    "stoppen. Met minder wensen is er misschien wel een.",
    "count.unproved": "{count} oefeningen in plaats van {wanted}: een plan met dat aantal is niet gevonden voordat het zoeken "
    "moest stoppen.",
    "count.too-few": "{count} oefeningen in plaats van {wanted}: er mogen er maar {there} voorgesteld worden.",
    "count.minutes": "{count} oefeningen in plaats van {wanted}: voor meer is er geen tijd.",
    "count.kept": "{count} oefeningen in plaats van {wanted}: wat moet blijven, en wat daarvoor nodig is, zijn er zoveel.",
    "count.required": "{count} oefeningen in plaats van {wanted}: een plan zoals het protocol vraagt, heeft er zoveel nodig.",
    "because": " In de weg staat: {obstacles}.",
    "avoided": "{exercises} (te vermijden)",
    "more": "{names} en nog {number}",
    "focus.muscle": "werkt aan: {muscle}",
    "focus.effect": "{effect}",
    "focus.both": "{effect} dit: {muscle}",
}

TEXTS: Mapping[str, Mapping[str, str]] = {"en": EN, "nl": NL}


MOST_NAMED = 3
"""Exercises, of those that one thing stands in the way of."""


@dataclass(frozen=True)
class UnmetWriter:
    """Writes unmet wishes. `findings` writes what stands in their way, and names exercises."""

    findings: Writer

    def unmet(self, unmet: Unmet) -> dict[str, str]:
        """The wish as JSON-safe values, with the reason in words."""
        code = {"code": unmet.code} if unmet.code else {}
        return {"wish": unmet.wish, **code, "reason": unmet.reason, "message": self._message(unmet)}

    def _message(self, unmet: Unmet) -> str:
        words = TEXTS[self.findings.language]
        values: dict[str, Any] = {**unmet.values, "reason": unmet.reason, "because": self._because(unmet)}
        values |= {"title": self._title(unmet), "category": self._term("categories", unmet.code)}
        if unmet.finding:
            values["finding"] = self.findings.finding(replace(unmet.finding, fixes=()))["message"]
        values |= {"exercise": self.findings.exercise(unmet.code), "focus": self._focus(unmet.code)}
        return words[f"{unmet.wish}.{_kind(unmet, words)}"].format_map(values)

    def _title(self, unmet: Unmet) -> str:
        return texts_of(unmet.reason, self.findings.language).title if "." in unmet.reason else ""

    def _because(self, unmet: Unmet) -> str:
        """What forbids the exercises that would have helped, with the first of these."""
        because: Any = unmet.values.get("because", ())
        texts = "; ".join(self._obstacle(reason, self._some(codes)) for reason, codes in because)
        return TEXTS[self.findings.language]["because"].format(obstacles=texts) if texts else ""

    def _obstacle(self, reason: str, exercises: str) -> str:
        if reason == "avoided":
            return TEXTS[self.findings.language]["avoided"].format(exercises=exercises)
        return f"{texts_of(reason, self.findings.language).title} ({reason}): {exercises}"

    def _some(self, codes: Sequence[str]) -> str:
        names = ", ".join(map(self.findings.exercise, codes[:MOST_NAMED]))
        if len(codes) <= MOST_NAMED:
            return names
        return TEXTS[self.findings.language]["more"].format(names=names, number=len(codes) - MOST_NAMED)

    def _focus(self, code: str) -> str:
        """`strengthens:abdominals` in words."""
        words = TEXTS[self.findings.language]
        effect, colon, muscle = code.partition(":")
        if colon:
            kind, values = "both", {"effect": self._term("effects", effect), "muscle": self._term("muscles", muscle)}
        elif self._is_effect(code):
            kind, values = "effect", {"effect": self._term("effects", code)}
        else:
            kind, values = "muscle", {"muscle": self._term("muscles", code)}
        return words[f"focus.{kind}"].format_map(values)

    def _is_effect(self, code: str) -> bool:
        return any(code in kinds.get("effects", {}) for kinds in self.findings.terms.values())

    def _term(self, kind: str, code: str) -> str:
        terms = self.findings.terms
        return terms.get(self.findings.language, {}).get(kind, {}).get(code) or code


def _kind(unmet: Unmet, words: Mapping[str, str]) -> str:
    """Which text tells it: that of the reason, or one for all reasons of a kind."""
    if f"{unmet.wish}.{unmet.reason}" in words:
        return unmet.reason
    if unmet.wish == "keep":
        return "finding"
    if unmet.finding is None:
        return "lacking"
    return "error" if unmet.finding.severity == "error" else "finding"
