"""How long a patient's record is kept: by the law of the practice's country, from its last change on."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from patients.models import Patient, Practice
from patients.records import last_changes


@dataclass(frozen=True)
class Term:
    """Of one record. `ends_on` is the last day on which it must be kept."""

    practice_id: uuid.UUID
    patient_id: uuid.UUID
    changed_on: datetime.date
    ends_on: datetime.date


def term_of(patient: Patient) -> Term:
    return next(_terms(patient.practice, Patient.objects.filter(pk=patient.pk)))


def terms_over(practice: Practice, as_of: datetime.date) -> Iterator[Term]:
    """The records of a practice whose term is over on a day, the oldest first."""
    terms = _terms(practice, Patient.objects.filter(practice=practice))
    over = [term for term in terms if term.ends_on < as_of]
    yield from sorted(over, key=lambda term: (term.ends_on, term.patient_id))


def _terms(practice: Practice, patients: QuerySet[Patient]) -> Iterator[Term]:
    years = settings.RETENTION_YEARS[practice.country]
    for patient_id, changed_at in last_changes(patients).items():
        changed_on = timezone.localdate(changed_at)
        yield Term(practice.pk, patient_id, changed_on, _years_after(changed_on, years))


def _years_after(day: datetime.date, years: int) -> datetime.date:
    """The same day of a later year; 1 March where that year has no 29 February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return datetime.date(day.year + years, 3, 1)
