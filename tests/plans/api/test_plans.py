from __future__ import annotations

import uuid

import pytest

from patients.models import Role
from plans.models import Plan, PlanItem
from tests.factories import (
    make_client,
    make_copy,
    make_episode,
    make_own_exercise,
    make_patient,
    make_plan,
    make_practice,
    make_user,
    plan_body,
    token_for,
)

pytestmark = pytest.mark.django_db

PLANS = "/api/v1/plans/"
TWELVE = (
    "warm-up-walk",
    "pelvic-tilt",
    "knee-to-chest",
    "double-knee-to-chest",
    "back-rotation",
    "hamstring-stretch",
    "half-sit-up",
    "prone-lying",
    "cervical-mobilisation-sitting",
    "wall-sit",
    "bridge",
    "single-leg-stance",
)


@pytest.fixture
def episode(practice):
    return make_episode(make_patient(practice))


def post(client, body):
    return client.post(PLANS, body, format="json")


def etag(client, plan_id) -> dict[str, str]:
    return {"If-Match": client.get(f"{PLANS}{plan_id}/")["ETag"]}


def written(said: dict) -> dict:
    """What of an answer a clinician wrote, not the service."""
    return {name: value for name, value in said.items() if name not in {"version", "updated_at", "status"}}


def test_one_request_creates_a_plan_with_twelve_items(practice, episode):
    author = make_user(practice)

    answer = post(token_for(author, practice), plan_body(episode, *TWELVE))

    assert answer.status_code == 201
    said = answer.json()
    assert [item["exercise"] for item in said["items"]] == list(TWELVE)
    assert (said["status"], said["version"]) == ("draft", 1)
    assert (said["episode"], said["patient"]) == (str(episode.pk), str(episode.patient_id))
    assert said["author"] == str(author.pk)
    assert answer["ETag"] == f'"{said["id"]}.1"'
    assert PlanItem.objects.count() == 12


def test_what_is_left_out_comes_from_the_protocol(client, episode):
    said = post(client, plan_body(episode, "warm-up-walk", "knee-to-chest")).json()

    walk, knee = said["items"]
    assert walk["dose"]["duration_seconds"] == 180
    assert (knee["dose"]["repetitions"], knee["dose"]["hold_seconds"], knee["dose"]["side"]) == (5, 5, "each_side")
    assert knee["goal"]["repetitions"] == 10
    assert (said["weeks"], said["language"]) == (6, "nl")
    assert said["frequency"]["days_per_week"] == {"min": 3, "max": 3}
    assert said["frequency"]["goal"]["days_per_week"] == {"min": 5, "max": 5}
    assert said["criteria"]["stop"][0]["measure"] == "pain_during"


def test_what_is_given_is_kept_and_a_dose_is_filled_up_with_what_it_needs(client, episode):
    item = {"exercise": "knee-to-chest", "dose": {"repetitions": 4, "side": "left"}, "from_week": 2, "to_week": 3}
    body = plan_body(episode, items=[item], criteria={}, weeks=4, language="en", articles=["core-stability"])

    said = post(client, body).json()

    kept = said["items"][0]
    assert kept["dose"] == {
        "sets": 1,
        "repetitions": 4,
        "hold_seconds": 5,
        "duration_seconds": None,
        "rest_seconds": None,
        "side": "left",
        "load": "",
        "intensity": None,
    }
    assert set(kept["goal"].values()) == {None}
    assert (kept["from_week"], kept["to_week"]) == (2, 3)
    assert said["criteria"] == {"step_up": [], "ease_off": [], "stop": []}
    assert (said["weeks"], said["language"], said["articles"]) == (4, "en", ["core-stability"])


def test_a_range_is_a_number_or_a_least_and_a_most(client, episode):
    frequency = {
        "days_per_week": 3,
        "times_per_day": {"min": 1, "max": 2},
        "goal": {"days_per_week": {"min": 4, "max": 5}},
        "weeks": [{"week": 2, "days_per_week": 4}],
    }

    said = post(client, plan_body(episode, frequency=frequency)).json()["frequency"]

    assert said["days_per_week"] == {"min": 3, "max": 3}
    assert said["times_per_day"] == {"min": 1, "max": 2}
    assert said["goal"]["days_per_week"] == {"min": 4, "max": 5}
    assert said["goal"]["times_per_day"] == {"min": 1, "max": 1}
    assert said["weeks"] == [{"week": 2, "days_per_week": {"min": 4, "max": 4}}]


def test_the_practices_own_exercise_and_copy_can_be_prescribed(client, practice, episode):
    own, copy = make_own_exercise(practice), make_copy("bridge", practice)

    said = post(client, plan_body(episode, own.code, copy.code))

    assert said.status_code == 201
    assert list(PlanItem.objects.values_list("exercise", flat=True)) == [own.pk, copy.pk]


def test_a_read_plan_can_be_put_back_unchanged(client, episode):
    body = plan_body(episode, title="Back at work", goal="Garden", note="By phone.", starts_on="2026-03-02")
    body |= {"review_on": "2026-03-30", "articles": ["core-stability"]}
    body["frequency"] = {
        "days_per_week": {"min": 2, "max": 3},
        "every_hours": 2,
        "weeks": [{"week": 2, "times_per_day": 2}],
    }
    body["items"][2] |= {
        "weeks": [{"week": 2, "repetitions": 7, "load": "red band", "intensity": 4}],
        "frequency": {"days_per_week": 7, "times_per_day": {"min": 2, "max": 3}},
        "note": "Slowly.",
    }
    plan_id = post(client, body).json()["id"]
    read = client.get(f"{PLANS}{plan_id}/")

    answer = client.put(f"{PLANS}{plan_id}/", read.json(), format="json", headers={"If-Match": read["ETag"]})

    assert answer.status_code == 200
    assert written(answer.json()) == written(read.json())
    assert answer.json()["version"] == 2
    assert answer["ETag"] == f'"{plan_id}.2"'


def test_put_writes_the_whole_plan_and_what_is_left_out_comes_from_the_protocol_again(client, episode):
    plan_id = post(client, plan_body(episode, title="Old", weeks=4)).json()["id"]

    answer = client.put(
        f"{PLANS}{plan_id}/", plan_body(episode, "bridge"), format="json", headers=etag(client, plan_id)
    )

    said = answer.json()
    assert ([item["exercise"] for item in said["items"]], said["title"], said["weeks"]) == (["bridge"], "", 6)
    assert PlanItem.objects.count() == 1
    assert client.get(f"{PLANS}{plan_id}/").json() == said


def test_patch_changes_what_is_given_and_keeps_the_rest(client, episode):
    before = post(client, plan_body(episode, title="Old", note="Kept")).json()

    answer = client.patch(
        f"{PLANS}{before['id']}/", {"title": "New"}, format="json", headers=etag(client, before["id"])
    )

    assert answer.status_code == 200
    assert written(answer.json()) == written({**before, "title": "New"})
    assert answer.json()["version"] == 2


def test_patch_replaces_a_list_whole(client, episode):
    before = post(client, plan_body(episode)).json()

    answer = client.patch(
        f"{PLANS}{before['id']}/",
        {"items": [{"exercise": "bridge"}]},
        format="json",
        headers=etag(client, before["id"]),
    )

    said = answer.json()
    assert [item["exercise"] for item in said["items"]] == ["bridge"]
    assert {**written(said), "items": 0} == {**written(before), "items": 0}


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_a_write_without_if_match_is_refused(client, episode, method):
    plan = make_plan(episode)

    answer = getattr(client, method)(f"{PLANS}{plan.pk}/", plan_body(episode, "bridge"), format="json")

    assert answer.status_code == 428
    assert answer["Content-Type"] == "application/problem+json"
    assert Plan.objects.get().items.count() == 5


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
@pytest.mark.parametrize(
    "tag",
    [
        '"{id}.1"',
        '"{id}.3"',
        '"{other}.2"',
        "nonsense",
        "",
        "*",
        '"{id}.²"',
        '"{id}."',
        '"{id}.-2"',
        '"{id}.2.2"',
        '"{id}.{long}"',
    ],
)
def test_a_write_that_read_another_version_is_refused(client, episode, method, tag):
    plan = make_plan(episode)
    client.patch(f"{PLANS}{plan.pk}/", {"title": "Newer"}, format="json", headers=etag(client, plan.pk))
    stale = tag.format(id=plan.pk, other=uuid.uuid4(), long="2" * 5000)

    answer = getattr(client, method)(
        f"{PLANS}{plan.pk}/", plan_body(episode, "bridge"), format="json", headers={"If-Match": stale}
    )

    assert answer.status_code == 412
    assert answer["Content-Type"] == "application/problem+json"
    plan = Plan.objects.get()
    assert (plan.title, plan.version, plan.items.count()) == ("Newer", 2, 5)


def test_a_draft_can_be_deleted(client, episode):
    plan = make_plan(episode)

    answer = client.delete(f"{PLANS}{plan.pk}/", headers=etag(client, plan.pk))

    assert answer.status_code == 204
    assert not Plan.objects.exists()
    assert not PlanItem.objects.exists()
    assert client.get(f"{PLANS}{plan.pk}/").status_code == 404


def test_a_plan_stays_with_its_episode(client, practice, episode):
    plan, other = make_plan(episode), make_episode(make_patient(practice))

    answer = client.put(f"{PLANS}{plan.pk}/", plan_body(other), format="json", headers=etag(client, plan.pk))

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/episode"


def test_an_assistant_reads_plans_and_does_not_write(client, practice, episode):
    plan = make_plan(episode)
    assistant = make_client(practice, Role.ASSISTANT)
    path, tag = f"{PLANS}{plan.pk}/", etag(client, plan.pk)

    assert assistant.get(path).status_code == assistant.get(f"{path}findings/").status_code == 200
    assert post(assistant, plan_body(episode)).status_code == 403
    assert assistant.patch(path, {"title": "New"}, format="json", headers=tag).status_code == 403
    assert assistant.delete(path, headers=tag).status_code == 403
    assert assistant.post(f"{path}issue/", {}, format="json").status_code == 403
    assert Plan.objects.get().title == ""


def test_a_stranger_finds_no_plan(client, episode):
    plan = make_plan(episode)
    stranger = make_client(make_practice("There"))
    path, tag = f"{PLANS}{plan.pk}/", etag(client, plan.pk)

    hidden, missing = stranger.get(path), stranger.get(f"{PLANS}{uuid.uuid4()}/")
    assert (hidden.status_code, hidden.content) == (404, missing.content)
    assert stranger.get(PLANS).json()["results"] == []
    assert stranger.put(path, plan_body(episode), format="json", headers=tag).status_code == 404
    assert stranger.delete(path, headers=tag).status_code == 404
    assert stranger.post(f"{path}issue/", {}, format="json").status_code == 404
    assert Plan.objects.get().version == 1


def test_a_dose_that_says_only_how_often_is_held_and_paused_as_usual():
    episode = make_episode(make_patient(make_practice()))
    items = [
        {"exercise": "straight-leg-raise", "dose": {"repetitions": 4}},
        {"exercise": "wall-sit", "dose": {"repetitions": 2, "duration_seconds": 30}},
    ]

    answer = make_client(episode.practice).post("/api/v1/plans/", plan_body(episode, items=items), format="json")

    raised, sitting = [item["dose"] for item in answer.json()["items"]]
    assert (raised["repetitions"], raised["hold_seconds"], raised["rest_seconds"]) == (4, 5, 3)
    assert (sitting["repetitions"], sitting["duration_seconds"], sitting["hold_seconds"]) == (2, 30, None)


def test_default_goals_are_what_a_short_plan_can_reach():
    episode = make_episode(make_patient(make_practice()))
    client = make_client(episode.practice)

    plan = client.post("/api/v1/plans/", plan_body(episode, weeks=2), format="json").json()

    assert plan["frequency"]["goal"]["days_per_week"] == {"min": 4, "max": 4}
    findings = client.get(f"/api/v1/plans/{plan['id']}/findings/").json()["findings"]
    assert "dose.jump" not in [finding["id"] for finding in findings]
