from __future__ import annotations

import datetime
import json
import uuid
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from patients.models import Practice
from patients.retention import Term, terms_over


class Command(BaseCommand):
    help = "List the patients whose record need not be kept any longer: ids and dates, no names. Nothing is erased."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--practice", type=uuid.UUID, help="Of one practice, by its id; else of all.")
        parser.add_argument("--as-of", type=datetime.date.fromisoformat, help="A day such as 2046-01-31; else today.")
        parser.add_argument("--json", action="store_true", help="As a JSON list.")

    def handle(self, *args: Any, **options: Any) -> None:
        practices = Practice.objects.order_by("name", "pk")
        if options["practice"]:
            practices = practices.filter(pk=options["practice"])
            if not practices:
                raise CommandError(f"--practice: there is no practice {options['practice']}.")
        as_of = options["as_of"] or timezone.localdate()
        over = [term for practice in practices for term in terms_over(practice, as_of)]
        if options["json"]:
            self.stdout.write(json.dumps([facts_of(term) for term in over], indent=2))
            return
        for term in over:
            self.stdout.write(" ".join(f"{name} {value}" for name, value in facts_of(term).items()))
        self.stdout.write(f"{len(over)} due on {as_of}.")


def facts_of(term: Term) -> dict[str, str]:
    return {
        "practice": str(term.practice_id),
        "patient": str(term.patient_id),
        "changed_on": term.changed_on.isoformat(),
        "kept_until": term.ends_on.isoformat(),
    }
