from __future__ import annotations

import uuid

import pytest
from django.utils import timezone

from plans.models import Plan, Revision
from tests.factories import (
    WITH_WARNING,
    make_client,
    make_episode,
    make_patient,
    make_plan,
    make_practice,
    make_user,
    token_for,
)

pytestmark = pytest.mark.django_db

REASON = "Relaxes at the swimming pool."
OVERRIDE = {"finding": "balance.category-missing", "where": "/items", "reason": REASON}


@pytest.fixture
def clinician(practice):
    return make_user(practice, name="Clara Clinician")


@pytest.fixture
def client(practice, clinician):
    return token_for(clinician, practice)


@pytest.fixture
def episode(practice):
    return make_episode(make_patient(practice))


def issue(client, plan, *overrides):
    return client.post(f"/api/v1/plans/{plan.pk}/issue/", {"overrides": list(overrides)}, format="json")


def edit(client, plan, **fields):
    path = f"/api/v1/plans/{plan.pk}/"
    tag = client.get(path)["ETag"]
    answer = client.patch(path, fields, format="json", headers={"If-Match": tag})
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_issuing_makes_a_numbered_revision(client, clinician, episode):
    plan = make_plan(episode)
    before = timezone.now()

    answer = client.post(f"/api/v1/plans/{plan.pk}/issue/", {}, format="json")

    assert answer.status_code == 201
    said, revision = answer.json(), Revision.objects.get()
    assert (said["id"], said["number"], said["plan"]) == (str(revision.pk), 1, str(plan.pk))
    assert (said["patient"], said["episode"]) == (str(episode.patient_id), str(episode.pk))
    assert said["issued_by"] == str(clinician.pk)
    assert before <= revision.issued_at <= timezone.now()
    assert client.get(f"/api/v1/plans/{plan.pk}/").json()["status"] == "issued"


def test_issuing_is_a_change_of_the_plan(client, episode):
    plan = make_plan(episode)
    read_before = client.get(f"/api/v1/plans/{plan.pk}/")["ETag"]

    issue(client, plan)

    answer = client.patch(
        f"/api/v1/plans/{plan.pk}/", {"title": "New"}, format="json", headers={"If-Match": read_before}
    )
    assert answer.status_code == 412


def test_a_warning_stands_until_it_is_overridden_with_a_reason(client, clinician, episode):
    plan = make_plan(episode, *WITH_WARNING)

    refused = issue(client, plan)
    issued = issue(client, plan, OVERRIDE)

    assert refused.status_code == 409
    assert [one["id"] for one in refused.json()["findings"]] == ["balance.category-missing"]
    assert issued.status_code == 201
    revision = Revision.objects.get()
    assert revision.document["record"]["overrides"] == issued.json()["overrides"]
    kept = issued.json()["overrides"][0]
    assert {name: kept[name] for name in OVERRIDE} == OVERRIDE
    assert kept["clinician"] == str(clinician.pk)
    assert kept["at"] == timezone.localtime(revision.issued_at).isoformat()


def test_the_findings_that_stand_are_said_in_the_asked_language(client, episode):
    plan = make_plan(episode, *WITH_WARNING)

    said = [
        client.post(f"/api/v1/plans/{plan.pk}/issue/?language={language}", {}, format="json").json()
        for language in ("nl", "en")
    ]

    assert "ontspanning" in said[0]["findings"][0]["message"]
    assert "relaxation" in said[1]["findings"][0]["message"]


@pytest.mark.parametrize(
    "reason",
    ["", "because", "two words", "   spaced   out   ", ". . .", "1 2 3", "\u200b \u200b \u200b", "yes - ok", None, 3],
)
def test_an_override_needs_a_reason_of_three_words(client, episode, reason):
    plan = make_plan(episode, *WITH_WARNING)

    answer = issue(client, plan, {**OVERRIDE, "reason": reason})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/overrides/0/reason"
    assert not Revision.objects.exists()


def test_a_finding_has_one_reason(client, episode):
    plan = make_plan(episode, *WITH_WARNING)

    answer = issue(client, plan, OVERRIDE, {**OVERRIDE, "reason": "Another reason for it."})

    assert answer.status_code == 400
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [
        ("/overrides/1/finding", "twice")
    ]
    assert not Revision.objects.exists()


@pytest.mark.parametrize(
    "override",
    [
        {**OVERRIDE, "where": "/items/0"},
        {**OVERRIDE, "where": "/items "},
        {**OVERRIDE, "finding": "balance.muscle-groups"},
        {**OVERRIDE, "finding": "no.such-finding"},
    ],
)
def test_an_override_of_a_finding_that_does_not_stand_is_refused_at_its_place(client, episode, override):
    plan = make_plan(episode, *WITH_WARNING)

    answer = issue(client, plan, OVERRIDE, override)

    assert answer.status_code == 400
    assert answer.json()["errors"] == [
        {"pointer": "/overrides/1/finding", "code": "unknown", "detail": "No such finding stands."}
    ]
    assert not Revision.objects.exists()


def test_issuing_what_did_not_change_makes_no_second_revision(client, episode):
    plan = make_plan(episode)
    issue(client, plan)

    again = issue(client, plan)
    edit(client, plan, title="")
    after_an_empty_edit = issue(client, plan)

    for answer in (again, after_an_empty_edit):
        assert answer.status_code == 409
        assert answer.json()["type"].endswith(":nothing-changed")
    assert Revision.objects.count() == 1


def test_an_edited_plan_is_a_draft_beside_its_revisions_until_it_is_issued_again(client, episode):
    plan = make_plan(episode)
    first = issue(client, plan).json()

    assert edit(client, plan, title="For the second month")["status"] == "draft"
    listed = client.get(f"/api/v1/plans/{plan.pk}/revisions/").json()
    second = issue(client, plan).json()

    assert listed == [first]
    assert second["number"] == 2
    assert client.get(f"/api/v1/plans/{plan.pk}/").json()["status"] == "issued"
    assert client.get(f"/api/v1/plans/{plan.pk}/revisions/").json() == [first, second]


def test_each_plan_numbers_its_own_revisions(client, episode):
    one, other = make_plan(episode), make_plan(episode)

    numbers = [issue(client, one).json()["number"], issue(client, other).json()["number"]]
    edit(client, other, title="New")

    assert numbers == [1, 1]
    assert issue(client, other).json()["number"] == 2


@pytest.mark.parametrize("edited", [False, True])
def test_a_plan_with_revisions_cannot_be_deleted(client, episode, edited):
    plan = make_plan(episode)
    issue(client, plan)
    if edited:
        edit(client, plan, title="New")

    tag = client.get(f"/api/v1/plans/{plan.pk}/")["ETag"]
    answer = client.delete(f"/api/v1/plans/{plan.pk}/", headers={"If-Match": tag})

    assert answer.status_code == 409
    assert answer.json()["type"].endswith(":has-revisions")
    assert Plan.objects.exists()


def test_an_empty_plan_is_not_issued(client, episode):
    plan = make_plan(episode, items=[])

    answer = issue(client, plan)

    assert answer.status_code == 409
    assert "plan.empty" in {one["id"] for one in answer.json()["findings"]}
    assert not Revision.objects.exists()
    assert client.get(f"/api/v1/plans/{plan.pk}/").json()["status"] == "draft"


def test_another_practices_plan_is_not_issued(episode):
    plan = make_plan(episode)
    stranger = make_client(make_practice("There"))

    hidden = issue(stranger, plan)
    missing = stranger.post(f"/api/v1/plans/{uuid.uuid4()}/issue/", {}, format="json")

    assert (hidden.status_code, hidden.content) == (404, missing.content)
    assert not Revision.objects.exists()


def test_who_issues_is_who_is_printed(client, practice, episode):
    plan = make_plan(episode, author=make_user(practice, name="Anna Author"))

    issue(client, plan)

    document = Revision.objects.get().document
    assert document["patient_part"]["clinician"]["name"] == "Clara Clinician"
