"""Words as they are searched: blind to accents, case and punctuation."""

from __future__ import annotations

import re
import unicodedata


def searchable(text: str) -> str:
    """`"Één been heffen!"` becomes `"een been heffen"`."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return " ".join(re.findall(r"\w+", bare))
