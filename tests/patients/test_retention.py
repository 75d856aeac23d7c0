"""How long records are kept, and the list of those whose term is over."""

from __future__ import annotations

import datetime
import io
import json
import sqlite3
import uuid
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from patients.models import Patient, Practice
from patients.records import last_changes
from patients.retention import term_of
from patients.vocabulary import Country
from plans.documents import Override
from plans.models import ProgrammeFile
from plans.services import issue_plan
from tests.factories import make_client, make_episode, make_patient, make_plan, make_practice, make_revision, make_user

pytestmark = pytest.mark.django_db

THEN = datetime.datetime(2004, 3, 1, 12, tzinfo=datetime.UTC)


@pytest.fixture
def practice() -> Practice:
    return make_practice()


def due(as_of: str = "2026-11-24", **options: Any) -> str:
    said = io.StringIO()
    call_command("retention_due", as_of=datetime.date.fromisoformat(as_of), stdout=said, **options)
    return said.getvalue()


def made_then(practice: Practice, at: datetime.datetime = THEN) -> Patient:
    with patch("django.utils.timezone.now", return_value=at):
        return make_patient(practice)


@pytest.mark.parametrize("country", Country.values)
def test_every_country_has_a_term(country: str):
    assert settings.RETENTION_YEARS[country] >= 8


@pytest.mark.parametrize(
    ("country", "ends_on"), [("NL", "2024-03-01"), ("BE", "2034-03-01"), ("DE", "2014-03-01"), ("ZZ", "2034-03-01")]
)
def test_the_term_is_that_of_the_practices_country(country: str, ends_on: str):
    patient = made_then(make_practice(country=country))

    assert term_of(patient).ends_on.isoformat() == ends_on


def test_a_record_is_due_on_the_day_after_its_term(practice: Practice):
    patient = made_then(practice)

    assert due("2024-03-01") == "0 due on 2024-03-01.\n"
    assert due("2024-03-02") == (
        f"practice {practice.pk} patient {patient.pk} changed_on 2004-03-01 kept_until 2024-03-01\n"
        "1 due on 2024-03-02.\n"
    )


def test_a_leap_day_ends_its_term_on_the_day_after_where_there_is_none():
    patient = made_then(make_practice(country="BE"), datetime.datetime(2004, 2, 29, 12, tzinfo=datetime.UTC))

    assert term_of(patient).ends_on == datetime.date(2034, 3, 1)


def test_the_last_day_is_that_of_the_practice_and_not_of_greenwich(practice: Practice):
    patient = made_then(practice, datetime.datetime(2004, 12, 31, 23, 30, tzinfo=datetime.UTC))

    assert term_of(patient).changed_on == datetime.date(2005, 1, 1)


def test_a_change_of_anything_in_the_record_begins_the_term_anew(practice: Practice):
    patients = [made_then(practice) for _ in range(3)]
    with patch("django.utils.timezone.now", return_value=THEN):
        episode, plan = make_episode(patients[0]), make_plan(make_episode(patients[1]))

    assert str(patients[2].pk) in due()
    assert str(patients[0].pk) not in due(), "its phase was assessed today"
    old_phase = Override("phase.mismatch", "/phase", "Made up.")
    issue_plan(user=make_user(practice), plan_id=plan.pk, overrides=[old_phase])
    assert str(patients[1].pk) not in due()
    assert term_of(episode.patient).changed_on == datetime.date.today()


def test_a_print_and_a_link_for_the_patient_are_no_changes(practice: Practice):
    revision = make_revision(make_plan(make_episode(make_patient(practice))))
    before = last_changes(Patient.objects.all())

    made = make_client(practice).post(f"/api/v1/revisions/{revision.pk}/share-links/", {}, format="json")
    printed = APIClient().get(f"{urlsplit(made.json()['url']).path}programme.pdf")

    assert (made.status_code, printed.status_code) == (201, 200)
    assert ProgrammeFile.objects.count() == 1
    assert last_changes(Patient.objects.all()) == before


def test_the_list_is_of_one_practice_or_of_all_and_names_nobody(practice: Practice):
    here, there = made_then(practice), made_then(make_practice("There"))

    assert [str(one.pk) in due() for one in (here, there)] == [True, True]
    assert [str(one.pk) in due(practice=practice.pk) for one in (here, there)] == [True, False]
    assert "Testina" not in due() + due(json=True)
    assert json.loads(due(practice=practice.pk, json=True)) == [
        {
            "practice": str(practice.pk),
            "patient": str(here.pk),
            "changed_on": "2004-03-01",
            "kept_until": "2024-03-01",
        }
    ]


def test_nobody_is_due_where_nobody_is(practice: Practice):
    make_patient(practice)

    assert due(json=True) == "[]\n"
    call_command("retention_due", stdout=io.StringIO())


def test_a_practice_that_is_not_there_is_named():
    with pytest.raises(CommandError, match="there is no practice"):
        due(practice=uuid.uuid4())


def test_many_patients_cost_as_many_queries_as_one(practice: Practice):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            due()
        return len(captured)

    made_then(practice)
    one = queries()
    for _ in range(5):
        make_plan(make_episode(made_then(practice)))

    assert queries() == one


def test_what_sqlite_deletes_is_overwritten(tmp_path: Path):
    """An erased patient stays in no free page of the file."""
    path = tmp_path / "db.sqlite3"
    with sqlite3.connect(path) as database:
        for statement in settings.SQLITE_OPTIONS["init_command"].split(";"):
            database.execute(statement)
        database.execute("CREATE TABLE patient (name TEXT)")
        database.executemany("INSERT INTO patient VALUES (?)", [("Zwanehilde" * 50,)] * 100)
    with sqlite3.connect(path) as database:
        for statement in settings.SQLITE_OPTIONS["init_command"].split(";"):
            database.execute(statement)
        database.execute("DELETE FROM patient")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()

    assert b"Zwanehilde" not in b"".join(one.read_bytes() for one in tmp_path.iterdir())
