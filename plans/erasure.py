"""Erasing a patient: every row, every file, in one transaction. What stays is that it was done, and the access log's ids.

Each erasure is also noted in a file outside the database, so that it can be done again after an older backup was restored.
"""

from __future__ import annotations

import fcntl
import json
import os
import uuid
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import QuerySet
from django.utils import timezone

from patients.access import Action, origin, record_access
from patients.models import AccessEvent, Erasure, Patient
from patients.records import records_of
from patients.retention import Term, term_of
from plans.models import IdempotencyKey, Revision

Reason = Erasure.Reason
NOTED = ("practice_id", "patient_id", "user_id", "reason", "kept_until", "at")
"""What the file outside the database says of an erasure: ids, and why and when."""


class StillKept(Exception):
    """The record's term runs, and the reason given doesn't end it. `term` says until when."""

    def __init__(self, term: Term) -> None:
        self.term = term
        super().__init__(f"To be kept until {term.ends_on}.")


@transaction.atomic
def erase_patient(*, user: Any, patient_id: uuid.UUID, reason: str, before_retention_end: bool = False) -> Erasure:
    """Erase everything about a patient. Raises Patient.DoesNotExist for a stranger's, or StillKept."""
    patient = Patient.objects.visible_to(user).select_for_update().get(pk=patient_id)
    term = term_of(patient)
    if timezone.localdate() <= term.ends_on and not (before_retention_end and _ends_the_term(patient, reason)):
        raise StillKept(term)
    erasure = Erasure(
        practice_id=patient.practice_id,
        patient_id=patient.pk,
        user_id=user.pk,
        reason=reason,
        kept_until=term.ends_on,
    )
    _erase(erasure)
    record_access(user, Action.DELETE, "erasure", [erasure.pk], patient_id=patient.pk)
    return erasure


def _ends_the_term(patient: Patient, reason: str) -> bool:
    """The patient may ask; an entry by mistake is no record of a treatment, as long as nothing was handed over."""
    is_unused = reason == Reason.ENTERED_BY_MISTAKE and not Revision.objects.filter(patient=patient).exists()
    return reason == Reason.PATIENTS_REQUEST or is_unused


def _erase(erasure: Erasure) -> None:
    """Delete all rows, what refers to others first. Files go when the transaction is committed."""
    records = list(records_of(erasure.patient_id))
    keys = _idempotency_keys(erasure.patient_id, records)
    everything: list[tuple[Any, QuerySet[Any]]] = [*records, (IdempotencyKey, keys)]
    erasure.counts = {str(model._meta.model_name): rows.count() for model, rows in everything}
    erasure.save()
    files = [one for model, rows in records for one in _files_in(model, rows)]
    for _, rows in reversed(everything):
        rows.delete()
    for storage, name in files:
        transaction.on_commit(partial(storage.delete, name), robust=True)
    transaction.on_commit(note_erasures, robust=True)


def _idempotency_keys(patient_id: uuid.UUID, records: Iterable[tuple[Any, QuerySet[Any]]]) -> QuerySet[IdempotencyKey]:
    """Requests that made something of the patient, be it deleted since. They hold a digest of what was sent."""
    made = AccessEvent.objects.filter(patient_id=patient_id, action=Action.CREATE).values_list("object_ids", flat=True)
    ids = {one for object_ids in made for one in object_ids}
    ids |= {str(pk) for model, rows in records if _is_uuid(model) for pk in rows.values_list("pk", flat=True)}
    return IdempotencyKey.objects.filter(object_id__in=ids)


def _is_uuid(model: Any) -> bool:
    return isinstance(model._meta.pk, models.UUIDField)


def _files_in(model: Any, rows: QuerySet[Any]) -> Iterator[tuple[Any, str]]:
    for field in model._meta.concrete_fields:
        if isinstance(field, models.FileField):
            yield from ((field.storage, name) for name in rows.values_list(field.name, flat=True) if name)


def note_erasures() -> None:
    """Add to the file outside the database each erasure that it doesn't name yet. One at a time: each is noted once."""
    path = Path(settings.ERASURES_FILE)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # until it is closed
        file.seek(0)
        before = file.read()
        known = {erasure.patient_id for erasure in read_noted(before)[0]}
        missing = [erasure for erasure in Erasure.objects.order_by("at") if erasure.patient_id not in known]
        file.write("\n" if before and not before.endswith("\n") else "")  # somebody was stopped while writing
        file.writelines(json.dumps({name: str(getattr(one, name)) for name in NOTED}) + "\n" for one in missing)
        file.flush()
        os.fsync(file.fileno())


def read_noted(text: str) -> tuple[list[Erasure], list[int]]:
    """The erasures that such a file notes, and the numbers of lines that note none."""
    found, wrong = [], []
    for number, line in enumerate(text.splitlines(), 1):
        try:
            said = json.loads(line)
            erasure = Erasure(**{name: said[name] for name in NOTED})
            erasure.clean_fields(exclude=["counts"])
        except (ValueError, KeyError, TypeError, ValidationError):
            wrong.append(number)
        else:
            found.append(erasure)
    return found, wrong


@transaction.atomic
def erase_again(erasure: Erasure) -> bool:
    """Do an erasure again that was noted, if a restored backup brought the patient back. Whether it did."""
    found = Patient.objects.select_for_update().filter(pk=erasure.patient_id, practice_id=erasure.practice_id)
    if found.first() is None:
        return False
    _erase(erasure)
    AccessEvent.objects.create(
        practice_id=erasure.practice_id,
        patient_id=erasure.patient_id,
        action=Action.DELETE,
        object_type="erasure",
        object_ids=[str(erasure.pk)],
        client=origin.get().client,
    )
    return True
