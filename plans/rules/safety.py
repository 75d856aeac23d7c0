"""safety.*: what must not be done, or only with care."""

from __future__ import annotations

from plans.rules.case import Case
from plans.rules.engine import Hits, hit
from plans.values import Severity


def avoid(case: Case) -> Hits:
    """safety.avoid: an exercise on the avoid list (leaflet, rule 11)."""
    for entry in case.entries:
        exercise = entry.exercise
        if exercise.avoid:
            # The list is of records, and holds under every protocol.
            source = None if exercise.source == case.protocol.source else "record"
            yield hit(
                entry.where, case.drop(entry), source=source, exercise=exercise.code, reason=exercise.avoid_reasons
            )


def precaution(case: Case) -> Hits:
    """safety.precaution: a precaution of the patient meets one of the exercise; an error where the record says never
    (catalogue record)."""
    for entry in case.entries:
        levels = entry.exercise.precautions
        met = [one for one in sorted(case.patient.precautions) if one in levels]
        never = [one for one in met if levels[one] == "never"]
        if met:
            yield hit(
                entry.where,
                case.drop(entry),
                severity=Severity.ERROR if never else Severity.WARNING,
                variant="never" if never else "caution",
                exercise=entry.exercise.code,
                precautions=never or met,
            )
