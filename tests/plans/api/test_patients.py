from __future__ import annotations

import datetime
import uuid

import pytest
from django.utils import timezone

from patients.models import Patient, PatientIdentifier, Role
from tests.factories import make_client, make_episode, make_patient, make_practice

pytestmark = pytest.mark.django_db

PATIENTS = "/api/v1/patients/"
SYSTEM = "https://records.example/patients"

COMPLETE = {
    "given_name": "Fictio",
    "family_name": "Placeholder",
    "birth_date": "1980-05-17",
    "language": "en",
    "equipment": ["mat", "chair"],
    "minutes_per_session": 20,
    "identifiers": [{"system": SYSTEM, "value": "4711"}],
}


def search(client, **said):
    answer = client.post(f"{PATIENTS}search/", said, format="json")
    assert answer.status_code == 200, answer.content
    return {one["id"] for one in answer.json()["results"]}


def test_a_patient_is_kept_as_given(client, practice):
    created = client.post(PATIENTS, COMPLETE, format="json")

    assert created.status_code == 201
    said = created.json()
    assert {name: said[name] for name in COMPLETE} == COMPLETE
    assert Patient.objects.get(pk=said["id"]).practice == practice
    assert client.get(f"{PATIENTS}{said['id']}/").json() == said


def test_a_name_is_enough_and_the_language_is_then_the_practices(client):
    said = client.post(PATIENTS, {"given_name": " Anne ", "family_name": "Niemand"}, format="json").json()

    assert said["given_name"] == "Anne"
    assert said["language"] == "nl"
    assert said["birth_date"] is None
    assert said["equipment"] is None
    assert said["identifiers"] == []


def test_put_writes_what_a_patient_is_called_and_keeps_identifiers_it_does_not_name(client, practice):
    patient = make_patient(practice, identifiers=[(SYSTEM, "1")])
    said = client.get(f"{PATIENTS}{patient.pk}/").json()

    answer = client.put(
        f"{PATIENTS}{patient.pk}/", {**said, "family_name": "Anders", "birth_date": None}, format="json"
    )

    assert answer.status_code == 200
    assert answer.json() == {
        **said,
        "family_name": "Anders",
        "birth_date": None,
        "updated_at": answer.json()["updated_at"],
    }
    assert search(client, name="anders") == {str(patient.pk)}
    assert search(client, name="voorbeeld") == set()


def test_patch_changes_one_thing_and_keeps_the_rest(client, practice):
    patient = make_patient(practice, identifiers=[(SYSTEM, "1")])
    path = f"{PATIENTS}{patient.pk}/"
    before = client.get(path).json()

    answer = client.patch(path, {"minutes_per_session": 15}, format="json")

    assert answer.status_code == 200
    assert client.get(path).json() == {**before, "minutes_per_session": 15, "updated_at": answer.json()["updated_at"]}
    assert answer.json()["updated_at"] > before["updated_at"]


@pytest.mark.parametrize(("count", "status"), [(20, 200), (21, 400)])
def test_a_patient_has_at_most_twenty_identifiers(client, practice, count, status):
    patient = make_patient(practice)
    wanted = [{"system": SYSTEM, "value": f"{number:02}"} for number in range(count)]

    answer = client.patch(f"{PATIENTS}{patient.pk}/", {"identifiers": wanted}, format="json")

    assert answer.status_code == status
    if status == 400:
        assert [one["pointer"] for one in answer.json()["errors"]] == ["/identifiers"]
        assert "20" in answer.json()["errors"][0]["detail"]
        assert not patient.identifiers.exists()


def test_patch_replaces_identifiers_whole(client, practice):
    patient = make_patient(practice, identifiers=[(SYSTEM, "1"), (SYSTEM, "2")])
    wanted = [{"system": SYSTEM, "value": "2"}, {"system": SYSTEM, "value": "3"}]

    answer = client.patch(f"{PATIENTS}{patient.pk}/", {"identifiers": wanted}, format="json")

    assert answer.json()["identifiers"] == wanted
    assert client.get(f"{PATIENTS}{patient.pk}/").json()["identifiers"] == wanted


@pytest.mark.parametrize("method", ["put", "patch"])
def test_a_change_that_is_refused_changes_nothing(client, practice, method):
    patient = make_patient(practice, identifiers=[(SYSTEM, "1")])
    path = f"{PATIENTS}{patient.pk}/"
    before = client.get(path).json()

    answer = getattr(client, method)(path, {**before, "family_name": "Anders", "birth_date": "soon"}, format="json")

    assert answer.status_code == 400
    assert client.get(path).json() == before


def test_an_identifier_stands_with_one_patient_of_a_practice(client, practice):
    make_patient(practice, identifiers=[(SYSTEM, "4711")])

    taken = client.post(PATIENTS, COMPLETE, format="json")
    twice = client.post(PATIENTS, {**COMPLETE, "identifiers": [{"system": SYSTEM, "value": "8"}] * 2}, format="json")

    assert (taken.status_code, taken.json()["errors"][0]["pointer"]) == (400, "/identifiers/0/value")
    assert (twice.status_code, twice.json()["errors"][0]["pointer"]) == (400, "/identifiers/1/value")
    assert (Patient.objects.count(), PatientIdentifier.objects.count()) == (1, 1)


def test_another_practice_may_know_the_same_identifier(client):
    make_patient(make_practice("There"), identifiers=[(SYSTEM, "4711")])

    assert client.post(PATIENTS, COMPLETE, format="json").status_code == 201


@pytest.mark.parametrize(
    ("birth_date", "status"),
    [("1900-01-01", 201), ("1899-12-31", 400), ("today", 201), ("tomorrow", 400), ("1970-02-30", 400), (19700228, 400)],
)
def test_a_birth_date_is_from_1900_to_today(client, birth_date, status):
    today = timezone.localdate()
    days = {"today": today.isoformat(), "tomorrow": (today + datetime.timedelta(days=1)).isoformat()}

    answer = client.post(PATIENTS, {**COMPLETE, "birth_date": days.get(birth_date, birth_date)}, format="json")

    assert answer.status_code == status
    assert Patient.objects.exists() == (status == 201)
    if status == 400:
        assert answer.json()["errors"][0]["pointer"] == "/birth_date"


def test_a_search_by_name_is_blind_to_accents_and_capitals_and_wants_every_word(client, practice):
    rene = make_patient(practice, given_name="René", family_name="de Voorbeeld-Ångström")
    make_patient(practice, given_name="Irene", family_name="Anders")

    assert search(client, name="RENE angstrom") == {str(rene.pk)}
    assert search(client, name="voorbeeld rené") == {str(rene.pk)}
    assert search(client, name="rene niemand") == set()
    assert len(search(client, name="rene")) == 2


def test_a_search_by_birth_date_or_identifier_must_match_whole_and_all_that_is_given_holds(client, practice):
    one = make_patient(practice, birth_date=datetime.date(1970, 2, 28), identifiers=[(SYSTEM, "1")])
    other = make_patient(practice, birth_date=datetime.date(1970, 2, 28), identifiers=[(SYSTEM, "12")])

    assert search(client, birth_date="1970-02-28") == {str(one.pk), str(other.pk)}
    assert search(client, birth_date="1970-02-27") == set()
    assert search(client, identifier={"system": SYSTEM, "value": "1"}) == {str(one.pk)}
    assert search(client, identifier={"system": "https://elsewhere.example", "value": "1"}) == set()
    assert search(client, birth_date="1970-02-28", identifier={"system": SYSTEM, "value": "12"}) == {str(other.pk)}
    assert search(client, name="Niemand", identifier={"system": SYSTEM, "value": "12"}) == set()


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({}, ""),
        ({"name": ""}, "/name"),
        ({"name": "!?"}, "/name"),
        ({"q": "x"}, "/q"),
        ({"identifier": "1"}, "/identifier"),
    ],
)
def test_a_search_for_nothing_finds_nobody(client, practice, said, pointer):
    make_patient(practice)

    answer = client.post(f"{PATIENTS}search/", said, format="json")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == pointer


def test_no_name_can_be_asked_for_in_the_url(client):
    answer = client.get(f"{PATIENTS}?name=Voorbeeld")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] == "name"


def test_the_list_is_walked_by_a_cursor_and_is_not_counted(client, practice):
    made = [str(make_patient(practice).pk) for _ in range(5)]

    first = client.get(f"{PATIENTS}?page_size=2").json()
    second = client.get(first["next"]).json()
    third = client.get(second["next"]).json()

    assert set(first) == {"next", "previous", "results"}
    walked = [one["id"] for page in (first, second, third) for one in page["results"]]
    assert walked == list(reversed(made))
    assert third["next"] is None
    assert client.get(third["previous"]).json()["results"] == second["results"]


def test_a_page_has_25_patients_and_never_more_than_100(client, practice):
    for _ in range(101):
        make_patient(practice)

    assert len(client.get(PATIENTS).json()["results"]) == 25
    assert len(client.get(f"{PATIENTS}?page_size=1000").json()["results"]) == 100


def test_updated_since_shows_what_changed_from_that_moment(client, practice):
    make_patient(practice)
    changed = make_patient(practice)
    moment = timezone.now()
    client.patch(f"{PATIENTS}{changed.pk}/", {"language": "en"}, format="json")

    found = client.get(PATIENTS, {"updated_since": moment.isoformat()}).json()["results"]

    assert [one["id"] for one in found] == [str(changed.pk)]


@pytest.mark.parametrize(
    "moment", ["yesterday", "2026-13-01", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00"]
)
def test_updated_since_must_be_a_moment(client, moment):
    answer = client.get(PATIENTS, {"updated_since": moment})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] == "updated_since"


def test_an_assistant_reads_and_searches_and_does_not_write(practice):
    patient = make_patient(practice)
    assistant = make_client(practice, Role.ASSISTANT)

    assert assistant.get(PATIENTS).status_code == 200
    assert assistant.get(f"{PATIENTS}{patient.pk}/").json()["family_name"] == "Voorbeeld"
    assert search(assistant, name="voorbeeld") == {str(patient.pk)}
    refused = assistant.post(PATIENTS, COMPLETE, format="json")
    assert (refused.status_code, refused["Content-Type"]) == (403, "application/problem+json")
    assert assistant.patch(f"{PATIENTS}{patient.pk}/", {"language": "en"}, format="json").status_code == 403
    assert Patient.objects.get().language == "nl"


def test_a_strangers_patient_is_as_unknown_as_one_that_never_was(practice):
    patient = make_patient(practice, identifiers=[(SYSTEM, "4711")])
    make_episode(patient)
    stranger = make_client(make_practice("There"))

    for path in ("", "episodes/"):
        hidden, missing = (stranger.get(f"{PATIENTS}{pk}/{path}") for pk in (patient.pk, uuid.uuid4()))
        assert (hidden.status_code, hidden.content) == (404, missing.content)
        assert hidden["Content-Type"] == "application/problem+json"
    body = {"complaint": "Back pain (made up)", "body_region": "low_back"}
    assert stranger.post(f"{PATIENTS}{patient.pk}/episodes/", body, format="json").status_code == 404
    assert stranger.patch(f"{PATIENTS}{patient.pk}/", {"language": "en"}, format="json").status_code == 404
    assert stranger.get(PATIENTS).json()["results"] == []
    assert (
        search(stranger, name="voorbeeld") == search(stranger, identifier={"system": SYSTEM, "value": "4711"}) == set()
    )
    assert patient.episodes.count() == 1


def test_a_patient_is_never_deleted_here(client, practice):
    patient = make_patient(practice)

    assert client.delete(f"{PATIENTS}{patient.pk}/").status_code == 405
