"""Listens to everything that is logged while tests run, as production would write it, for data of patients."""

from __future__ import annotations

import logging

from config.logs import JsonLines
from patients.management.commands.createdemo import PATIENTS

# Of the patients of the demo and of the factories: names, complaints (each says that it is made up) and birth date.
NAMES = sorted({name for one in PATIENTS for name in (one["given_name"], one["family_name"])} - {"Demo"})
WORDS = (*NAMES, "(made up)", "(verzonnen)", "1970-02-28")


class LogWatch(logging.Handler):
    """`found`: the lines that hold something of a patient."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonLines())
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        line = self.format(record)
        if any(word in line for word in WORDS):
            self.found.append(line)

    def taken(self) -> list[str]:
        """What was found since this was asked last."""
        found, self.found = self.found, []
        return found
