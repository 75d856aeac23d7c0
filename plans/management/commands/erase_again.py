from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from plans.erasure import erase_again, read_noted


class Command(BaseCommand):
    help = (
        "Erase again who was erased after the backup that was restored. To be run after each restore, before serving."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--records", type=Path, default=Path(settings.ERASURES_FILE), help="The file that erasures are noted in."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["records"]
        if not path.exists():
            raise CommandError(f"--records: there is no file {path}.")
        noted, wrong = read_noted(path.read_text(encoding="utf-8"))
        again = [erasure.patient_id for erasure in noted if erase_again(erasure)]
        for patient_id in again:
            self.stdout.write(f"Erased again: {patient_id}")
        self.stdout.write(f"{len(noted)} noted, {len(again)} erased again.")
        if wrong:
            lines = ", ".join(map(str, wrong))
            raise CommandError(f"--records: {path} notes no erasure in line {lines}. The others were done.")
