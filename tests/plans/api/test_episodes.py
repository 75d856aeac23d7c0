from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from patients.models import AppendOnlyError, Clearance, Episode, PhaseAssessment, Role
from tests.factories import make_client, make_episode, make_patient, make_practice

pytestmark = pytest.mark.django_db

EPISODES = "/api/v1/episodes/"
BODY = {
    "complaint": "Low back pain since moving house (made up)",
    "body_region": "low_back",
    "onset_on": "2026-01-31",
    "precautions": ["osteoporosis"],
    "goals": ["An hour in the garden again"],
}


def test_an_episode_is_opened_for_a_patient(client, practice):
    patient = make_patient(practice)

    answer = client.post(f"/api/v1/patients/{patient.pk}/episodes/", BODY, format="json")

    assert answer.status_code == 201
    said = answer.json()
    assert {name: said[name] for name in BODY} == BODY
    assert said["patient"] == str(patient.pk)
    assert said["phase"] is said["cleared_on"] is None
    assert client.get(f"{EPISODES}{said['id']}/").json() == said
    assert client.get(f"/api/v1/patients/{patient.pk}/episodes/").json()["results"] == [said]


def test_a_patients_list_holds_that_patients_episodes_only(client, practice):
    patient = make_patient(practice)
    first, second = make_episode(patient), make_episode(patient)
    make_episode(make_patient(practice))

    listed = client.get(f"/api/v1/patients/{patient.pk}/episodes/").json()["results"]

    assert [one["id"] for one in listed] == [str(second.pk), str(first.pk)]
    assert len(client.get(EPISODES).json()["results"]) == 3


def test_an_episode_can_be_closed_and_rewritten(client, practice):
    episode = make_episode(make_patient(practice), precautions=["dizziness"])
    path = f"{EPISODES}{episode.pk}/"
    before = client.get(path).json()

    closed = client.patch(path, {"closed_on": "2026-02-01"}, format="json").json()
    written = client.put(path, {**closed, "complaint": "Something else (made up)"}, format="json").json()

    assert closed == {**before, "closed_on": "2026-02-01", "updated_at": closed["updated_at"]}
    assert written == {**closed, "complaint": "Something else (made up)", "updated_at": written["updated_at"]}


def test_the_patient_of_an_episode_stays_who_it_is(client, practice):
    episode, other = make_episode(make_patient(practice)), make_patient(practice)

    answer = client.patch(f"{EPISODES}{episode.pk}/", {"patient": str(other.pk)}, format="json")

    assert answer.json()["patient"] == str(episode.patient_id)


@pytest.mark.parametrize(
    ("field", "value", "pointer"),
    [
        ("complaint", None, "/complaint"),
        ("body_region", "tail", "/body_region"),
        ("onset_on", "2999-01-01", "/onset_on"),
        ("precautions", ["osteoporosis", "gremlins"], "/precautions/1"),
        ("goals", [1], "/goals/0"),
        ("goals", "An hour in the garden", "/goals"),
        ("phase_today", "acute", "/phase_today"),
    ],
)
def test_a_wrong_episode_is_refused_at_its_field(client, practice, field, value, pointer):
    patient = make_patient(practice)

    answer = client.post(f"/api/v1/patients/{patient.pk}/episodes/", {**BODY, field: value}, format="json")

    assert answer.status_code == 400
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert not Episode.objects.exists()


def test_the_newest_assessment_is_the_current_phase(client, practice):
    episode = make_episode(make_patient(practice), phase=None)
    path = f"{EPISODES}{episode.pk}/"

    for phase, day in [("chronic", "2026-03-01"), ("acute", "2026-01-01"), ("post_acute", "2026-02-01")]:
        added = client.post(f"{path}phases/", {"phase": phase, "assessed_on": day, "note": "Seen."}, format="json")
        assert added.status_code == 201

    history = client.get(f"{path}phases/").json()
    assert [one["phase"] for one in history] == ["acute", "post_acute", "chronic"]
    assert history[-1]["note"] == "Seen."
    assert history[-1]["created_by"]
    said = client.get(path).json()
    assert (said["phase"], said["phase_assessed_on"]) == ("chronic", "2026-03-01")


def test_of_two_assessments_on_a_day_the_later_one_counts(client, practice):
    episode = make_episode(make_patient(practice), phase="acute")

    client.post(f"{EPISODES}{episode.pk}/phases/", {"phase": "post_acute"}, format="json")

    assert client.get(f"{EPISODES}{episode.pk}/").json()["phase"] == "post_acute"


def test_clearances_are_added_and_the_newest_shows(client, practice):
    episode = make_episode(make_patient(practice), cleared=False)
    path = f"{EPISODES}{episode.pk}/"

    earlier = client.post(f"{path}clearances/", {"cleared_on": "2026-01-01", "note": "Tilts well."}, format="json")
    today = client.post(f"{path}clearances/", {}, format="json")

    assert (earlier.status_code, today.status_code) == (201, 201)
    assert [one["note"] for one in client.get(f"{path}clearances/").json()] == ["Tilts well.", ""]
    assert client.get(path).json()["cleared_on"] == timezone.localdate().isoformat()


@pytest.mark.parametrize(
    ("name", "body", "pointer"),
    [
        ("phases", {}, "/phase"),
        ("phases", {"phase": "nonsense"}, "/phase"),
        ("phases", {"phase": "acute", "assessed_on": "2999-01-01"}, "/assessed_on"),
        ("clearances", {"cleared_on": "2999-01-01"}, "/cleared_on"),
        ("clearances", {"cleared": True}, "/cleared"),
        ("clearances", {"note": 5}, "/note"),
    ],
)
def test_a_wrong_addition_to_the_history_is_refused_at_its_field(client, practice, name, body, pointer):
    episode = make_episode(make_patient(practice), phase=None, cleared=False)

    answer = client.post(f"{EPISODES}{episode.pk}/{name}/", body, format="json")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert not PhaseAssessment.objects.exists()
    assert not Clearance.objects.exists()


@pytest.mark.parametrize("name", ["phases", "clearances"])
@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_no_route_changes_history(client, practice, name, method):
    episode = make_episode(make_patient(practice))
    row = episode.phase_history.get() if name == "phases" else episode.clearances.get()

    whole = getattr(client, method)(f"{EPISODES}{episode.pk}/{name}/", {}, format="json")
    one = getattr(client, method)(f"{EPISODES}{episode.pk}/{name}/{row.pk}/", {}, format="json")

    assert (whole.status_code, one.status_code) == (405, 404)
    assert one["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("model", [PhaseAssessment, Clearance])
def test_history_cannot_be_changed_by_the_orm_nor_by_sql(practice, model):
    make_episode(make_patient(practice))
    row = model.objects.get()

    row.note = "Rewritten."
    with pytest.raises(AppendOnlyError):
        row.save()
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.update(note="Rewritten.")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {model._meta.db_table} SET note = 'Rewritten.'")  # noqa: S608

    assert model.objects.get().note == ""


@pytest.mark.parametrize(("name", "body"), [("phases", {"phase": "chronic"}), ("clearances", {})])
def test_an_addition_to_the_history_counts_as_a_change_of_the_episode(client, practice, name, body):
    episode = make_episode(make_patient(practice))
    make_episode(make_patient(practice))
    moment = timezone.now()

    client.post(f"{EPISODES}{episode.pk}/{name}/", body, format="json")

    for path in (EPISODES, f"/api/v1/patients/{episode.patient_id}/episodes/"):
        found = client.get(path, {"updated_since": moment.isoformat()}).json()["results"]
        assert [one["id"] for one in found] == [str(episode.pk)]


def test_an_assistant_reads_history_and_does_not_add_to_it(practice):
    episode = make_episode(make_patient(practice))
    assistant = make_client(practice, Role.ASSISTANT)

    for name, body in [("phases", {"phase": "chronic"}), ("clearances", {})]:
        assert assistant.get(f"{EPISODES}{episode.pk}/{name}/").status_code == 200
        assert assistant.post(f"{EPISODES}{episode.pk}/{name}/", body, format="json").status_code == 403

    assert episode.phase_history.count() == episode.clearances.count() == 1


def test_a_stranger_neither_reads_nor_adds_to_an_episode(practice):
    episode = make_episode(make_patient(practice))
    stranger = make_client(make_practice("There"))

    assert stranger.get(EPISODES).json()["results"] == []
    for path in ("", "phases/", "clearances/"):
        assert stranger.get(f"{EPISODES}{episode.pk}/{path}").status_code == 404
    for path, body in [("phases/", {"phase": "chronic"}), ("clearances/", {})]:
        assert stranger.post(f"{EPISODES}{episode.pk}/{path}", body, format="json").status_code == 404
    assert stranger.patch(f"{EPISODES}{episode.pk}/", {"closed_on": "2026-01-01"}, format="json").status_code == 404

    episode.refresh_from_db()
    assert episode.closed_on is None
    assert episode.phase_history.count() == episode.clearances.count() == 1


def test_an_episode_does_not_end_before_it_starts():
    patient = make_patient(make_practice())
    body = {"complaint": "Made up", "body_region": "neck", "onset_on": "2025-01-02", "closed_on": "2025-01-01"}

    answer = make_client(patient.practice).post(f"/api/v1/patients/{patient.pk}/episodes/", body, format="json")

    assert answer.status_code == 400
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/closed_on"]
