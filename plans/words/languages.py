"""The languages of the programme: every file beside this one that is named for a language and has `WORDS`.

To add one: a file like `en.py` with the same keys. A test compares the keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

CODES = sorted(path.stem for path in Path(__file__).parent.glob("[a-z][a-z].py"))

WORDS: Mapping[str, Mapping[str, str]] = {code: import_module(f"plans.words.{code}").WORDS for code in CODES}
