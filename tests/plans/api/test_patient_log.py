"""Who looked at a patient's data: what the practice reads, and what the patient gets on paper."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from patients.models import Membership, Patient, Role
from plans import access_log, words
from tests.factories import make_client, make_episode, make_patient, make_plan, make_practice, make_user, token_for
from tests.plans.api.routes import CALLS
from tests.plans.reading import complaints, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def patient(practice: Any) -> Patient:
    return make_patient(practice)


def read(client: APIClient, patient: Patient, query: str = "") -> list[dict[str, Any]]:
    answer = client.get(f"/api/v1/patients/{patient.pk}/access-log/{query}")
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def printed(client: APIClient, patient: Patient, query: str = "") -> bytes:
    answer = client.get(f"/api/v1/patients/{patient.pk}/access-log.pdf{query}")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf"), answer.content
    return answer.content


# For the practice.


def test_the_log_tells_who_did_what_newest_first(practice: Any, patient: Patient):
    clara = make_user(practice, name="Clara Clinician")
    olga = make_user(practice, Role.OWNER, name="Olga Owner")
    clinician = token_for(clara, practice)
    clinician.get(f"/api/v1/patients/{patient.pk}/")
    clinician.patch(f"/api/v1/patients/{patient.pk}/", {"language": "fr"}, format="json")

    events = read(token_for(olga, practice), patient)

    said = [(one["action"], one["object_type"], one["user_name"], one["role"], one["outcome"]) for one in events]
    assert said == [
        ("U", "patient", "Clara Clinician", "clinician", "ok"),
        ("R", "patient", "Clara Clinician", "clinician", "ok"),
    ]
    assert events[0]["object_ids"] == [str(patient.pk)]
    assert events[0]["at"] >= events[1]["at"]


def test_to_read_the_log_stands_in_the_log(client: APIClient, patient: Patient):
    read(client, patient)

    assert [(one["action"], one["object_type"]) for one in read(client, patient)] == [("R", "access_log")]


def test_a_name_is_the_one_of_today_and_of_those_who_left_as_well(practice: Any, client: APIClient, patient: Patient):
    clara = make_user(practice, name="Clara Clinician")
    token_for(clara, practice).get(f"/api/v1/patients/{patient.pk}/")
    clara.name = "Clara Other"
    clara.save()
    Membership.objects.filter(user=clara).delete()

    assert read(client, patient)[0]["user_name"] == "Clara Other"


def test_lists_and_searches_that_a_patient_stood_in_are_there_without_the_other_patients(
    practice: Any, client: APIClient
):
    patient, other = make_patient(practice), make_patient(practice, family_name="Anders")
    make_plan(make_episode(patient))
    for path in ("patients", "episodes", "plans"):
        client.get(f"/api/v1/{path}/")
    client.post("/api/v1/patients/search/", {"name": "Anders"}, format="json")
    client.post("/api/v1/patients/search/", {"name": "Testina"}, format="json")

    events = read(client, patient)
    searches = read(client, other)

    assert [one["object_type"] for one in events] == ["patient", "plan", "episode", "patient", "plan"]
    assert str(other.pk) not in str(events)
    assert [one["object_type"] for one in searches] == ["patient", "patient", "patient"]


def test_who_tried_and_was_refused_is_there(practice: Any, client: APIClient, patient: Patient):
    episode = make_episode(patient)
    assistant = make_client(practice, Role.ASSISTANT)
    assistant.patch(f"/api/v1/episodes/{episode.pk}/", {"goals": []}, format="json")

    event = read(client, patient)[0]

    assert (event["action"], event["object_type"], event["outcome"]) == ("U", "episode", "denied")
    assert (event["role"], event["object_ids"]) == ("assistant", [str(episode.pk)])


def test_what_another_practice_did_is_not_there(client: APIClient, patient: Patient):
    """A stranger's attempt stands in the stranger's log: it showed nothing of this patient."""
    make_client(make_practice("There")).get(f"/api/v1/patients/{patient.pk}/")

    assert read(client, patient) == []


def test_the_log_comes_in_pages_with_as_many_queries_for_many_events_as_for_one(practice: Any, patient: Patient):
    reader = make_client(practice)
    path = f"/api/v1/patients/{patient.pk}/access-log/"
    reader.get(path)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            reader.get(path)
        return len(captured)

    few = queries()
    for _ in range(6):
        make_client(practice).get(f"/api/v1/patients/{patient.pk}/")

    assert queries() == few <= 8
    first = reader.get(f"{path}?page_size=2").json()
    second = reader.get(first["next"]).json()
    ids = [one["id"] for one in first["results"] + second["results"]]
    assert ids == sorted(ids, reverse=True)
    assert len(set(ids)) == 4


@pytest.mark.parametrize("path", ["access-log/", "access-log.pdf"])
def test_an_assistant_reads_no_log(practice: Any, patient: Patient, path: str):
    answer = make_client(practice, Role.ASSISTANT).get(f"/api/v1/patients/{patient.pk}/{path}")

    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")


@pytest.mark.parametrize("path", ["access-log/", "access-log.pdf"])
def test_a_strangers_patient_has_the_answer_of_one_that_nobody_has(client: APIClient, path: str):
    theirs = make_patient(make_practice("There"))

    answers = [
        client.get(f"/api/v1/patients/{pk}/{path}") for pk in (theirs.pk, "11111111-2222-4333-8444-555555555555")
    ]

    assert [one.status_code for one in answers] == [404, 404]
    assert answers[0].content == answers[1].content


# For the patient.


def test_the_print_says_in_plain_words_who_did_what(practice: Any, patient: Patient):
    clara = token_for(make_user(practice, name="Clara Clinician"), practice)
    clara.get(f"/api/v1/patients/{patient.pk}/")
    clara.get("/api/v1/patients/")
    make_client(practice, Role.ASSISTANT).patch(f"/api/v1/patients/{patient.pk}/", {"language": "fr"}, format="json")

    text = text_of(printed(clara, patient, "?language=en"))

    assert "Who looked at the file of Testina Voorbeeld" in text
    assert "Practice Example Street" in text
    assert "Clara Clinician (therapist) Read Your personal details" in text
    assert "Your personal details, in a list of patients" in text
    assert "(assistant) Changed (refused) Your personal details" in text


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_the_print_is_accessible_in_every_language(practice: Any, client: APIClient, tmp_path: Path, language: str):
    patient = make_patient(practice, language=language)
    for _ in range(60):
        client.get(f"/api/v1/patients/{patient.pk}/")

    pdf = printed(client, patient)

    assert words.say(language, "log.for", name="Testina Voorbeeld") in text_of(pdf)
    assert words.say(language, "log.object.patient") in text_of(pdf)
    assert complaints(pdf, tmp_path) == []


def test_a_log_that_nobody_has_looked_into_says_so(practice: Any, client: APIClient):
    patient = make_patient(practice, language="en")

    assert "Nobody has opened your file yet." in text_of(printed(client, patient))


def test_a_long_log_is_printed_in_parts(practice: Any, client: APIClient, patient: Patient, monkeypatch: Any):
    monkeypatch.setattr("plans.api.access_log.MOST_LINES", 2)
    for action in ({"language": "fr"}, {"language": "de"}, {"language": "en"}):
        client.patch(f"/api/v1/patients/{patient.pk}/", action, format="json")

    first, second = printed(client, patient), printed(client, patient, "?part=2")

    assert "Part 1 of 2" in text_of(first)
    assert text_of(first).count("Changed") == 2
    assert "Part 2 of 2" in text_of(second)


@pytest.mark.parametrize("part", ["0", "2", "-1", "one", "", "9" * 40])
def test_a_part_that_is_not_there_is_named(client: APIClient, patient: Patient, part: str):
    answer = client.get(f"/api/v1/patients/{patient.pk}/access-log.pdf?part={part}")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] == "part"


def test_a_name_in_the_print_is_text_and_no_markup(practice: Any, client: APIClient):
    patient = make_patient(practice, given_name="<b>Testina", family_name="& <img src=x>", language="en")
    token_for(make_user(practice, name="<script>Clara"), practice).get(f"/api/v1/patients/{patient.pk}/")

    text = text_of(printed(client, patient))

    assert "<b>Testina & <img src=x>" in text
    assert "<script>Clara (therapist)" in text


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_everything_that_is_logged_has_words_for_the_patient(language: str):
    kinds = {one.log[1] for one in CALLS.values() if one.log}

    assert {kind for kind in kinds if not words.find(language, f"log.object.{kind}")} == set()


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_whoever_has_no_name_is_told_of_all_the_same(language: str):
    event = access_log.AccessEvent(user_id=None, client="web", object_type="unheard-of")

    assert access_log._who(event, {}, language) == words.say(language, "log.nobody")
    assert access_log._what(event, language) == words.say(language, "log.object")
