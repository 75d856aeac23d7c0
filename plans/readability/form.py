from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Jargon:
    """Words that patients don't know, in small letters: whole words, beginnings and endings."""

    words: frozenset[str]
    beginnings: tuple[str, ...]
    endings: tuple[str, ...]

    def has(self, word: str) -> bool:
        """Whether a word in small letters is one of them."""
        return word in self.words or word.startswith(self.beginnings) or word.endswith(self.endings)


def jargon(*words: str) -> Jargon:
    """`lumba*` is any word that begins so, `*flexie` any that ends so, `rom` this word only."""
    return Jargon(
        frozenset(word for word in words if "*" not in word),
        tuple(word[:-1] for word in words if word.endswith("*")),
        tuple(word[1:] for word in words if word.startswith("*")),
    )


@dataclass(frozen=True)
class Language:
    """How hard a text of one language is to read.

    The score is `base - per_word * (words a sentence) - per_syllable * (syllables a word)`: higher is easier.
    A text below `least` is harder than B1.
    """

    base: float
    per_word: float
    per_syllable: float
    least: int
    syllables: Callable[[str], int]
    jargon: Jargon

    def score(self, sentences: int, words: Iterable[str]) -> float:
        """The score of some words in so many sentences; there must be one of each."""
        counts = [self.syllables(word) for word in words]
        return self.base - self.per_word * len(counts) / sentences - self.per_syllable * sum(counts) / len(counts)
