from __future__ import annotations

import uuid

import pytest
from django.utils import timezone

from plans.models import Plan
from tests.factories import make_episode, make_patient, make_plan, make_practice, make_user

pytestmark = pytest.mark.django_db

PLANS = "/api/v1/plans/"


@pytest.fixture
def episode(practice):
    return make_episode(make_patient(practice))


def test_the_list_filters_by_patient_episode_author_and_status(client, practice, episode):
    author = make_user(practice)
    wanted = make_plan(episode, author=author)
    issued = make_plan(make_episode(make_patient(practice)))
    Plan.objects.filter(pk=issued.pk).update(status="issued")
    second = make_plan(make_episode(episode.patient))

    def found(**query):
        return [one["id"] for one in client.get(PLANS, query).json()["results"]]

    assert found() == [str(second.pk), str(issued.pk), str(wanted.pk)]
    assert found(patient=episode.patient_id) == [str(second.pk), str(wanted.pk)]
    assert found(episode=episode.pk) == [str(wanted.pk)]
    assert found(author=author.pk) == [str(wanted.pk)]
    assert found(status="issued") == [str(issued.pk)]
    assert found(status="draft", patient=issued.episode.patient_id) == []


def test_the_list_is_walked_by_a_cursor_and_shows_what_changed_since(client, episode):
    for _ in range(3):
        make_plan(episode)
    moment = timezone.now()
    newest = make_plan(episode)

    page = client.get(PLANS, {"page_size": 2}).json()
    changed = client.get(PLANS, {"updated_since": moment.isoformat()}).json()["results"]

    assert set(page) == {"next", "previous", "results"}
    assert len(client.get(page["next"]).json()["results"]) == 2
    assert [one["id"] for one in changed] == [str(newest.pk)]


@pytest.mark.parametrize("parameter", ["patient", "episode", "author"])
def test_a_filter_never_tells_whether_a_stranger_has_something(client, parameter):
    there = make_practice("There")
    plan = make_plan(make_episode(make_patient(there)))
    theirs = {"patient": plan.episode.patient_id, "episode": plan.episode_id, "author": plan.author_id}

    hidden = client.get(PLANS, {parameter: theirs[parameter]})
    missing = client.get(PLANS, {parameter: uuid.uuid4()})

    assert (hidden.status_code, hidden.content) == (missing.status_code, missing.content)
    assert hidden.status_code == 400
    assert hidden.json()["errors"][0]["parameter"] == parameter


@pytest.mark.parametrize("query", ["status=finished", "patients=1", "patient=1", "updated_since=soon"])
def test_an_unknown_filter_of_plans_is_refused_by_name(client, query):
    answer = client.get(f"{PLANS}?{query}")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] == query.split("=")[0]


def test_a_plan_is_itself_whatever_the_list_would_filter(client, episode):
    plan = make_plan(episode)

    answer = client.get(f"{PLANS}{plan.pk}/?status=issued")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] == "status"
