"""What belongs to a patient is found from the models, so that a new table can't be forgotten."""

from __future__ import annotations

from django.apps import apps

from patients.history import Change
from patients.records import patient_paths
from plans.api.refusals import PATIENT_DATA


def test_every_table_that_refers_to_a_patients_data_is_a_patients_data():
    left_out = {
        f"{model.__name__}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.local_concrete_fields
        if field.related_model in patient_paths() and model not in patient_paths()
    }

    assert left_out == set()
    assert {"Patient", "Episode", "Revision", "ProgrammeFile"} <= {model.__name__ for model in patient_paths()}


def test_every_row_leads_to_its_patient():
    """A key that may be empty would leave rows out."""
    for model, path in patient_paths().items():
        assert not model._meta.get_field(path.split("__")[0].replace("pk", "id")).null, f"{model.__name__}.{path}"


def test_what_is_referred_to_stands_before_what_refers_to_it():
    order = [model for model in patient_paths() if not issubclass(model, Change)]

    for model in order:
        targets = {field.related_model for field in model._meta.local_concrete_fields} - {model}
        assert all(order.index(one) < order.index(model) for one in targets if one in order)


def test_what_keeps_changes_stands_before_all_else_so_that_whoever_deletes_from_the_end_deletes_the_deletions_too():
    kept = [issubclass(model, Change) for model in patient_paths()]

    assert kept == sorted(kept, reverse=True)
    assert kept.count(True) == 4


def test_what_views_show_of_patients_is_a_patients_data():
    assert set(PATIENT_DATA) <= set(patient_paths())
