"""The words of the CERT report, for clinicians. One file a language, with the same keys in each. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from plans.cert_texts import en, nl

WORDS: Mapping[str, Mapping[str, str]] = {"en": en.WORDS, "nl": nl.WORDS}


def language_for(asked: str) -> str:
    """The asked language, or English where the report has no words in it."""
    return asked if asked in WORDS else "en"


def say(language: str, key: str, **values: object) -> str:
    """A phrase of the report in a language. Raises KeyError for an unknown language or key."""
    return WORDS[language][key].format_map(values)
