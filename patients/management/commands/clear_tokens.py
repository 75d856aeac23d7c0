from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from patients.models import AuthToken, User


class Command(BaseCommand):
    help = "Remove the tokens of people that are over. To be run by a timer, each day. Or end some before their time."

    def add_arguments(self, parser: CommandParser) -> None:
        whose = parser.add_mutually_exclusive_group()
        whose.add_argument("--of", metavar="EMAIL", help="End every token of this account.")
        whose.add_argument("--all", action="store_true", help="End every token.")

    def handle(self, *args: Any, **options: Any) -> None:
        tokens = AuthToken.objects.all()
        if options["of"] is not None:
            user = User.objects.filter(email__iexact=options["of"]).first()
            if user is None:
                raise CommandError(f"--of: there is no account {options['of']}.")
            tokens = tokens.filter(user=user)
        elif not options["all"]:
            tokens = tokens.filter(expiry__lte=timezone.now())
        count, _ = tokens.delete()
        self.stdout.write(f"{count} token{'' if count == 1 else 's'} removed.")
