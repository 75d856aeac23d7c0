from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from catalogue.models import Protocol
from patients import services as care
from patients.management.commands.createdemo import EMAIL
from patients.models import Episode, Patient, User
from plans import services, words
from plans.checking import case_of, catalogue_of, terms
from plans.composer.doses import blank_programme, composed_item
from plans.documents import Override
from plans.models import Plan, Revision
from plans.pdf import render_programme
from plans.rules import check
from plans.rules.texts import Writer
from plans.values import PatientFacts, Severity

# The leaflet's own session: warm-up, pelvic tilt, the six basic exercises, one or two of each further group.
SESSION = (
    "warm-up-walk",
    "warm-up-shoulder-rolls",
    "warm-up-muscle-tensing",
    "pelvic-tilt",
    "knee-to-chest",
    "double-knee-to-chest",
    "straight-leg-raise",
    "pelvic-tilt-leg-movements",
    "back-rotation",
    "low-back-rotation-crossed-knees",
    "half-sit-up",
    "thoracic-mobilisation-supine",
    "bridge",
    "prone-lying",
    "hamstring-stretch",
    "quadriceps-stretch",
    "wall-sit",
)
REASON = "The leaflet's own session in full, as a demonstration."


class Command(BaseCommand):
    help = "Build the leaflet's session for a demo patient, check and issue it, and write its PDF and JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--output", type=Path, required=True, help="Folder for programme.pdf and programme.json.")
        parser.add_argument("--language", default="nl", choices=words.LANGUAGES, help="Language of the PDF.")

    def handle(self, *args: Any, **options: Any) -> None:
        protocol = Protocol.objects.filter(practice=None, code="back-care").first()
        if protocol is None:
            raise CommandError("The catalogue is empty. First run: manage.py loadcatalogue")
        user = demo_clinician()
        plan = make_plan(user, open_demo_episode(user), protocol)
        revision = self._issue(user, plan)
        folder: Path = options["output"]
        folder.mkdir(parents=True, exist_ok=True)
        document = revision.complete_document()
        (folder / "programme.pdf").write_bytes(render_programme(document, options["language"]))
        (folder / "programme.json").write_text(json.dumps(document, ensure_ascii=False, indent=2), encoding="utf-8")
        self.stdout.write(f"Revision {revision.number} written to {folder}/programme.pdf and programme.json.")

    def _issue(self, user: User, plan: Plan) -> Revision:
        """Issue despite the warnings that the full session brings, each with the reason; an error stops."""
        case = case_of(plan, timezone.localdate())
        writer = Writer(case, terms(), "en")
        findings = check(case)
        for finding in findings:
            self.stdout.write(f"{finding.severity.value}: {finding.id}: {writer.finding(finding)['message']}")
        overrides = [Override(one.id, one.where, REASON) for one in findings if one.severity == Severity.WARNING]
        return services.issue_plan(user=user, plan_id=plan.pk, overrides=overrides)


def demo_clinician() -> User:
    """The demo practice's clinician; the practice is made if it isn't there."""
    if not User.objects.filter(email=EMAIL).exists():
        call_command("createdemo", verbosity=0)
    user = User.objects.get(email=EMAIL)
    user.act_for(None)
    return user


def open_demo_episode(user: User) -> Episode:
    """A new episode of a demo patient, post-acute and cleared for more than the basics."""
    patient = Patient.objects.visible_to(user).filter(given_name="Testina").first()
    if patient is None:
        raise CommandError("The demo practice has lost its demo patients.")
    today = timezone.localdate()
    episode = care.open_episode(
        user=user, patient=patient, complaint="Lage rugpijn (verzonnen)", body_region="low_back"
    )
    care.assess_phase(user=user, episode=episode, phase="post_acute", assessed_on=today)
    care.clear_basics(user=user, episode=episode, cleared_on=today)
    return episode


def make_plan(user: User, episode: Episode, protocol: Protocol) -> Plan:
    """The session as a draft, with the protocol's own doses and frequency."""
    values, exercises = catalogue_of(episode.practice_id, protocol)
    facts, weeks = PatientFacts(), values.rules.default_weeks
    blank = blank_programme(values, facts, "post_acute", episode.patient.language, weeks)
    items = tuple(composed_item(exercises[code], blank, values, facts) for code in SESSION)
    programme = replace(blank, items=items, goal="Weer een uur in de tuin werken")
    return services.create_plan(user=user, episode=episode, protocol=protocol, programme=programme)
