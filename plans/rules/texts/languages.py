"""The languages that findings are written in: every file beside this one that is named for a language.

To add one: a file like `en.py`, with `TEXTS` and `WORDS` of the same keys. A test compares the keys.
"""

from __future__ import annotations

from collections.abc import Mapping

from plans.language_files import language_modules
from plans.rules.texts.form import Text

_MODULES = language_modules("plans.rules.texts")

TEXTS: Mapping[str, Mapping[str, Text]] = {code: module.TEXTS for code, module in _MODULES.items()}
WORDS: Mapping[str, Mapping[str, str]] = {code: module.WORDS for code, module in _MODULES.items()}
