"""What belongs to a patient: the rows of every table whose foreign keys lead to one, found from the models themselves."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterator, Mapping
from functools import cache
from graphlib import TopologicalSorter
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Max, QuerySet
from django.utils import timezone

from patients.changes import patient_changes
from patients.history import Change
from patients.models import Patient

Model = type[models.Model]


@cache
def patient_paths() -> Mapping[Model, str]:
    """Each model of patient data and the lookup that leads from its rows to the patient.

    A model stands behind those that it refers to, and before all of them what keeps their changes: whoever deletes rows
    from the last model on makes changes by it, and deletes these as well.
    """
    paths: dict[Model, str] = {Patient: "pk"}
    reached: list[Model] = [Patient]
    for target in reached:  # grows meanwhile: the shortest path is found first
        for model, field in _keys_to(target):
            if model not in paths:
                paths[model] = field.name if target is Patient else f"{field.name}__{paths[target]}"
                reached.append(model)
    order = TopologicalSorter({model: _refers_to(model) & paths.keys() for model in paths}).static_order()
    return {**dict.fromkeys(patient_changes(), "of_patient"), **{model: paths[model] for model in order}}


def _keys_to(target: Model) -> Iterator[tuple[Model, models.Field[Any, Any]]]:
    for model in apps.get_models(include_auto_created=True):
        if issubclass(model, Change):  # found by `of_patient`, wherever their row went
            continue
        yield from ((model, field) for field in model._meta.local_concrete_fields if field.related_model is target)


def _refers_to(model: Model) -> set[Any]:
    return {field.related_model for field in model._meta.local_concrete_fields} - {model}


def records_of(patient_id: uuid.UUID) -> Iterator[tuple[Model, QuerySet[Any]]]:
    """The rows of one patient, model by model, each behind what it refers to."""
    for model, path in patient_paths().items():
        yield model, model._base_manager.filter(**{path: patient_id})


def last_changes(patients: QuerySet[Patient]) -> dict[uuid.UUID, datetime.datetime]:
    """When something was last written to the record of each of these patients."""
    newest: dict[uuid.UUID, datetime.datetime] = {}
    for model, path in patient_paths().items():
        for field in _times_of_writing(model):
            rows = model._base_manager.filter(**{f"{path}__in": patients.order_by().values("pk")}).order_by()
            for patient_id, at in rows.values_list(path).annotate(Max(field.name)):
                newest[patient_id] = max(at, newest.get(patient_id, at))
    return newest


def _times_of_writing(model: Model) -> Iterator[models.Field[Any, Any]]:
    """Fields that hold when a row was made or changed: those that are filled by themselves.

    None of a model that says `changes_record = False`: what hands a programme over changes nothing of what is known.
    """
    if not getattr(model, "changes_record", True):
        return
    for field in model._meta.concrete_fields:
        is_automatic = getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
        is_written = is_automatic or field.default is timezone.now or field.name == "history_date"
        if isinstance(field, models.DateTimeField) and is_written:
            yield field
