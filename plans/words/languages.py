"""The languages of the programme: every file beside this one that is named for a language and has `WORDS`.

To add one: a file like `en.py` with the same keys. A test compares the keys.
"""

from __future__ import annotations

from collections.abc import Mapping

from plans.language_files import language_modules

WORDS: Mapping[str, Mapping[str, str]] = {
    code: module.WORDS for code, module in language_modules("plans.words").items()
}
