from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from plans.backup import BackupError, Manifest, check_archive, restore


class Command(BaseCommand):
    help = "Bring a backup into an empty database and files folder; the service must not run meanwhile."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("archive", type=Path, metavar="FILE.tar")
        parser.add_argument("--check", action="store_true", help="Only say whether the archive is whole.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest = check_archive(options["archive"]) if options["check"] else restore(options["archive"])
        except (BackupError, OSError) as error:
            raise CommandError(f"Nothing was restored. {error}") from error
        self.stdout.write(said_of(manifest))
        if not options["check"]:
            self._erase_again()  # first: what comes after may find a fault and stop
            call_command("verify_log", stdout=self.stdout, stderr=self.stderr)
            call_command("sweep_files", check=True, stdout=self.stdout, stderr=self.stderr)

    def _erase_again(self) -> None:
        """Who was erased since the backup, as far as it is noted here."""
        noted = Path(settings.ERASURES_FILE)
        if noted.exists():
            call_command("erase_again", records=noted, stdout=self.stdout, stderr=self.stderr)
        else:
            self.stdout.write(f"No erasures are noted at {noted}. If there were any, run erase_again with their file.")


def said_of(manifest: Manifest) -> str:
    rows, tables, files = sum(manifest.rows.values()), len(manifest.rows), len(manifest.members) - 1
    return (
        f"Backup of {manifest.made_at:%Y-%m-%d %H:%M:%S} UTC: {rows} rows of {tables} tables, {files} files, all whole."
    )
