"""Facts of a patient in a request that names none: enough to check and compose, nothing that tells who it is."""

from __future__ import annotations

import datetime
from typing import Any

from rest_framework import serializers

from patients.vocabulary import Equipment, Precaution
from plans.api.fields import ChoiceList, Number, Strict, Text
from plans.api.plan_forms import ProgrammeForm, completed
from plans.checking import last_days, last_doses
from plans.values import PatientFacts


class FactsForm(Strict):
    """What checking must know. Left out: the plan's phase, assessed today; nothing else known; basics not cleared."""

    phase = Text(max_length=40, required=False, allow_null=True)
    phase_assessed_on = serializers.DateField(required=False, allow_null=True)
    precautions = ChoiceList(choices=Precaution.values, required=False)
    equipment = ChoiceList(choices=Equipment.values, required=False, allow_null=True, help_text="Null: not asked.")
    minutes_per_session = Number(min_value=1, max_value=240, required=False, allow_null=True)
    cleared = serializers.BooleanField(required=False, help_text="The basic exercises go without problems.")
    earlier_exercises = serializers.ListField(child=Text(max_length=60), max_length=500, required=False)
    last_plan = ProgrammeForm(
        required=False, help_text="`record.plan` of what was issued last: the new plan goes on from its last week."
    )


def facts_from(given: dict[str, Any] | None, phase: str, today: datetime.date) -> PatientFacts:
    """Validated facts as the rules take them."""
    said = given or {}
    equipment = said.get("equipment")
    last = completed(said["last_plan"], "en") if "last_plan" in said else None
    earlier = {*said.get("earlier_exercises", ()), *(item.exercise for item in (last.items if last else ()))}
    return PatientFacts(
        phase=said.get("phase", phase),
        phase_assessed_on=said.get("phase_assessed_on", today),
        precautions=frozenset(said.get("precautions", [])),
        equipment=None if equipment is None else frozenset(equipment),
        minutes=said.get("minutes_per_session"),
        cleared=said.get("cleared", False),
        earlier_exercises=frozenset(earlier),
        last_doses=last_doses(last) if last else {},
        last_days_per_week=last_days(last) if last else None,
        has_earlier_revision=bool(earlier) or last is not None,
    )
