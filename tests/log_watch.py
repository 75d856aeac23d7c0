"""Listens to everything that is logged while tests run, as production would write it, for names of patients."""

from __future__ import annotations

import logging

from config.logs import JsonLines
from patients.management.commands.createdemo import PATIENTS

# Those of the factories are among those of the demo.
NAMES = sorted({name for one in PATIENTS for name in (one["given_name"], one["family_name"])} - {"Demo"})


class LogWatch(logging.Handler):
    """`found`: the lines that hold a patient's name."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonLines())
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        line = self.format(record)
        if any(name in line for name in NAMES):
            self.found.append(line)

    def taken(self) -> list[str]:
        """What was found since this was asked last."""
        found, self.found = self.found, []
        return found
