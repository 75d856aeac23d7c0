from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from plans.backup import BackupError, make_backup


class Command(BaseCommand):
    help = "Write the database and the files that it names into one archive, while the service goes on. `restore` reads it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--output", type=Path, required=True, metavar="FILE.tar", help="Must not be there yet.")

    def handle(self, *args: Any, **options: Any) -> None:
        output: Path = options["output"]
        try:
            manifest = make_backup(output)
        except (BackupError, OSError) as error:
            raise CommandError(f"No backup was made. {error}") from error
        for name in manifest.missing:
            self.stderr.write(f"{name} is missing: a row names it, and it is not in the files folder.")
        with output.open("rb") as archive:
            digest = hashlib.file_digest(archive, "sha256").hexdigest()
        self.stdout.write(f"{digest}  {output}")
