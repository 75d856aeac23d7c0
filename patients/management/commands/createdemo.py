from __future__ import annotations

import datetime
import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from patients import members, services
from patients.models import Patient, Practice, User

PRACTICE = "Demo Practice Example Street"
EMAIL = "clinician@demo.example"

PATIENTS: list[dict[str, Any]] = [
    {
        "given_name": "Testina",
        "family_name": "Voorbeeld",
        "language": "nl",
        "minutes_per_session": 30,
        "complaint": "Lage rugpijn sinds het verhuizen (verzonnen)",
        "body_region": "low_back",
        "phase": "post_acute",
        "goals": ["Weer een uur in de tuin werken"],
        "cleared": True,
    },
    {
        "given_name": "Fictio",
        "family_name": "Placeholder",
        "language": "en",
        "minutes_per_session": 20,
        "complaint": "Sudden low back pain, two days ago (made up)",
        "body_region": "low_back",
        "phase": "acute",
        "onset_days": 2,
        "goals": ["Sleep through the night"],
        "cleared": False,
    },
    {
        "given_name": "Demo",
        "family_name": "Niemand-Anders",
        "language": "nl",
        "minutes_per_session": None,
        "complaint": "Terugkerende nek- en rugklachten (verzonnen)",
        "body_region": "neck",
        "phase": "prevention",
        "goals": ["Klachten voorkomen"],
        "cleared": True,
        "precautions": ["osteoporosis"],
    },
]


class Command(BaseCommand):
    help = "Make a demo practice with a clinician and three made-up patients. Once: a second run keeps what is there."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--login-file", type=Path, default=settings.BASE_DIR / ".demo-login")

    def handle(self, *args: Any, **options: Any) -> None:
        login: Path = options["login_file"]
        if not Practice.objects.filter(name=PRACTICE).exists():
            self._create()
        user = User.objects.get(email=EMAIL)
        password = login.read_text().split("\n")[1] if login.exists() else ""
        if not password or not user.check_password(password):
            password = secrets.token_urlsafe(15)
            user.set_password(password)
            user.save(update_fields=["password"])
            login.write_text(f"{EMAIL}\n{password}\n")
            login.chmod(0o600)
        self.stdout.write(f"{EMAIL}\n{password}")

    def _create(self) -> None:
        practice = members.create_practice(
            name=PRACTICE,
            owner_email=EMAIL,
            owner_name="Demo Clinician",
            password=secrets.token_urlsafe(15),
            telephone="+31 20 000 0000",
        )
        user = User.objects.get(email=EMAIL)
        user.act_for(practice.pk)
        for facts in PATIENTS:
            make_patient(user, facts)


def make_patient(user: User, facts: dict[str, Any]) -> Patient:
    """A made-up patient with an episode, its phase, and its clearance."""
    names = ("given_name", "family_name", "language", "minutes_per_session")
    patient = services.create_patient(user=user, identifiers=[], **{name: facts[name] for name in names})
    episode = services.open_episode(
        user=user,
        patient=patient,
        complaint=facts["complaint"],
        body_region=facts["body_region"],
        onset_on=timezone.localdate() - datetime.timedelta(days=facts.get("onset_days", 30)),
        goals=facts["goals"],
        precautions=facts.get("precautions", []),
    )
    services.assess_phase(user=user, episode=episode, phase=facts["phase"], assessed_on=timezone.localdate())
    if facts["cleared"]:
        services.clear_basics(user=user, episode=episode, cleared_on=timezone.localdate())
    return patient
