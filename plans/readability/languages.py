"""The languages whose texts can be checked: every file beside this one that is named for a language.

To add one: a file like `en.py`, with `LANGUAGE`.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

from plans.readability.form import Language

CODES = sorted(path.stem for path in Path(__file__).parent.glob("[a-z][a-z].py"))

LANGUAGES: Mapping[str, Language] = {code: import_module(f"plans.readability.{code}").LANGUAGE for code in CODES}
