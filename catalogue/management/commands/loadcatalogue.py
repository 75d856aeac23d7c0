from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalogue.loading import load_content
from catalogue.source import CONTENT, ContentError, read_content


class Command(BaseCommand):
    help = "Check the catalogue's source files and load them. Changes only what changed; keeps edits made in the admin."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--folder", type=Path, default=CONTENT, help="Another folder with content.")
        parser.add_argument("--check", action="store_true", help="Check the files only; load nothing.")
        parser.add_argument(
            "--overwrite", action="store_true", help="Also replace records edited since they were loaded."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            content = read_content(options["folder"])
        except ContentError as error:
            raise CommandError(f"{len(error.faults)} fault(s), nothing loaded:\n{error}") from error
        if options["check"]:
            self.stdout.write(f"{len(content.exercises)} exercises, no faults.")
            return
        report = load_content(content, overwrite=options["overwrite"])
        for label in report.kept:
            self.stdout.write(f"kept as edited: {label}")
        self.stdout.write(
            f"{len(content.exercises)} exercises in {', '.join(sorted(content.exercise_words))}: "
            f"{len(report.created)} records created, {len(report.updated)} updated, "
            f"{len(report.unchanged)} unchanged, {len(report.kept)} kept."
        )
