from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    """What a rule says. `message` by variant where a rule has more than one way to fire."""

    title: str
    message: str | Mapping[str, str]
    hint: str

    def message_for(self, variant: object = None) -> str:
        return self.message if isinstance(self.message, str) else self.message[str(variant)]
