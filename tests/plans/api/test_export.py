"""A patient's copy of everything: complete, of nobody else, and with a word on what is what."""

from __future__ import annotations

import io
import json
from tempfile import SpooledTemporaryFile
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.files.storage import default_storage
from django.db import models
from jsonschema import Draft202012Validator
from rest_framework.test import APIClient

from config.views import PROGRAMME_SCHEMA
from patients.history import Change
from patients.models import AccessEvent, Patient, Practice, Role
from patients.records import patient_paths, records_of
from plans import words
from plans.export import export_patient
from plans.models import ProgrammeFile
from plans.readability import what_is_hard
from tests.factories import make_client, make_episode, make_patient, make_plan, make_practice, make_revision, make_user
from tests.plans.files import Record, make_record
from tests.plans.reading import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def record(practice: Practice) -> Record:
    return make_record(practice)


def exported(client: APIClient, patient: Patient) -> ZipFile:
    answer = client.get(f"/api/v1/patients/{patient.pk}/export.zip")
    assert answer.status_code == 200, answer.content
    return ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


def data_in(archive: ZipFile, name: str = "patient.json") -> Any:
    return json.loads(archive.read(name))


# What is in it.


def test_every_field_of_every_row_about_the_patient_is_in_it(client: APIClient, record: Record):
    data = data_in(exported(client, record.patient))

    kinds = {model for model in patient_paths() if not issubclass(model, Change)}
    assert set(data) == {"format", "exported_at", *(model._meta.model_name for model in kinds)}
    for model, rows in records_of(record.patient.pk):
        if model not in kinds:  # `tests/plans/api/test_changes.py`
            continue
        found = data[model._meta.model_name]
        assert {str(one["id"]) for one in found} == {str(row.pk) for row in rows}, model
        assert len(found) > 0, f"{model.__name__}: make one in tests/plans/files.py."
        for one in found:
            assert {field.name for field in model._meta.concrete_fields} <= set(one), model


def test_values_are_as_they_are_stored_and_what_they_refer_to_has_a_name(client: APIClient, record: Record):
    data = data_in(exported(client, record.patient))

    patient, item, revision = data["patient"][0], data["planitem"][0], data["revision"][0]
    assert (patient["given_name"], patient["birth_date"]) == ("Zwanehilde", "1931-03-07")
    assert data["patientidentifier"][0]["value"] == "number-471-of-hers"
    assert patient["practice_name"] == "Practice Example Street"
    assert item["exercise_name"] == "warm-up-walk"
    assert revision["issued_by_name"] == "Clara Clinician"
    assert revision["document"]["record"]["plan"]["items"]


def test_programmes_are_in_it_in_the_order_of_issue_and_complete(client: APIClient, record: Record):
    archive = exported(client, record.patient)

    schema = Draft202012Validator(json.loads(PROGRAMME_SCHEMA.read_text(encoding="utf-8")))
    for number, revision in enumerate(record.revisions, 1):
        document = data_in(archive, f"revisions/{number}/programme.json")
        schema.validate(document)
        assert (document["id"], document) == (str(revision.pk), revision.complete_document())


def test_prints_that_are_stored_are_in_it_as_they_are_and_those_that_are_missing_are_made(
    client: APIClient, record: Record
):
    stored = {one.layout: one.read() for one in ProgrammeFile.objects.all()}

    archive = exported(client, record.patient)

    prints = [name for name in archive.namelist() if name.startswith("revisions/") and name.endswith(".pdf")]
    assert sorted(prints) == [
        "revisions/1/programme-compact-nl.pdf",
        "revisions/1/programme-standard-nl.pdf",
        "revisions/2/programme-standard-nl.pdf",
        "revisions/3/programme-standard-nl.pdf",
    ]
    assert archive.read("revisions/1/programme-compact-nl.pdf") == stored["compact"]
    assert archive.read("revisions/1/programme-standard-nl.pdf") == stored["standard"]
    assert "Zwanehilde Onvergetelijk" in text_of(archive.read("revisions/3/programme-standard-nl.pdf"))


def test_as_many_prints_are_made_as_take_a_moment_and_the_next_copy_has_more(
    client: APIClient, record: Record, monkeypatch: Any
):
    monkeypatch.setattr("plans.export.MOST_RENDERED", 1)

    first, second = (
        [name for name in exported(client, record.patient).namelist() if "/programme-standard" in name]
        for _ in range(2)
    )

    assert first == ["revisions/1/programme-standard-nl.pdf", "revisions/3/programme-standard-nl.pdf"]
    assert len(second) == 3


def test_a_print_that_is_lost_leaves_the_rest(client: APIClient, record: Record):
    default_storage.delete(ProgrammeFile.objects.get(layout="compact").file.name)

    names = exported(client, record.patient).namelist()

    assert "revisions/1/programme-compact-nl.pdf" not in names
    assert "revisions/1/programme-standard-nl.pdf" in names


def test_who_looked_is_in_it_as_data_and_in_print_without_other_patients_and_staff_addresses(
    practice: Practice, client: APIClient, record: Record, monkeypatch: Any
):
    monkeypatch.setattr("plans.export.CHUNK", 2)
    other = make_patient(practice, family_name="Anders")
    client.get("/api/v1/patients/")
    events = AccessEvent.objects.about(record.patient.pk)

    archive = exported(client, record.patient)

    log = data_in(archive, "access-log.json")
    assert [one["id"] for one in log] == list(events.values_list("pk", flat=True))
    assert (log[0]["action"], log[0]["object_type"], log[0]["user"]) == ("E", "export", "Clara Clinician")
    assert (log[1]["in_list"], log[1]["object_ids"]) == (True, [])
    whole = b"".join(archive.read(name) for name in archive.namelist() if name.endswith((".json", ".txt")))
    assert b"127.0.0.1" not in whole
    assert str(other.pk).encode() not in whole
    assert "Een kopie van uw hele dossier" in text_of(archive.read("access-log-1.pdf"))


def test_a_long_log_is_printed_as_far_as_takes_a_moment(client: APIClient, record: Record, monkeypatch: Any):
    monkeypatch.setattr("plans.export.MOST_LINES", 1)

    archive = exported(client, record.patient)

    assert [one for one in archive.namelist() if one.startswith("access-log-")] == [
        "access-log-1.pdf",
        "access-log-2.pdf",
    ]
    assert len(data_in(archive, "access-log.json")) > 2


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_what_is_what_stands_in_every_language_and_in_the_patients_first(
    practice: Practice, client: APIClient, language: str
):
    patient = make_patient(practice, language=language)

    said = exported(client, patient).read("README.txt").decode()

    assert said.startswith(words.say(language, "export.readme"))
    for each in words.LANGUAGES:
        assert words.say(each, "export.readme") in said
    assert not what_is_hard(words.say(language, "export.readme"), language).long_sentences


def test_nothing_of_another_patient_is_in_it(practice: Practice, client: APIClient):
    patient, other = make_patient(practice), make_patient(practice, given_name="Nobodys", family_name="Business")
    hers, his = make_revision(make_plan(make_episode(patient))), make_revision(make_plan(make_episode(other)))

    archive = exported(client, patient)

    whole = b"".join(archive.read(name) for name in archive.namelist())
    assert str(hers.pk).encode() in whole
    for hidden in (b"Nobodys", b"Business", str(other.pk).encode(), str(his.pk).encode()):
        assert hidden not in whole


def test_a_patient_without_anything_has_a_copy_too(practice: Practice, client: APIClient):
    archive = exported(client, make_patient(practice))

    assert archive.namelist() == ["README.txt", "patient.json", "changes.json", "access-log.json", "access-log-1.pdf"]
    assert data_in(archive)["plan"] == []


# How it is handed over.


def test_it_comes_as_a_file_with_no_name_of_a_patient_that_nobody_keeps(client: APIClient, record: Record):
    answer = client.get(f"/api/v1/patients/{record.patient.pk}/export.zip")

    body = b"".join(answer.streaming_content)
    assert answer["Content-Type"] == "application/zip"
    assert answer["Content-Disposition"] == 'attachment; filename="patient-export.zip"'
    assert answer["Cache-Control"] == "no-store"
    assert int(answer["Content-Length"]) == len(body)
    assert not any(
        "wanehilde" in name or str(record.patient.pk) in name for name in ZipFile(io.BytesIO(body)).namelist()
    )


def test_what_is_large_is_on_the_disk_and_not_in_memory(practice: Practice, record: Record, monkeypatch: Any):
    monkeypatch.setattr("plans.export.IN_MEMORY", 1)

    with export_patient(user=make_user(practice), patient_id=record.patient.pk) as file:
        assert isinstance(file, SpooledTemporaryFile)
        assert file._rolled
        assert ZipFile(file).testzip() is None


@pytest.mark.parametrize("accept", ["application/zip", "application/json", "*/*"])
def test_it_is_given_whatever_is_accepted(client: APIClient, practice: Practice, accept: str):
    answer = client.get(f"/api/v1/patients/{make_patient(practice).pk}/export.zip", headers={"Accept": accept})

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    assert b"".join(answer.streaming_content).startswith(b"PK")


def test_a_parameter_that_is_not_known_is_named(client: APIClient, practice: Practice):
    answer = client.get(f"/api/v1/patients/{make_patient(practice).pk}/export.zip?part=1")

    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (400, "part")


# Who may.


def test_owners_and_clinicians_may_and_it_stands_in_the_log(practice: Practice):
    patient = make_patient(practice)

    for role in (Role.OWNER, Role.CLINICIAN):
        exported(make_client(practice, role), patient)

        event = AccessEvent.objects.first()
        assert (event.action, event.object_type, event.role, event.outcome) == ("E", "export", role, "ok")
        assert (event.patient_id, event.object_ids) == (patient.pk, [str(patient.pk)])


def test_an_assistant_may_not_and_that_stands_in_the_log(practice: Practice):
    patient = make_patient(practice)

    answer = make_client(practice, Role.ASSISTANT).get(f"/api/v1/patients/{patient.pk}/export.zip")

    event = AccessEvent.objects.first()
    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")
    assert (event.outcome, event.patient_id) == ("denied", patient.pk)


def test_to_a_stranger_there_is_no_such_patient(practice: Practice):
    stranger = make_client(make_practice("There"), Role.OWNER)
    nowhere = "11111111-2222-4333-8444-555555555555"

    answers = [stranger.get(f"/api/v1/patients/{pk}/export.zip") for pk in (make_patient(practice).pk, nowhere)]

    assert [one.status_code for one in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    assert not AccessEvent.objects.filter(object_type="export").exists()


def test_an_export_that_fails_leaves_no_trace_of_having_been_handed_over(
    client: APIClient, record: Record, monkeypatch: Any
):
    """The event is part of the reading: where nothing could be read, nothing was shown."""
    monkeypatch.setattr("plans.export.data_of", lambda patient: 1 / 0)
    client.raise_request_exception = False

    answer = client.get(f"/api/v1/patients/{record.patient.pk}/export.zip")

    assert answer.status_code == 500
    assert not AccessEvent.objects.filter(object_type="export").exists()


def test_no_field_is_a_picture_or_the_like_that_json_cannot_hold():
    """Such a field would stop the export: give it a file of its own in `plans/export.py`."""
    fields = [field for model in patient_paths() for field in model._meta.concrete_fields]

    assert not [field for field in fields if isinstance(field, models.BinaryField)]
