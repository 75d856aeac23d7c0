"""The reports over HTTP: whose revisions they read, in which language, and from which revision they compare."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest
from rest_framework.test import APIClient

from patients.models import AccessEvent, Role
from plans import services
from plans.checking import programme_of
from plans.models import Plan
from tests.factories import (
    make_client,
    make_episode,
    make_patient,
    make_plan,
    make_practice,
    make_revision,
    make_user,
    token_for,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(practice):
    return make_client(practice, Role.ASSISTANT)


@pytest.fixture
def plan(practice):
    return make_plan(make_episode(make_patient(practice)))


def issue_again(plan, **fields):
    """The plan's next revision, with other words."""
    user = make_user(plan.practice)
    plan = Plan.objects.complete().get(pk=plan.pk)
    programme = replace(programme_of(plan), **fields)
    services.replace_plan(user=user, plan_id=plan.pk, version=plan.version, protocol=plan.protocol, programme=programme)
    return make_revision(plan, user)


def cert(revision) -> str:
    return f"/api/v1/revisions/{revision.pk}/cert/"


def diff(revision) -> str:
    return f"/api/v1/revisions/{revision.pk}/diff/"


def test_the_cert_report_is_in_the_language_of_the_clinician(client, plan):
    revision = make_revision(plan)

    english = client.get(cert(revision), headers={"Accept-Language": "en"})
    dutch = client.get(cert(revision), {"language": "nl"})

    assert english.status_code == dutch.status_code == 200
    assert english.json()["revision"] == str(revision.pk)
    assert english.json()["items"][0]["title"] == "Exercise equipment"
    assert dutch.json()["items"][0]["title"] == "Oefenmateriaal"
    assert "Oefenmateriaal\n" in dutch.json()["text"]


def test_the_diff_is_from_the_revision_before_in_the_language_of_the_patient(client, plan):
    first = make_revision(plan)
    second = issue_again(plan, goal="Fietsen")
    third = issue_again(plan, goal="Lopen")

    answer = client.get(diff(third), headers={"Accept-Language": "en"})

    assert answer.status_code == 200
    assert answer.json()["from"] == str(second.pk)
    assert answer.json()["words"] == ["Veranderd: Uw doel. Eerder: Fietsen. Nu: Lopen."]
    from_first = client.get(diff(third), {"from": str(first.pk), "language": "en"}).json()
    assert (from_first["from_number"], from_first["words"]) == (1, ["New: Your goal. Lopen."])


def test_of_the_first_revision_everything_is_new(client, plan):
    answer = client.get(diff(make_revision(plan))).json()

    assert answer["from"] is None
    assert len(answer["new"]) == plan.items.count()


def test_another_plan_of_the_same_patient_can_be_compared_with(client, practice, plan):
    earlier = make_revision(make_plan(make_episode(plan.episode.patient)))
    revision = make_revision(plan)

    answer = client.get(diff(revision), {"from": str(earlier.pk)}).json()

    assert answer["from"] == str(earlier.pk)
    assert answer["new"] == answer["changed"] == answer["stopped"] == []


def test_from_a_stranger_is_as_unknown_as_from_nothing(client, practice, plan):
    revision = make_revision(plan)
    there = make_practice("There")
    other_practice = make_revision(make_plan(make_episode(make_patient(there))))
    other_patient = make_revision(make_plan(make_episode(make_patient(practice))))

    answers = [
        client.get(diff(revision), {"from": str(asked)})
        for asked in (other_practice.pk, other_patient.pk, uuid.uuid4(), "no-id", "")
    ]

    assert {answer.status_code for answer in answers} == {400}
    assert len({answer.content for answer in answers}) == 1
    (error,) = answers[0].json()["errors"]
    assert error == {"pointer": "", "parameter": "from", "code": "unknown", "detail": "There is no such revision."}


@pytest.mark.parametrize("path", [cert, diff])
def test_another_practices_revision_does_not_exist(path, plan):
    revision = make_revision(plan)
    stranger = make_client(make_practice("There"))

    assert stranger.get(path(revision)).status_code == 404


@pytest.mark.parametrize("path", [cert, diff])
def test_nobody_reads_a_report_without_a_token(path, plan):
    assert APIClient().get(path(make_revision(plan))).status_code == 401


@pytest.mark.parametrize("path", [cert, diff])
def test_an_unknown_parameter_and_an_unknown_language_are_refused(path, client, plan):
    revision = make_revision(plan)

    assert client.get(path(revision), {"form": "x"}).json()["errors"][0]["parameter"] == "form"
    assert client.get(path(revision), {"language": "xx"}).json()["errors"][0]["parameter"] == "language"


def test_reports_are_reads_in_the_access_log(practice, plan):
    first = make_revision(plan)
    second = issue_again(plan, goal="Fietsen")
    user = make_user(practice)
    client = token_for(user, practice)

    client.get(cert(second))
    client.get(diff(second))

    seen = AccessEvent.objects.filter(user_id=user.pk, action=AccessEvent.Action.READ, object_type="revision")
    ids = [event.object_ids for event in seen.order_by("pk")]
    assert ids == [[str(second.pk)], [str(second.pk), str(first.pk)]]
    assert {event.patient_id for event in seen} == {second.patient_id}
