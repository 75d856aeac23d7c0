"""The languages that findings are written in. To add one: a file like `en.py`, and its line in each table."""

from __future__ import annotations

from collections.abc import Mapping

from plans.rules.texts import en, nl
from plans.rules.texts.form import Text

TEXTS: Mapping[str, Mapping[str, Text]] = {"en": en.TEXTS, "nl": nl.TEXTS}
WORDS: Mapping[str, Mapping[str, str]] = {"en": en.WORDS, "nl": nl.WORDS}
