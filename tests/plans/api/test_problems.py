from __future__ import annotations

import json
import uuid
from pathlib import Path

import pytest
from django.apps import apps
from rest_framework.test import APIClient

from patients.models import AccessEvent
from plans import services
from plans.models import Plan
from tests.factories import (
    make_episode,
    make_own_exercise,
    make_patient,
    make_plan,
    make_practice,
    plan_body,
)

pytestmark = pytest.mark.django_db

PLANS = "/api/v1/plans/"
DAYS = {"days_per_week": 3}
CRITERION = {"measure": "pain_during", "comparison": "at_most", "value": 3}


@pytest.fixture
def episode(practice):
    return make_episode(make_patient(practice))


def rows() -> dict[str, int]:
    """How many rows each table has, but for the log: that somebody was refused stands there."""
    tables = (model for model in apps.get_models() if model is not AccessEvent)
    return {model._meta.label: model._default_manager.count() for model in tables}


def pointers(answer) -> list[str]:
    """Where the problem says that the request is wrong."""
    return [error["pointer"] for error in problem(answer, 400)["errors"]]


def problem(answer, status: int) -> dict:
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    said = answer.json()
    assert said["status"] == status
    assert said["type"]
    assert said["title"]
    assert said["detail"]
    return said


def item(**fields) -> dict:
    return {"items": [{"exercise": "bridge"}, {"exercise": "knee-to-chest", **fields}]}


WRONG_PLANS = [
    (item(exercise="no-such-exercise"), "/items/1/exercise"),
    (item(exercise="house-stretch"), "/items/1/exercise"),
    (item(exercise=None), "/items/1/exercise"),
    (item(dose={"repetitions": -1}), "/items/1/dose/repetitions"),
    (item(dose={"repetitions": "5"}), "/items/1/dose/repetitions"),
    (item(dose={"repetitions": 5.5}), "/items/1/dose/repetitions"),
    (item(dose={"repetitions": True}), "/items/1/dose/repetitions"),
    (item(dose={"repetitions": 10**400}), "/items/1/dose/repetitions"),
    (item(dose={"side": "middle"}), "/items/1/dose/side"),
    (item(dose={"intensity": 11}), "/items/1/dose/intensity"),
    (item(dose={"load": 5}), "/items/1/dose/load"),
    (item(dose={"tempo": 5}), "/items/1/dose/tempo"),
    (item(dose=[]), "/items/1/dose"),
    (item(dose=None), "/items/1/dose"),
    (item(goal={"rest_seconds": 5}), "/items/1/goal/rest_seconds"),
    (item(from_week=7), "/items/1/from_week"),
    (item(from_week=0), "/items/1/from_week"),
    (item(to_week=7), "/items/1/to_week"),
    (item(from_week=3, to_week=2), "/items/1/to_week"),
    (item(weeks=[{"week": 7}]), "/items/1/weeks/0/week"),
    (item(weeks=[{"week": 2}, {"week": 2}]), "/items/1/weeks/1/week"),
    (item(weeks={"week": 2}), "/items/1/weeks"),
    (item(frequency={}), "/items/1/frequency/days_per_week"),
    (item(colour="red"), "/items/1/colour"),
    ({"items": {}}, "/items"),
    ({"items": None}, "/items"),
    ({"items": ["bridge"]}, "/items/0"),
    ({"items": [{"exercise": "bridge"}] * 41}, "/items"),
    ({"protocol": None}, "/protocol"),
    ({"protocol": "no-such-protocol"}, "/protocol"),
    ({"protocol": {"code": "back-care"}}, "/protocol"),
    ({"phase": "nonsense"}, "/phase"),
    ({"language": "tlh"}, "/language"),
    ({"weeks": "6"}, "/weeks"),
    ({"weeks": 0}, "/weeks"),
    ({"weeks": 53}, "/weeks"),
    ({"weeks": True}, "/weeks"),
    ({"title": 5}, "/title"),
    ({"title": "x" * 201}, "/title"),
    ({"title": "with a bell \x07"}, "/title"),
    ({"note": "with a NUL \x00"}, "/note"),
    ({"note": "half a character \ud800"}, "/note"),
    ({"goal": ["garden"]}, "/goal"),
    ({"starts_on": "soon"}, "/starts_on"),
    ({"starts_on": 20260302}, "/starts_on"),
    ({"starts_on": "2026-03-02", "review_on": "2026-03-01"}, "/review_on"),
    ({"frequency": {}}, "/frequency/days_per_week"),
    ({"frequency": {"days_per_week": "3"}}, "/frequency/days_per_week"),
    ({"frequency": {"days_per_week": 8}}, "/frequency/days_per_week"),
    ({"frequency": {"days_per_week": {"min": 3, "max": 8}}}, "/frequency/days_per_week/max"),
    ({"frequency": {"days_per_week": {"min": "3", "max": 5}}}, "/frequency/days_per_week/min"),
    ({"frequency": {"days_per_week": {"min": 5, "max": 3}}}, "/frequency/days_per_week"),
    ({"frequency": {"days_per_week": {"min": 3}}}, "/frequency/days_per_week"),
    ({"frequency": {"days_per_week": [3, 5]}}, "/frequency/days_per_week"),
    ({"frequency": {**DAYS, "goal": {**DAYS, "days": 3}}}, "/frequency/goal/days"),
    ({"frequency": {**DAYS, "weeks": [{"week": 7, **DAYS}]}}, "/frequency/weeks/0/week"),
    ({"criteria": {"stop": [{**CRITERION, "measure": "mood"}]}}, "/criteria/stop/0/measure"),
    ({"criteria": {"stop": [{**CRITERION, "measure": "completed_sessions", "sessions": 3}]}}, "/criteria/stop/0"),
    ({"criteria": {"stop": [{**CRITERION, "colour": "red"}]}}, "/criteria/stop/0/colour"),
    ({"criteria": None}, "/criteria"),
    ({"articles": ["core-stability", "no-such-article"]}, "/articles/1"),
    ({"articles": "core-stability"}, "/articles"),
    ({"colour": "red"}, "/colour"),
    ({"a/b~c": 1}, "/a~1b~0c"),
    ({"\ud800": 1}, "/?"),
    ({"episode": None}, "/episode"),
    ({"episode": "4711"}, "/episode"),
    ({"episode": str(uuid.uuid4())}, "/episode"),
]


@pytest.mark.parametrize(("fields", "pointer"), WRONG_PLANS)
def test_a_wrong_plan_is_refused_at_its_field_and_changes_nothing(client, episode, fields, pointer):
    make_own_exercise(make_practice("There"), "house-stretch")
    plan = make_plan(episode)
    body = json.dumps({**plan_body(episode), **fields})
    before = rows()

    created = client.post(PLANS, body, content_type="application/json")
    replaced = client.put(
        f"{PLANS}{plan.pk}/", body, content_type="application/json", headers={"If-Match": f'"{plan.pk}.1"'}
    )

    assert pointers(created) == pointers(replaced) == [pointer]
    assert rows() == before
    assert Plan.objects.get().version == 1


@pytest.mark.parametrize("field", ["episode", "protocol", "phase"])
def test_what_a_plan_cannot_be_without_is_named(client, episode, field):
    body = plan_body(episode)
    del body[field]

    assert pointers(client.post(PLANS, body, format="json")) == [f"/{field}"]


def test_everything_that_is_wrong_is_named_at_once(client, episode):
    body = plan_body(episode, phase="nonsense", starts_on="2026-03-02", review_on="2026-03-01")
    body["items"] = [{"exercise": "nonsense"}, {"exercise": "bridge", "from_week": 9}]

    found = pointers(client.post(PLANS, body, format="json"))

    assert set(found) == {"/phase", "/review_on", "/items/0/exercise", "/items/1/from_week"}


def test_another_practices_episode_is_as_unknown_as_one_that_never_was(client):
    theirs = make_episode(make_patient(make_practice("There")))
    before = rows()

    hidden = client.post(PLANS, plan_body(theirs), format="json")
    missing = client.post(PLANS, {**plan_body(theirs), "episode": str(uuid.uuid4())}, format="json")

    assert pointers(hidden) == ["/episode"]
    assert hidden.content == missing.content
    assert rows() == before


@pytest.mark.parametrize(
    "body",
    ["", "{", "nonsense", '{"weeks": NaN}', '{"title": "\xff"}'.encode("latin-1"), "[" * 100_000, '{"a":' * 100_000],
)
@pytest.mark.parametrize("path", [PLANS, "/api/v1/patients/", "/api/v1/patients/search/", "/api/v1/auth/login/"])
def test_a_body_that_is_not_json_is_refused(client, path, body):
    before = rows()

    answer = client.post(path, body, content_type="application/json")

    problem(answer, 400)
    assert rows() == before


@pytest.mark.parametrize("body", ["[]", '"plan"', "5", "null", "true"])
@pytest.mark.parametrize("path", [PLANS, "/api/v1/patients/", "/api/v1/patients/search/"])
def test_a_body_that_is_no_object_is_refused(client, path, body):
    before = rows()

    answer = client.post(path, body, content_type="application/json")

    assert pointers(answer) == [""]
    assert rows() == before


@pytest.mark.parametrize("body", ["[]", '"plan"', "null"])
def test_a_plan_is_patched_with_an_object_only(client, episode, body):
    plan = make_plan(episode)

    answer = client.patch(
        f"{PLANS}{plan.pk}/", body, content_type="application/json", headers={"If-Match": f'"{plan.pk}.1"'}
    )

    assert pointers(answer) == [""]


def test_a_body_of_another_kind_is_refused(client):
    answer = client.post("/api/v1/patients/", "given_name=A", content_type="application/x-www-form-urlencoded")

    problem(answer, 415)


def test_an_answer_of_another_kind_cannot_be_had(client):
    problem(client.get("/api/v1/patients/", headers={"Accept": "text/html"}), 406)


def test_a_body_of_two_megabytes_is_refused_and_one_below_a_mebibyte_is_read(client, episode):
    before = rows()

    large = client.post(PLANS, plan_body(episode, note="x" * 2_000_000), format="json")
    smaller = client.post(PLANS, plan_body(episode, note="x" * 1_000_000), format="json")

    problem(large, 413)
    assert pointers(smaller) == ["/note"]
    assert rows() == before


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
@pytest.mark.parametrize("path", ["/api/v1/nonsense/", "/api/v1/exercises", "/api/nonsense", "/api/v1/plans/4711/"])
def test_an_unknown_address_is_a_problem_and_no_page(method, path):
    anybody = APIClient(enforce_csrf_checks=True)

    problem(getattr(anybody, method)(path), 404)


@pytest.mark.parametrize("path", ["/api/", "/api/v1/"])
def test_there_is_no_index(path):
    problem(APIClient().get(path), 404)


def test_a_method_that_is_not_offered_is_a_problem(client):
    answer = client.delete("/api/v1/patients/")

    problem(answer, 405)
    assert "POST" in answer["Allow"]


def test_what_nobody_foresaw_is_answered_without_its_trace_and_changes_nothing(client, episode, monkeypatch, caplog):
    def fail_halfway(**given):
        make_patient(given["episode"].practice)
        raise RuntimeError("the secret of Testina Voorbeeld")

    monkeypatch.setattr(services, "_write", lambda plan, programme: fail_halfway(episode=plan.episode))
    before = rows()

    answer = client.post(PLANS, plan_body(episode), format="json")

    assert problem(answer, 500)["detail"] == "Something went wrong here. Nothing was changed."
    for word in (b"Traceback", b"RuntimeError", b"secret", b"Voorbeeld"):
        assert word not in answer.content
    assert rows() == before
    assert "RuntimeError" in caplog.text


def test_what_fails_outside_the_views_is_a_problem_as_well(monkeypatch):
    monkeypatch.setattr("config.views.PROGRAMME_SCHEMA", Path("/nowhere/programme.schema.json"))

    answer = APIClient(raise_request_exception=False).get("/api/programme.schema.json")

    problem(answer, 500)
    assert b"nowhere" not in answer.content
