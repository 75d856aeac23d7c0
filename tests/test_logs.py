"""What is logged: one JSON line a request, traces without values, and never anything of a patient."""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError, connection
from rest_framework.test import APIClient

from config.logs import JsonLines, PlainLines
from patients import services
from patients.models import Patient, PatientIdentifier
from tests.conftest import log_watch
from tests.factories import make_client, make_episode, make_patient, make_practice, make_user, token_for
from tests.log_watch import NAMES, WORDS, LogWatch

pytestmark = pytest.mark.django_db

PATIENTS = "/api/v1/patients/"
SECRET = "Geheimnaam"


class Lines(logging.Handler):
    """Keeps what production would write."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonLines())
        self.written: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.written.append(self.format(record))

    @property
    def last(self) -> dict[str, Any]:
        line: dict[str, Any] = json.loads(self.written[-1])
        return line

    def of(self, logger: str) -> list[dict[str, Any]]:
        return [line for line in map(json.loads, self.written) if line["logger"] == logger]


@pytest.fixture
def lines() -> Iterator[Lines]:
    handler = Lines()
    logging.root.addHandler(handler)
    yield handler
    logging.root.removeHandler(handler)


@pytest.fixture(params=["ValueError", "IntegrityError"])
def failing(request, monkeypatch) -> None:
    """Creating a patient fails with an error that quotes the patient."""

    def refuse(*, user: Any, **fields: Any) -> Any:
        if request.param == "ValueError":
            raise ValueError(f"cannot store {fields['family_name']}")
        stored = make_patient(user.membership.practice, family_name=SECRET, identifiers=[("urn:x", SECRET)])
        return PatientIdentifier.objects.create(patient=stored, practice=stored.practice, system="urn:x", value=SECRET)

    monkeypatch.setattr(services, "create_patient", refuse)


def create(client: APIClient, **headers: str) -> Any:
    body = {"given_name": SECRET, "family_name": SECRET}
    return client.post(f"{PATIENTS}", body, format="json", headers=headers)


def test_a_request_is_one_line_that_says_who_asked_what_and_nothing_of_whom(lines):
    practice = make_practice()
    user = make_user(practice)
    patient = make_patient(practice, family_name=SECRET)

    answer = token_for(user, practice).get(f"{PATIENTS}{patient.pk}/?q={SECRET}", headers={"User-Agent": SECRET})

    assert len(lines.written) == 1
    line = lines.last
    assert set(line) == {
        *("time", "level", "logger", "message", "request_id", "method", "route", "status", "duration_ms"),
        *("user_id", "practice_id"),
    }
    assert (line["level"], line["logger"]) == ("INFO", "access")
    assert line["message"] == f"GET api/v1/patients/<uuid:pk>/ {answer.status_code}"
    assert (line["method"], line["route"]) == ("GET", "api/v1/patients/<uuid:pk>/")
    assert (line["status"], line["request_id"]) == (answer.status_code, answer["X-Request-ID"])
    assert (line["user_id"], line["practice_id"]) == (str(user.pk), str(practice.pk))
    assert line["time"].endswith("+00:00")
    assert 0 < line["duration_ms"] < 60_000
    assert SECRET not in lines.written[0]
    assert str(patient.pk) not in lines.written[0]


def test_a_session_is_logged_with_its_account_and_practice_too(lines):
    practice = make_practice()
    user = make_user(practice)
    browser = APIClient()
    browser.force_login(user)

    browser.get(PATIENTS)

    assert (lines.last["user_id"], lines.last["practice_id"]) == (str(user.pk), str(practice.pk))


@pytest.mark.parametrize("path", [f"/api/v1/{SECRET}/", f"/{SECRET}", f"/admin/{SECRET}/", f"{PATIENTS}{SECRET}/"])
def test_a_path_that_nobody_knows_is_not_written_down(lines, path):
    assert APIClient().get(path).status_code in {302, 404}

    assert lines.last["status"] in {302, 404}
    assert lines.last["user_id"] is None
    assert SECRET not in "".join(lines.written)


def test_a_request_that_is_refused_before_it_is_looked_at_has_its_line(lines):
    answer = APIClient().post(PATIENTS, "x" * 2_000_000, content_type="application/json")

    assert (answer.status_code, lines.last["status"], lines.last["route"]) == (413, 413, None)


def test_a_host_that_is_not_ours_is_not_written_down(lines):
    answer = APIClient().get("/api/v1/rules/", headers={"Host": f"{SECRET}.example"})

    assert (answer.status_code, lines.last["status"]) == (400, 400)
    assert [line["message"] for line in lines.of("django.security.DisallowedHost")] == ["status 400"]
    assert SECRET not in "".join(lines.written)


def test_an_error_is_logged_with_its_place_and_without_what_it_quotes(lines, failing):
    answer = create(make_client(make_practice()))

    assert answer.status_code == 500
    [line] = lines.of("plans.api.problems")
    assert (line["level"], line["request_id"]) == ("ERROR", answer["X-Request-ID"])
    error = line["exception"][0]
    assert error["type"] in {"builtins.ValueError", "django.db.utils.IntegrityError"}
    assert any(place.endswith(" refuse") for place in error["at"])
    assert SECRET not in "".join(lines.written)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite names no constraint.")
def test_of_a_database_error_the_constraint_is_named(lines):
    patient = make_patient(make_practice(), identifiers=[("urn:x", SECRET)])

    try:
        PatientIdentifier.objects.create(patient=patient, practice=patient.practice, system="urn:x", value=SECRET)
    except IntegrityError:
        logging.getLogger("a test").exception("refused")

    cause = lines.last["exception"][1]
    assert (cause["sqlstate"], cause["table_name"]) == ("23505", "patients_patientidentifier")
    assert cause["constraint_name"] == "identifier_once_per_practice"
    assert SECRET not in lines.written[-1]


def test_an_error_outside_the_api_is_logged_without_its_path(lines, monkeypatch):
    def fail(*args: Any) -> None:
        raise ValueError(SECRET)

    monkeypatch.setattr("config.views.render", fail)

    answer = APIClient(raise_request_exception=False).get(f"/?q={SECRET}")

    assert answer.status_code == 500
    [line] = lines.of("django.request")
    assert (line["message"], line["status"], line["route"]) == ("status 500", 500, "")
    assert line["exception"][0]["type"] == "builtins.ValueError"
    assert SECRET not in "".join(lines.written)


@pytest.mark.parametrize("given", ["0af7651916cd43dd8448eb211c80319c", "11111111-2222-4333-8444-555555555555"])
def test_a_well_formed_request_id_is_kept_and_given_back(lines, given):
    answer = APIClient().get("/healthz", headers={"X-Request-ID": given})

    assert answer["X-Request-ID"] == lines.last["request_id"] == given


@pytest.mark.parametrize(
    "given", ["", "short", "f" * 65, SECRET * 2, "0af7651916cd43dd8448eb211c80319c\n", "-" * 20, "é" * 20, "a b" * 10]
)
def test_another_request_id_is_replaced(lines, given):
    answer = APIClient().get("/healthz", headers={"X-Request-ID": given})

    assert answer["X-Request-ID"] == lines.last["request_id"] == uuid.UUID(answer["X-Request-ID"]).hex


def test_what_gunicorn_says_of_a_request_that_it_could_not_answer_is_written_without_its_address(lines):
    try:
        raise OSError(SECRET)
    except OSError:
        logging.getLogger("gunicorn.error").exception("Error handling request %s", f"/?q={SECRET}")

    assert lines.last["message"] == "Error handling request %s"
    assert lines.last["exception"][0]["type"] == "builtins.OSError"
    assert SECRET not in lines.written[-1]


def test_lines_of_one_request_do_not_leak_into_what_is_logged_after_it(lines):
    APIClient().get("/healthz")

    logging.getLogger("a command").info("done")

    assert set(lines.last) == {"time", "level", "logger", "message"}


# The watch over the whole suite, in conftest.py.


def test_the_watch_hears_what_every_test_logs():
    assert log_watch in logging.root.handlers
    patient = make_patient(make_practice())
    said = (patient.given_name, patient.family_name, str(patient.birth_date), make_episode(patient).complaint)
    assert all(any(word in one for word in WORDS) for one in said)
    assert {patient.given_name, patient.family_name} <= set(NAMES)


@pytest.mark.parametrize("level", [logging.INFO, logging.CRITICAL])
def test_the_watch_finds_a_name_in_a_record(level):
    watch = LogWatch()
    logger = logging.Logger("a test")
    logger.addHandler(watch)

    logger.log(level, "saved %s", Patient(given_name="Testina", family_name="Voorbeeld"))
    logger.log(level, "saved %s", uuid.uuid4())

    assert [json.loads(line)["message"] for line in watch.taken()] == ["saved Testina Voorbeeld"]
    assert watch.taken() == []


@pytest.mark.parametrize(
    "path",
    [
        "/s/{}/",
        "/s/{}/programme.pdf",
        "/invitations/{}/",
        "/account/password/reset/key/{}/",
        "/account/confirm-email/{}/",
    ],
)
def test_what_opens_something_to_whoever_has_it_stands_in_no_line(path: str):
    record = logging.makeLogRecord(
        {"name": "library", "levelname": "INFO", "msg": "GET %s failed", "args": (path.format("Geheim123"),)}
    )

    for line in (JsonLines().format(record), PlainLines("{message}", style="{").format(record)):
        assert "Geheim123" not in line
        assert path.split("{")[0] in line
