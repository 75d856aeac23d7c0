"""A patient is erased for good: no row and no file is left, and everybody may know that it was done."""

from __future__ import annotations

import datetime
import io
import json
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from rest_framework.test import APIClient

from patients.models import AccessEvent, AppendOnlyError, Clearance, Erasure, Patient, PhaseAssessment, Practice, Role
from plans.models import ProgrammeFile, Revision
from tests.factories import make_client, make_episode, make_patient, make_plan, make_practice, make_revision, make_user
from tests.plans.files import NAMES, STAYING, Record, make_record, mentions

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(practice: Practice) -> APIClient:
    return make_client(practice, Role.OWNER)


@pytest.fixture(autouse=True)
def erasures_file(settings: Any, tmp_path: Path) -> Path:
    settings.ERASURES_FILE = tmp_path / "kept" / "erasures.jsonl"
    return settings.ERASURES_FILE


def body(patient: Patient, **said: Any) -> dict[str, Any]:
    return {"reason": "patients_request", "confirm": str(patient.pk), "before_retention_end": True, **said}


def erase(client: APIClient, patient: Patient, headers: Any = None, **said: Any) -> Any:
    return client.post(f"/api/v1/patients/{patient.pk}/erasure/", body(patient, **said), format="json", headers=headers)


def years_pass(monkeypatch: pytest.MonkeyPatch, years: int) -> None:
    """What is asked from now on is asked so many years later."""
    later = timezone.now().replace(day=28) + datetime.timedelta(days=int(years * 365.25) + 40)
    monkeypatch.setattr(timezone, "now", lambda: later)


def refused(statement: str, **names: str) -> None:
    with pytest.raises(DatabaseError, match=r"never changed|are kept"), transaction.atomic():
        connection.cursor().execute(statement.format(**names))


# What goes.


def test_no_row_and_no_file_of_an_erased_patient_is_left(
    practice: Practice, owner: APIClient, django_capture_on_commit_callbacks: Any
):
    record = make_record(practice, owner)
    files = list(ProgrammeFile.objects.values_list("file", flat=True))
    assert len(files) == 2
    assert mentions("Zwanehilde", *record.ids)

    with django_capture_on_commit_callbacks(execute=True):
        answer = erase(owner, record.patient)

    assert answer.status_code == 201, answer.content
    assert mentions(*NAMES) == []
    assert set(mentions(*record.ids)) <= STAYING
    assert [name for name in files if default_storage.exists(name)] == []


def test_what_is_of_others_stays_as_it_was(practice: Practice, owner: APIClient):
    record, other = make_record(practice, owner), make_patient(practice)
    revision = make_revision(make_plan(make_episode(other)))
    pdf = owner.get(f"/api/v1/revisions/{revision.pk}/programme.pdf").content

    erase(owner, record.patient)

    assert Patient.objects.get() == other
    assert Revision.objects.get() == revision
    assert owner.get(f"/api/v1/revisions/{revision.pk}/programme.pdf").content == pdf
    assert owner.get(f"/api/v1/revisions/{revision.pk}/programme.json").json()["pictures"]


def test_files_are_kept_where_the_erasure_is_not_committed(practice: Practice, owner: APIClient, monkeypatch: Any):
    record = make_record(practice, owner)
    monkeypatch.setattr("plans.erasure.record_access", lambda *args, **more: 1 / 0)
    owner.raise_request_exception = False

    answer = erase(owner, record.patient)

    assert answer.status_code == 500
    assert not Erasure.objects.exists()
    assert owner.get(f"/api/v1/patients/{record.patient.pk}/").status_code == 200
    assert all(default_storage.exists(one.file.name) for one in ProgrammeFile.objects.all())


def test_whatever_is_asked_of_an_erased_patient_has_the_answer_of_a_random_id(practice: Practice, owner: APIClient):
    record = make_record(practice, owner)
    erase(owner, record.patient)
    revision, random = record.revisions[0], uuid.uuid4()

    for path in ("patients/{}/", "patients/{}/episodes/", "patients/{}/export.zip", "patients/{}/access-log.pdf"):
        answers = [owner.get(f"/api/v1/{path.format(pk)}") for pk in (record.patient.pk, random)]
        assert [one.status_code for one in answers] == [404, 404], path
        assert answers[0].content == answers[1].content
    for path in ("revisions/{}/", "revisions/{}/programme.pdf", "revisions/{}/programme.json"):
        assert owner.get(f"/api/v1/{path.format(revision.pk)}").status_code == 404
    assert owner.get(f"/api/v1/plans/{revision.plan_id}/").status_code == 404
    assert owner.patch(f"/api/v1/patients/{record.patient.pk}/", {"language": "fr"}, format="json").status_code == 404
    assert owner.get("/api/v1/patients/").json()["results"] == []


def test_nobody_is_erased_twice(practice: Practice, owner: APIClient):
    patient = make_patient(practice)

    assert [erase(owner, patient).status_code for _ in range(2)] == [201, 404]
    assert Erasure.objects.count() == 1


def test_a_request_that_is_repeated_has_the_same_answer(practice: Practice, owner: APIClient):
    patient = make_patient(practice)

    first, second = (erase(owner, patient, headers={"Idempotency-Key": "once"}) for _ in range(2))

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()


# What stays.


def test_the_record_of_an_erasure_says_who_decided_it_when_and_why_and_how_much_it_was(
    practice: Practice, owner: APIClient
):
    record = make_record(practice, owner)

    said = erase(owner, record.patient).json()

    kept = Erasure.objects.get()
    assert said["patient"] == str(record.patient.pk) == str(kept.patient_id)
    assert (said["id"], said["reason"]) == (str(kept.pk), "patients_request")
    assert said["erased_by"] == str(AccessEvent.objects.first().user_id)
    assert said["kept_until"] == timezone.localdate().replace(year=timezone.localdate().year + 20).isoformat()
    assert said["counts"] == {
        "patient": 1,
        "patientidentifier": 1,
        "episode": 2,
        "phaseassessment": 2,
        "clearance": 2,
        "plan": 3,
        "planitem": 15,
        "revision": 3,
        "programmefile": 2,
        "sharelink": 1,
        "idempotencykey": 1,
        "historicalpatient": 1,
        "historicalpatientidentifier": 1,
        "historicalepisode": 2,
        "historicalplan": 6,
    }
    assert kept.counts == said["counts"]


def test_the_access_log_of_an_erased_patient_is_there_for_owners_only(practice: Practice, owner: APIClient):
    record = make_record(practice, owner)
    log = f"/api/v1/patients/{record.patient.pk}/access-log/"
    erase(owner, record.patient)

    answers = {
        role: make_client(practice, role).get(log).status_code for role in (Role.OWNER, Role.CLINICIAN, Role.ASSISTANT)
    }
    events = owner.get(log).json()["results"]

    assert answers == {"owner": 200, "clinician": 404, "assistant": 403}
    assert make_client(make_practice("There"), Role.OWNER).get(log).status_code == 404
    assert {"D erasure", "E programme.pdf", "R access_log"} <= {f"{e['action']} {e['object_type']}" for e in events}


def test_the_access_log_is_as_it_was_sealed_after_an_erasure(practice: Practice, owner: APIClient):
    record = make_record(practice, owner)
    call_command("seal_log", stdout=io.StringIO())

    erase(owner, record.patient)

    call_command("verify_log", stdout=io.StringIO())
    call_command("seal_log", stdout=io.StringIO())
    call_command("verify_log", stdout=io.StringIO())
    assert AccessEvent.objects.filter(patient_id=record.patient.pk, action="D", object_type="erasure").count() == 1


@pytest.mark.parametrize("statement", ["UPDATE patients_erasure SET reason = 'x'", "DELETE FROM patients_erasure"])
def test_the_record_of_an_erasure_is_neither_changed_nor_deleted(practice: Practice, owner: APIClient, statement: str):
    erase(owner, make_patient(practice))

    refused(statement)
    with pytest.raises(AppendOnlyError):
        Erasure.objects.get().save()


# Who may, and what it takes.


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.ASSISTANT])
def test_only_an_owner_erases(practice: Practice, role: str):
    patient = make_patient(practice)

    answer = erase(make_client(practice, role), patient)

    assert answer.status_code == 403
    event = AccessEvent.objects.first()
    assert (event.action, event.outcome, event.patient_id) == ("D", "denied", patient.pk)
    assert Patient.objects.filter(pk=patient.pk).exists()


def test_to_another_practices_owner_there_is_no_such_patient(practice: Practice):
    patient, stranger = make_patient(practice), make_client(make_practice("There"), Role.OWNER)
    nobody = Patient(pk=uuid.uuid4())

    answers = [erase(stranger, patient), erase(stranger, nobody), erase(stranger, patient, confirm="nonsense")]

    assert [one.status_code for one in answers] == [404, 404, 404]
    assert len({one.content for one in answers}) == 1
    assert Patient.objects.filter(pk=patient.pk).exists()


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"confirm": str(uuid.uuid4())}, "/confirm"),
        ({"confirm": None}, "/confirm"),
        ({"reason": "bored"}, "/reason"),
        ({"before_retention_end": "true"}, "/before_retention_end"),
        ({"note": "Testina asked"}, "/note"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_erased(
    practice: Practice, owner: APIClient, said: dict[str, Any], pointer: str
):
    patient = make_patient(practice)

    answer = erase(owner, patient, **said)

    assert answer.status_code == 400
    assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]
    assert Patient.objects.get() == patient


@pytest.mark.parametrize(
    "said",
    [
        {"before_retention_end": False},
        {"reason": "retention_over"},
        {"reason": "entered_by_mistake", "before_retention_end": False},
    ],
)
def test_a_record_whose_term_runs_is_not_erased_without_saying_so(
    practice: Practice, owner: APIClient, said: dict[str, Any]
):
    patient = make_patient(practice)

    answer = erase(owner, patient, **said)

    today = timezone.localdate()
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:home-exercise-programme:problem:retention")
    assert answer.json()["kept_until"] == f"{today.year + 20}{today:-%m-%d}"
    assert answer.json()["kept_until"] in answer.json()["detail"]
    assert Patient.objects.get() == patient


def test_a_mistake_is_erased_as_long_as_nothing_was_handed_over(practice: Practice, owner: APIClient):
    unused, used = make_patient(practice), make_patient(practice)
    make_revision(make_plan(make_episode(used)))

    answers = [erase(owner, one, reason="entered_by_mistake").status_code for one in (unused, used)]

    assert answers == [201, 409]


def test_a_record_whose_term_is_over_is_erased_without_more(practice: Practice, owner: APIClient, monkeypatch: Any):
    record = make_record(practice, owner)
    user = make_user(practice, Role.OWNER)
    years_pass(monkeypatch, 20)
    later = APIClient()
    later.force_authenticate(user)

    answer = erase(later, record.patient, reason="retention_over", before_retention_end=False)

    assert answer.status_code == 201, answer.content
    assert mentions(*NAMES) == []


# What the database refuses.

KEPT = {"plans_revision": Revision, "patients_phaseassessment": PhaseAssessment, "patients_clearance": Clearance}


@pytest.mark.parametrize("table", KEPT)
def test_what_is_only_added_to_is_not_deleted_without_the_record_of_an_erasure(practice: Practice, table: str):
    make_record(practice)
    count = KEPT[table].objects.count()

    refused("DELETE FROM {table}", table=table)
    with pytest.raises(DatabaseError), transaction.atomic():
        KEPT[table].objects.first().delete()
    if connection.vendor == "postgresql":
        refused("SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE {table} CASCADE", table=table)
    else:
        refused("INSERT OR REPLACE INTO {table} SELECT * FROM {table}", table=table)

    assert KEPT[table].objects.count() == count


def test_no_revision_takes_the_place_of_another_with_its_number(practice: Practice):
    if connection.vendor == "postgresql":
        pytest.skip("sqlite only: elsewhere the constraint refuses it")
    make_record(practice)
    columns = [field.column for field in Revision._meta.concrete_fields if field.column != "id"]

    refused(
        "INSERT OR REPLACE INTO plans_revision (id, {columns}) SELECT '0', {columns} FROM plans_revision",
        columns=", ".join(columns),
    )


@pytest.mark.parametrize("table", KEPT)
def test_the_record_of_ones_erasure_lets_nothing_of_another_go(practice: Practice, table: str):
    record, other = make_record(practice), make_record(make_practice("There"))
    Erasure.objects.create(
        practice_id=practice.pk,
        patient_id=record.patient.pk,
        user_id=uuid.uuid4(),
        reason="patients_request",
        kept_until=timezone.localdate(),
        counts={},
    )
    there = KEPT[table].objects.filter(practice_id=other.patient.practice_id)

    refused("DELETE FROM {table}", table=table)
    with pytest.raises(DatabaseError), transaction.atomic():
        there.first().delete()
    Patient.objects.get(pk=record.patient.pk)
    ProgrammeFile.objects.filter(revision__patient=record.patient).delete()
    KEPT[table].objects.filter(practice_id=practice.pk).delete()

    assert there.exists()
    assert not KEPT[table].objects.filter(practice_id=practice.pk).exists()


# After an older backup was restored.


def run_again(**options: Any) -> str:
    said = io.StringIO()
    call_command("erase_again", stdout=said, **options)
    return said.getvalue()


def test_who_was_erased_is_noted_outside_the_database_without_a_name(
    practice: Practice, owner: APIClient, erasures_file: Path, django_capture_on_commit_callbacks: Any
):
    patients = [make_patient(practice) for _ in range(3)]
    erase(owner, patients[0])  # stopped before it was noted

    for patient in patients[1:]:
        with django_capture_on_commit_callbacks(execute=True):
            erase(owner, patient)

    noted = [json.loads(line) for line in erasures_file.read_text().splitlines()]
    assert [one["patient_id"] for one in noted] == [str(one.pk) for one in patients]
    assert set(noted[0]) == {"practice_id", "patient_id", "user_id", "reason", "kept_until", "at"}
    assert "Testina" not in erasures_file.read_text()


def noted(record: Record, **said: Any) -> str:
    return json.dumps(
        {
            "practice_id": str(record.patient.practice_id),
            "patient_id": str(record.patient.pk),
            "user_id": str(uuid.uuid4()),
            "reason": "patients_request",
            "kept_until": "2046-01-31",
            "at": "2026-01-31 12:00:00+00:00",
            **said,
        }
    )


def test_who_came_back_with_a_backup_is_erased_again(
    practice: Practice, tmp_path: Path, django_capture_on_commit_callbacks: Any
):
    record, other = make_record(practice), make_patient(practice)
    gone = Record(Patient(pk=uuid.uuid4(), practice=practice), [], [])
    path = tmp_path / "erasures"
    path.write_text(f"{noted(gone)}\n{noted(record)}\n")

    with django_capture_on_commit_callbacks(execute=True):
        said = run_again(records=path)

    assert said == f"Erased again: {record.patient.pk}\n2 noted, 1 erased again.\n"
    assert mentions(*NAMES) == []
    assert not ProgrammeFile.objects.exists()
    assert Patient.objects.get() == other
    assert Erasure.objects.get().at.isoformat() == "2026-01-31T12:00:00+00:00"
    event = AccessEvent.objects.first()
    assert (event.practice_id, event.patient_id) == (practice.pk, record.patient.pk)
    assert (event.action, event.object_type, event.client) == ("D", "erasure", "command")
    assert run_again(records=path) == "2 noted, 0 erased again.\n"


def test_a_line_that_notes_nothing_is_named_and_stops_no_other(practice: Practice, tmp_path: Path):
    record = make_record(practice)
    path = tmp_path / "erasures"
    wrong = [noted(record, reason="bored"), noted(record, patient_id="x"), noted(record, at="?"), '{"patient_id', "[]"]
    path.write_text("\n".join([*wrong, noted(record)]))

    with pytest.raises(CommandError, match=r"in line 1, 2, 3, 4, 5\."):
        run_again(records=path)

    assert not Patient.objects.exists()


def test_another_practices_patient_is_not_erased_by_a_note(practice: Practice, tmp_path: Path):
    record = make_record(practice)
    path = tmp_path / "erasures"
    path.write_text(noted(record, practice_id=str(make_practice("There").pk)))

    assert run_again(records=path) == "1 noted, 0 erased again.\n"
    assert Patient.objects.get() == record.patient


def test_a_note_that_was_cut_off_spoils_no_later_one(
    practice: Practice, owner: APIClient, erasures_file: Path, django_capture_on_commit_callbacks: Any
):
    erasures_file.parent.mkdir()
    erasures_file.write_text('{"practice_id": "')
    patient = make_patient(practice)

    with django_capture_on_commit_callbacks(execute=True):
        erase(owner, patient)

    assert json.loads(erasures_file.read_text().splitlines()[1])["patient_id"] == str(patient.pk)


def test_without_the_file_nobody_can_be_erased_again():
    with pytest.raises(CommandError, match="no file"):
        run_again()
