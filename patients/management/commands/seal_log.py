from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from patients.sealing import LogBusy, seal_log


class Command(BaseCommand):
    help = (
        "Seal what was written to the access log since the last time. To be run by a timer, each hour or so. "
        "Prints a line for each seal: keep these lines elsewhere, for `verify_log --noted`."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            for seal in seal_log():
                self.stdout.write(f"{seal.practice_id} {seal.number} {seal.hash}")
        except LogBusy as error:
            raise CommandError("Somebody is writing for long. What was not sealed now is sealed next time.") from error
