from __future__ import annotations

import pytest

from patients.models import AccessEvent, Clearance, Episode, Membership, Patient, PhaseAssessment, Role
from plans.models import IdempotencyKey, Plan, Revision
from tests.factories import (
    WITH_WARNING,
    make_client,
    make_episode,
    make_patient,
    make_plan,
    make_practice,
    make_user,
    plan_body,
    token_for,
)

pytestmark = pytest.mark.django_db

PATIENTS = "/api/v1/patients/"
PATIENT = {"given_name": "Testina", "family_name": "Voorbeeld"}
EPISODE = {"complaint": "Low back pain (made up)", "body_region": "low_back"}


def post(client, path, body, key="first try"):
    return client.post(path, body, format="json", headers={"Idempotency-Key": key})


def new_patient(practice):
    return PATIENTS, PATIENT, {**PATIENT, "given_name": "Fictio"}, Patient


def new_episode(practice):
    return f"{PATIENTS}{make_patient(practice).pk}/episodes/", EPISODE, {**EPISODE, "body_region": "neck"}, Episode


def new_phase(practice):
    episode = make_episode(make_patient(practice), phase=None)
    return f"/api/v1/episodes/{episode.pk}/phases/", {"phase": "chronic"}, {"phase": "acute"}, PhaseAssessment


def new_clearance(practice):
    episode = make_episode(make_patient(practice), cleared=False)
    return f"/api/v1/episodes/{episode.pk}/clearances/", {}, {"note": "Tilts well."}, Clearance


def new_plan(practice):
    episode = make_episode(make_patient(practice))
    return "/api/v1/plans/", plan_body(episode), plan_body(episode, title="Other"), Plan


def new_revision(practice):
    plan = make_plan(make_episode(make_patient(practice)), *WITH_WARNING)
    override = {"finding": "balance.category-missing", "where": "/items", "reason": "Relaxes at the pool."}
    other = {**override, "reason": "Relaxes in the sauna."}
    return f"/api/v1/plans/{plan.pk}/issue/", {"overrides": [override]}, {"overrides": [other]}, Revision


CREATING = [new_patient, new_episode, new_phase, new_clearance, new_plan, new_revision]
REPEATABLE = CREATING[:-1]


@pytest.mark.parametrize("new", CREATING)
def test_the_same_key_and_body_give_the_same_answer_and_one_object(client, practice, new):
    path, body, _, model = new(practice)

    first, again = post(client, path, body), post(client, path, body)

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert model.objects.count() == 1


@pytest.mark.parametrize("new", CREATING)
def test_the_same_key_with_another_body_is_refused(client, practice, new):
    path, body, other, model = new(practice)
    post(client, path, body)

    answer = post(client, path, other)

    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["type"].endswith(":idempotency-key-reused")
    assert model.objects.count() == 1


@pytest.mark.parametrize("new", REPEATABLE)
def test_a_colleagues_same_key_is_another_key(client, practice, new):
    path, body, other, model = new(practice)
    colleague = make_client(practice)

    first, same, different = post(client, path, body), post(colleague, path, body), post(client, path, body)

    assert same.status_code == 201
    assert same.json()["id"] != first.json()["id"] == different.json()["id"]
    assert post(make_client(practice), path, other).status_code == 201
    assert model.objects.count() == 3


@pytest.mark.parametrize("new", REPEATABLE)
def test_without_a_key_or_with_another_each_request_makes_an_object(client, practice, new):
    path, body, _, model = new(practice)

    client.post(path, body, format="json")
    client.post(path, body, format="json")
    post(client, path, body, "one")
    post(client, path, body, "other")

    assert model.objects.count() == 4


def test_a_colleague_who_issues_with_the_same_key_hears_that_nothing_changed(client, practice):
    path, body, _, _ = new_revision(practice)
    post(client, path, body)

    answer = post(make_client(practice), path, body)

    assert answer.status_code == 409
    assert Revision.objects.count() == 1


def test_a_repeated_issue_gives_the_first_revision_even_when_the_plan_was_edited_since(client, practice):
    path, body, _, _ = new_revision(practice)
    first = post(client, path, body).json()
    Plan.objects.update(title="Edited")

    assert post(client, path, body).json() == first
    assert Revision.objects.count() == 1


def test_the_same_key_at_another_address_is_refused(client, practice):
    one, other = make_patient(practice), make_patient(practice)
    post(client, f"{PATIENTS}{one.pk}/episodes/", EPISODE)

    assert post(client, f"{PATIENTS}{other.pk}/episodes/", EPISODE).status_code == 422
    assert other.episodes.count() == 0


def test_a_request_that_was_refused_uses_up_no_key(client, practice):
    assert post(client, PATIENTS, {"given_name": "Testina"}).status_code == 400
    assert not IdempotencyKey.objects.exists()

    assert post(client, PATIENTS, PATIENT).status_code == 201


def test_a_repeated_answer_is_given_by_todays_rights(client, practice):
    first = post(client, PATIENTS, PATIENT).json()
    Membership.objects.update(role=Role.ASSISTANT)

    assert post(client, PATIENTS, PATIENT).status_code == 403
    assert client.get(f"{PATIENTS}{first['id']}/").status_code == 200


def test_a_repeated_answer_shows_the_object_as_it_is_now(client, practice):
    first = post(client, PATIENTS, PATIENT).json()
    client.patch(f"{PATIENTS}{first['id']}/", {"language": "en"}, format="json")

    assert post(client, PATIENTS, PATIENT).json()["language"] == "en"


def test_a_key_in_one_practice_is_unknown_in_another(practice):
    there = make_practice("There")
    user = make_user(practice)
    Membership.objects.create(user=user, practice=there, role=Role.CLINICIAN)

    here, elsewhere = (
        post(token_for(user, practice), PATIENTS, PATIENT),
        post(token_for(user, there), PATIENTS, PATIENT),
    )

    assert here.json()["id"] != elsewhere.json()["id"]
    assert Patient.objects.filter(practice=there).count() == 1


@pytest.mark.parametrize("key", ["", "x" * 201])
def test_a_key_has_one_to_two_hundred_characters(client, key):
    answer = post(client, PATIENTS, PATIENT, key)

    assert answer.status_code == 400
    assert not Patient.objects.exists()


def test_a_repeated_assessment_is_logged_by_the_name_that_the_log_has_for_it():
    practice = make_practice()
    client, episode = make_client(practice), make_episode(make_patient(practice))

    for kind, body in (("phases", {"phase": "post_acute"}), ("clearances", {})):
        for _ in range(2):
            assert post(client, f"/api/v1/episodes/{episode.pk}/{kind}/", body, key=kind).status_code == 201

    said = AccessEvent.objects.order_by("pk").values_list("action", "object_type")
    assert list(said) == [("C", "phase"), ("R", "phase"), ("C", "clearance"), ("R", "clearance")]
