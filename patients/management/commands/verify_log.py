from __future__ import annotations

import uuid
from collections import defaultdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from patients.sealing import Heads, LogState, verify_log


class Command(BaseCommand):
    help = "Verify that no sealed row of the access log was altered, deleted or inserted. Names the first of each practice."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--noted", type=Path, help="A file of lines that seal_log printed: these seals must be there."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        heads = noted_in(options["noted"]) if options["noted"] else {}
        states = list(verify_log(heads=heads))
        for state in states:
            self.stdout.write(said_of(state))
        if any(state.fault for state in states):
            raise CommandError("The access log is not as it was sealed.")


def said_of(state: LogState) -> str:
    whose = f"Practice {state.practice_id}" if state.practice_id else "Without a practice"
    waiting = f"{state.waiting} not yet sealed"
    if state.fault:
        return f"{whose}: {state.fault}. {state.sealed} rows before it as sealed, {waiting}."
    return f"{whose}: {state.sealed} rows as sealed, {waiting}."


def noted_in(path: Path) -> Heads:
    """Seals by practice. Raises CommandError for a line that seal_log doesn't print."""
    heads: dict[uuid.UUID | None, list[list[str]]] = defaultdict(list)
    for number, line in enumerate(path.read_text().splitlines(), 1):
        try:
            practice, seal, digest = line.split()
            heads[None if practice == "None" else uuid.UUID(practice)].append([seal, digest])
        except ValueError as error:
            raise CommandError(f"{path}, line {number}: not a line of seal_log.") from error
    return heads
