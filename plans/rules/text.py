"""text.*: whether the patient can read what the clinician wrote."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from plans.readability import Hard, what_is_hard
from plans.rules.case import Case
from plans.rules.engine import Hits, hit

BEGINNING = 6
"""How many words of a long sentence are shown."""


def hard_to_read(case: Case) -> Hits:
    """text.hard-to-read: a note to the patient has a sentence of more than 15 words, words of the trade, or (from 50 words
    on) a Flesch score below 60 in its language; the patient's own goal is not looked at (house; formulas: Flesch 1948,
    Douma 1960, Kandel 1958, Amstad 1978)."""
    language = case.programme.language
    if case.programme.note and (hard := what_is_hard(case.programme.note, language)):
        yield hit("/note", variant="plan", hard=tuple(_parts(hard)))
    for entry in case.entries:
        if entry.item.note and (hard := what_is_hard(entry.item.note, language)):
            yield hit(f"{entry.where}/note", variant="item", exercise=entry.exercise.code, hard=tuple(_parts(hard)))


def _parts(hard: Hard) -> Iterator[dict[str, Any]]:
    """What is hard, one by one: its kind and what its words are filled with."""
    for sentence in hard.long_sentences:
        beginning = " ".join(sentence.text.split()[:BEGINNING])
        yield {"kind": "sentence", "count": len(sentence.words), "beginning": beginning}
    if hard.jargon:
        yield {"kind": "jargon", "terms": ", ".join(hard.jargon)}
    if hard.score is not None:
        yield {"kind": "score", "score": hard.score, "least": hard.least, "longest": ", ".join(hard.longest)}
