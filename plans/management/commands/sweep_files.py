from __future__ import annotations

from typing import Any

from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError, CommandParser

from plans.stored_files import file_faults, orphaned_files


class Command(BaseCommand):
    help = (
        "Remove stored files that no row names, once they are an hour old; name the rows whose file is missing or "
        "altered. To be run by a timer, each day."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="Only say what would be removed, and what is wrong.")

    def handle(self, *args: Any, **options: Any) -> None:
        for name in orphaned_files():
            if not options["check"]:
                default_storage.delete(name)
            self.stdout.write(f"{name}: no row names it{'' if options['check'] else '; removed'}.")
        faults = list(file_faults())
        for fault in faults:
            self.stdout.write(str(fault))
        if faults:
            raise CommandError(
                "Some files are not what was stored. They are rendered anew when somebody asks for them."
            )
