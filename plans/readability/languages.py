"""The languages whose texts can be checked: every file beside this one that is named for a language.

To add one: a file like `en.py`, with `LANGUAGE`.
"""

from __future__ import annotations

from collections.abc import Mapping

from plans.language_files import language_modules
from plans.readability.form import Language

LANGUAGES: Mapping[str, Language] = {
    code: module.LANGUAGE for code, module in language_modules("plans.readability").items()
}
