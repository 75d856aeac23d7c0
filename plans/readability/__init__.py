"""What makes a text hard to read for a patient: the check that texts of the catalogue and clinicians' notes must pass.

Pure, and nothing to download. Texts are for readers at B1 of the Common European Framework of Reference. No formula
measures that level; three things that make a text hard are looked at instead: long sentences, words of the trade, and a
low score of the language's own Flesch formula.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from plans.readability.languages import LANGUAGES

MOST_WORDS = 15
"""The longest sentence, in words. Guides to plain language ask for 10 to 15 words at B1 (number house)."""

WORDS_FOR_A_SCORE = 50
"""The shortest text that is scored, in words. Flesch (1948) took samples of 100. The catalogue's words have 1.2 to 1.5
syllables with a standard deviation of 0.5 to 0.8: in a score that is 6 to 8 points of chance at 50 words, 9 to 13 at 20."""

_BREAK = re.compile(r"[.!?…]+[\"'”’»)\]]*(?:\s+|\Z)|\s*\n\s*")
_WORD = re.compile(r"[^\W_]+(?:[-'’.,/][^\W_]+)*")
_JOINT = re.compile(r"[-'’./]")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence without its full stop, and the words in it."""

    text: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hard:
    """What makes a text hard. `score` is given where it is below `least`, with the `longest` words, which pull it down."""

    long_sentences: tuple[Sentence, ...] = ()
    jargon: tuple[str, ...] = ()
    score: int | None = None
    least: int | None = None
    longest: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.long_sentences or self.jargon) or self.score is not None


EASY = Hard()


@lru_cache(maxsize=512)
def what_is_hard(text: str, language: str) -> Hard:
    """What makes a text hard in its language; falsy where nothing does. In an unknown language only long sentences do."""
    sentences = tuple(sentences_of(text))
    long = tuple(sentence for sentence in sentences if len(sentence.words) > MOST_WORDS)
    known = LANGUAGES.get(language)
    if known is None:
        return Hard(long) if long else EASY
    words = [word for sentence in sentences for word in sentence.words]
    score = known.score(len(sentences), words) if len(words) >= WORDS_FOR_A_SCORE else known.least
    if score >= known.least:
        return Hard(long, jargon_in(text, language))
    longest = tuple(sorted(dict.fromkeys(words), key=known.syllables, reverse=True)[:3])
    # Rounded down, so that the number shown is below the least one.
    return Hard(long, jargon_in(text, language), int(score // 1), known.least, longest)


def sentences_of(text: str) -> Iterator[Sentence]:
    """The sentences of a text: up to a full stop, question mark or exclamation mark, or to the end of a line."""
    for part in _BREAK.split(text):
        words = tuple(_WORD.findall(part))
        if words:
            yield Sentence(part.strip(), words)


def jargon_in(text: str, language: str) -> tuple[str, ...]:
    """Words of the trade in the order of the text, each once, as written. A word that brackets explain, or that stands in
    brackets after plain words, is none."""
    found: dict[str, str] = {}
    for match in _WORD.finditer(text):
        word = match[0].lower()
        if _is_jargon(word, language) and not _is_explained(text, match):
            found.setdefault(word, match[0])
    return tuple(found.values())


@lru_cache(maxsize=8192)
def _is_jargon(word: str, language: str) -> bool:
    """Whether a word, or a part of it before or after a hyphen or an apostrophe, is jargon."""
    known = LANGUAGES[language].jargon
    return known.has(word) or (not word.isalpha() and any(known.has(part) for part in _JOINT.split(word)))


def _is_explained(text: str, word: re.Match[str]) -> bool:
    before, after = text[: word.start()], text[word.end() :]
    return after.startswith(" (") or before.rfind("(") > before.rfind(")")
