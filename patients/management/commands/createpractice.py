from __future__ import annotations

import getpass
import secrets
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from patients.members import create_practice
from patients.models import Practice, User
from patients.vocabulary import Country, Language


class Command(BaseCommand):
    help = "Create a practice with its first owner, for a real start without demo data."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="The practice's name, as printed on programmes.")
        parser.add_argument("--owner-email", required=True)
        parser.add_argument("--owner-name", required=True, help="As patients know this person.")
        parser.add_argument("--telephone", default="")
        parser.add_argument("--country", choices=Country.values, default=Country.NETHERLANDS)
        parser.add_argument("--language", choices=Language.values, default=Language.DUTCH)
        parser.add_argument(
            "--generate-password", action="store_true", help="Make one and print it once; else it is asked."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        email = options["owner_email"]
        self._check(options["name"], email, options["owner_name"])
        known = User.objects.filter(email__iexact=email).exists()
        password = "" if known else self._password(options)
        practice = create_practice(
            name=options["name"].strip(),
            owner_email=email,
            owner_name=options["owner_name"],
            password=password,
            telephone=options["telephone"],
            country=options["country"],
            language=options["language"],
        )
        self.stdout.write(f"Practice {practice.name} ({practice.pk}), owner {email}.")
        if known:
            self.stdout.write("The owner had an account already and keeps its password.")
        elif options["generate_password"]:
            self.stdout.write(f"Password, shown once: {password}")

    def _check(self, name: str, email: str, owner_name: str) -> None:
        if not name.strip():
            raise CommandError("name: give the practice a name.")
        if not owner_name.strip():
            raise CommandError("--owner-name: give the name that patients know; it is printed on programmes.")
        if Practice.objects.filter(name=name.strip()).exists():
            raise CommandError(f"name: there is a practice called {name.strip()} already.")
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError(f"--owner-email: {email} is not an e-mail address.") from error

    def _password(self, options: dict[str, Any]) -> str:
        if options["generate_password"]:
            return secrets.token_urlsafe(15)
        password = getpass.getpass("Password for the owner: ")
        try:
            validate_password(password, User(email=options["owner_email"], name=options["owner_name"]))
        except ValidationError as error:
            raise CommandError(f"password: {' '.join(error.messages)}") from error
        if getpass.getpass("Once more: ") != password:
            raise CommandError("password: the two are not the same.")
        return password
