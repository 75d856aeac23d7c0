"""POST plans/{id}/fixes/: one fix applied, the plan and its new findings back."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from plans.models import MAXIMUM_ITEMS, Plan
from tests.factories import make_client, make_episode, make_patient, make_plan, make_practice

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan() -> Plan:
    """A plan that starts with the pelvic tilt, and should start with the warm-up that it has further on."""
    episode = make_episode(make_patient(make_practice()))
    return make_plan(episode, "pelvic-tilt", "warm-up-walk", "knee-to-chest", "half-sit-up", "prone-lying")


@pytest.fixture
def client(plan: Plan) -> APIClient:
    return make_client(plan.practice)


def url(plan: Plan, tail: str) -> str:
    return f"/api/v1/plans/{plan.pk}/{tail}"


def fix(client: APIClient, plan: Plan, body: dict[str, str], version: int = 1):
    return client.post(url(plan, "fixes/"), body, format="json", headers={"If-Match": f'"{plan.pk}.{version}"'})


WARM_UP = {"finding": "order.warm-up-first", "where": "/items/0", "fix": "move-to-0"}


def test_a_fix_changes_the_plan_and_its_finding_goes(client: APIClient, plan: Plan):
    answer = fix(client, plan, WARM_UP)

    assert answer.status_code == 200
    assert [item["exercise"] for item in answer.json()["plan"]["items"]][:2] == ["warm-up-walk", "pelvic-tilt"]
    assert "order.warm-up-first" not in [finding["id"] for finding in answer.json()["findings"]]
    assert answer.headers["ETag"] == f'"{plan.pk}.2"'
    assert client.get(url(plan, "findings/")).json()["findings"] == answer.json()["findings"]


def test_every_fix_that_is_offered_can_be_sent_back(client: APIClient, plan: Plan):
    version = 1
    for finding in client.get(url(plan, "findings/")).json()["findings"]:
        for offered in finding["fixes"][:1]:
            body = {"finding": finding["id"], "where": finding["where"], "fix": offered["id"]}
            answer = fix(client, plan, body, version)
            assert answer.status_code in {200, 409}
            version += answer.status_code == 200
    assert version > 1


def test_a_fix_that_no_finding_offers_is_refused_with_what_is_offered(client: APIClient, plan: Plan):
    answer = fix(client, plan, WARM_UP | {"fix": "move-to-9"})

    assert answer.status_code == 409
    assert answer.json()["type"].endswith(":not-offered")
    assert "order.warm-up-first" in [finding["id"] for finding in answer.json()["findings"]]


def test_a_fix_needs_the_version_that_was_read(client: APIClient, plan: Plan):
    assert client.post(url(plan, "fixes/"), WARM_UP, format="json").status_code == 428
    assert fix(client, plan, WARM_UP, version=7).status_code == 412
    assert Plan.objects.get(pk=plan.pk).version == 1


def test_a_fix_names_what_is_wrong_with_it(client: APIClient, plan: Plan):
    answer = fix(client, plan, {"finding": "order.warm-up-first", "where": "/items/0", "fx": "move-to-0"})

    assert answer.status_code == 400
    assert "/fx" in [error["pointer"] for error in answer.json()["errors"]]


def test_an_assistant_and_a_stranger_fix_nothing(plan: Plan):
    assistant = make_client(plan.practice, "assistant")

    assert fix(assistant, plan, WARM_UP).status_code == 403
    assert fix(make_client(make_practice("Elsewhere")), plan, WARM_UP).status_code == 404
    assert Plan.objects.get(pk=plan.pk).version == 1


def test_a_fix_that_a_full_plan_has_no_room_for_is_refused(client: APIClient, plan: Plan):
    full = make_plan(plan.episode, *["knee-to-chest"] * MAXIMUM_ITEMS)

    answer = fix(client, full, WARM_UP | {"fix": "insert-warm-up-walk"})

    assert answer.status_code == 409
    assert answer.json()["type"].endswith(":too-many-items")
    full.refresh_from_db()
    assert (full.version, full.items.count()) == (1, MAXIMUM_ITEMS)
