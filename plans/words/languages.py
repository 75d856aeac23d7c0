"""The languages of the programme. To add one: a file like `en.py` with the same keys, and its line here."""

from __future__ import annotations

from collections.abc import Mapping

from plans.words import en, nl

WORDS: Mapping[str, Mapping[str, str]] = {"en": en.WORDS, "nl": nl.WORDS}
