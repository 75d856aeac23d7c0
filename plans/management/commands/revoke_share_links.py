from __future__ import annotations

import uuid
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from patients.models import Patient, Practice, User
from plans.models import ShareLink
from plans.sharing import revoke_as_administrator


class Command(BaseCommand):
    help = "Revoke share links that may have fallen into wrong hands. From the next request on they open nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        whose = parser.add_mutually_exclusive_group(required=True)
        whose.add_argument("--created-by", metavar="EMAIL", help="Those that this person made.")
        whose.add_argument("--patient", type=uuid.UUID, help="Those of one patient, by its id.")
        whose.add_argument("--practice", type=uuid.UUID, help="Those of one practice, by its id.")
        whose.add_argument("--all", action="store_true", help="Those of everybody.")
        parser.add_argument("--dry-run", action="store_true", help="Only say how many that are.")

    def handle(self, *args: Any, **options: Any) -> None:
        links = ShareLink.objects.working().filter(**_whose(options))
        if options["dry_run"]:
            self.stdout.write(f"{_said(links.count())} would be revoked.")
            return
        revoked = sum(revoke_as_administrator(link_id=pk) for pk in list(links.values_list("pk", flat=True)))
        self.stdout.write(f"{_said(revoked)} revoked.")


def _whose(options: dict[str, Any]) -> dict[str, Any]:
    """The filter that is asked for. Raises CommandError where it names nobody: that would look as if nothing leaked."""
    asked = [
        ("created_by", "created_by", User, "email__iexact"),
        ("patient", "revision__patient", Patient, "pk"),
        ("practice", "practice", Practice, "pk"),
    ]
    for option, field, model, lookup in asked:
        if options[option] is not None:
            found = model._default_manager.filter(**{lookup: options[option]}).first()
            if found is None:
                raise CommandError(f"--{option.replace('_', '-')}: there is no {options[option]}.")
            return {field: found}
    return {}


def _said(count: int) -> str:
    return f"{count} share link{'' if count == 1 else 's'}"
