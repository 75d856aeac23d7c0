"""Words as they are searched: blind to accents, case and punctuation."""

from __future__ import annotations

import re
import unicodedata

_CLEAN = r"[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]"
_WRITTEN = r"[^\s\u0000-\u001f\u007f-\u009f]"
CLEAN = f"^{_CLEAN}*$"
"""What `forbidden_in` lets through, for JSON Schema, where every text is Unicode."""
CLEAN_AND_NOT_BLANK = f"^{_CLEAN}*{_WRITTEN}{_CLEAN}*$"


def forbidden_in(text: str) -> tuple[str, str] | None:
    """What no text may have, as a code and a message: control characters beside line breaks and tabs, half characters."""
    for character in () if text.isprintable() else text:
        kind = unicodedata.category(character)
        if kind == "Cs":
            return "unicode", "Not valid Unicode text."
        if kind == "Cc" and character not in "\n\r\t":
            return "control-characters", "Control characters are not allowed."
    return None


def searchable(text: str) -> str:
    """`"Één been heffen!"` becomes `"een been heffen"`."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return " ".join(re.findall(r"\w+", bare))
