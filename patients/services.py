"""What is done with patients: one function an operation, one transaction each.

What writes to a patient's record holds the patient first, and raises Patient.DoesNotExist where the record was just erased.
"""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django.db import IntegrityError, transaction

from patients.access import Action, record_access
from patients.models import Clearance, Episode, Patient, PatientIdentifier, PhaseAssessment


class IdentifierTaken(Exception):
    """An identifier stands with another patient of the practice. `index` is its place in the list."""

    def __init__(self, index: int) -> None:
        self.index = index
        super().__init__(f"Identifier {index} is taken.")


def _hold(patient_id: uuid.UUID) -> None:
    """Nobody erases the patient until this transaction ends. Raises Patient.DoesNotExist where somebody just did."""
    Patient.objects.held().get(pk=patient_id)


@transaction.atomic
def create_patient(*, user: Any, identifiers: list[dict[str, str]], **fields: Any) -> Patient:
    patient = Patient.objects.create(practice=user.membership.practice, **fields)
    _write_identifiers(patient, identifiers)
    record_access(user, Action.CREATE, "patient", [patient.pk], patient_id=patient.pk)
    return patient


@transaction.atomic
def update_patient(
    *, user: Any, patient: Patient, identifiers: list[dict[str, str]] | None = None, **fields: Any
) -> Patient:
    """Change the given fields; identifiers, where given, replace the ones there are."""
    _hold(patient.pk)
    patient.refresh_from_db()  # what others changed since it was read stays
    for name, value in fields.items():
        setattr(patient, name, value)
    patient.save()
    if identifiers is not None:
        _write_identifiers(patient, identifiers)
    record_access(user, Action.UPDATE, "patient", [patient.pk], patient_id=patient.pk)
    return patient


def _write_identifiers(patient: Patient, identifiers: list[dict[str, str]]) -> None:
    """These and no others; one that is there already stays as it is."""
    before = {(one.system, one.value): one for one in patient.identifiers.all()}
    wanted = [(one["system"], one["value"]) for one in identifiers]
    for gone in before.keys() - wanted:
        before[gone].delete()
    for index, (system, value) in enumerate(wanted):
        if (system, value) in before:
            continue
        try:
            with transaction.atomic():
                PatientIdentifier.objects.create(patient=patient, practice=patient.practice, system=system, value=value)
        except IntegrityError as error:
            raise IdentifierTaken(index) from error


@transaction.atomic
def open_episode(*, user: Any, patient: Patient, **fields: Any) -> Episode:
    """A new episode of care. Its phase is assessed separately."""
    _hold(patient.pk)
    episode = Episode.objects.create(practice=patient.practice, patient=patient, **fields)
    record_access(user, Action.CREATE, "episode", [episode.pk], patient_id=patient.pk)
    return episode


@transaction.atomic
def update_episode(*, user: Any, episode: Episode, **fields: Any) -> Episode:
    _hold(episode.patient_id)
    episode.refresh_from_db()  # what others changed since it was read stays
    for name, value in fields.items():
        setattr(episode, name, value)
    episode.save()
    record_access(user, Action.UPDATE, "episode", [episode.pk], patient_id=episode.patient_id)
    return episode


@transaction.atomic
def assess_phase(
    *, user: Any, episode: Episode, phase: str, assessed_on: datetime.date, note: str = ""
) -> PhaseAssessment:
    """Add an assessment to the phase history; the newest one counts."""
    _hold(episode.patient_id)
    assessment = PhaseAssessment.objects.create(
        practice=episode.practice,
        episode=episode,
        phase=phase,
        assessed_on=assessed_on,
        note=note,
        created_by=user.person,
    )
    episode.save(update_fields=["updated_at"])
    record_access(user, Action.CREATE, "phase", [assessment.pk], patient_id=episode.patient_id)
    return assessment


@transaction.atomic
def clear_basics(*, user: Any, episode: Episode, cleared_on: datetime.date, note: str = "") -> Clearance:
    """Record that the patient does the basic exercises without problems."""
    _hold(episode.patient_id)
    clearance = Clearance.objects.create(
        practice=episode.practice, episode=episode, cleared_on=cleared_on, note=note, created_by=user.person
    )
    episode.save(update_fields=["updated_at"])
    record_access(user, Action.CREATE, "clearance", [clearance.pk], patient_id=episode.patient_id)
    return clearance
