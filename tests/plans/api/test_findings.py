from __future__ import annotations

import pytest

from plans.models import Revision
from tests.factories import WITH_WARNING, make_client, make_episode, make_patient, make_plan, make_practice

pytestmark = pytest.mark.django_db


def findings(client, plan, language: str = "en") -> dict[tuple[str, str], dict]:
    answer = client.get(f"/api/v1/plans/{plan.pk}/findings/?language={language}")
    assert answer.status_code == 200, answer.content
    return {(one["id"], one["where"]): one for one in answer.json()["findings"]}


def test_a_plan_as_it_should_be_brings_advice_at_most(client, practice):
    plan = make_plan(make_episode(make_patient(practice)))

    found = findings(client, plan)

    assert {one["severity"] for one in found.values()} <= {"advice"}


def test_a_finding_says_what_is_wrong_where_and_what_helps(client, practice):
    plan = make_plan(make_episode(make_patient(practice)), *WITH_WARNING)

    finding = findings(client, plan)["balance.category-missing", "/items"]

    assert finding["severity"] == "warning"
    assert finding["source"] == "leaflet: rule 5"
    assert "relaxation" in finding["message"]
    assert finding["hint"]
    assert finding["fixes"][0]["changes"] == [{"op": "insert", "exercise": "prone-lying", "at": 4}]


def test_findings_are_in_the_asked_language(client, practice):
    plan = make_plan(make_episode(make_patient(practice)), *WITH_WARNING)

    in_dutch, in_english = findings(client, plan, "nl"), findings(client, plan, "en")
    by_header = client.get(f"/api/v1/plans/{plan.pk}/findings/", headers={"Accept-Language": "nl"}).json()["findings"]

    key = ("balance.category-missing", "/items")
    assert in_dutch.keys() == in_english.keys()
    assert "ontspanning" in in_dutch[key]["message"]
    assert "relaxation" in in_english[key]["message"]
    assert by_header == list(in_dutch.values())
    assert findings(client, plan, "fr") == in_english


def test_findings_know_the_episode(client, practice):
    patient = make_patient(practice, equipment=["mat"], minutes_per_session=1)
    episode = make_episode(patient, phase="chronic", cleared=False, precautions=["osteoporosis"])
    plan = make_plan(episode, "warm-up-cycle", "pelvic-tilt", "half-sit-up")

    found = findings(client, plan)

    assert ("phase.mismatch", "/phase") in found
    assert {"burden.equipment", "burden.minutes", "order.basics-not-cleared", "safety.precaution"} <= {
        finding_id for finding_id, _ in found
    }


def test_a_check_gives_the_balance_and_the_burden(client, practice):
    plan = make_plan(make_episode(make_patient(practice)))

    said = client.get(f"/api/v1/plans/{plan.pk}/findings/").json()

    assert (said["plan"], said["version"]) == (str(plan.pk), 1)
    balance = said["balance"]
    assert set(balance["by_category"]) == {"stretching", "strengthening", "relaxation"}
    assert sum(balance["by_category"].values()) == sum(balance["by_muscle"].values()) == balance["working_seconds"] > 0
    assert said["burden"]["exercises"] == 5


def test_checking_stores_nothing(client, practice):
    plan = make_plan(make_episode(make_patient(practice)), *WITH_WARNING)

    findings(client, plan)

    plan.refresh_from_db()
    assert (plan.version, plan.status) == (1, "draft")


def test_a_leg_raise_in_the_acute_phase_is_an_error_that_nothing_overrides(client, practice):
    episode = make_episode(make_patient(practice), phase="acute")
    plan = make_plan(episode, "warm-up-walk", "pelvic-tilt", "straight-leg-raise", phase="acute")

    finding = findings(client, plan)["phase.contraindicated", "/items/2"]
    refused = client.post(f"/api/v1/plans/{plan.pk}/issue/", {}, format="json")
    override = {"finding": finding["id"], "where": finding["where"], "reason": "The patient insists on it."}
    insisted = client.post(f"/api/v1/plans/{plan.pk}/issue/", {"overrides": [override]}, format="json")

    assert finding["severity"] == "error"
    for answer in (refused, insisted):
        assert answer.status_code == 409
        assert ("phase.contraindicated", "/items/2") in {(one["id"], one["where"]) for one in answer.json()["findings"]}
    assert not Revision.objects.exists()


def test_even_with_every_warning_overridden_an_error_stands_alone(client, practice):
    episode = make_episode(make_patient(practice), phase="acute")
    plan = make_plan(episode, "warm-up-walk", "pelvic-tilt", "straight-leg-raise", phase="acute")
    overrides = [
        {"finding": finding, "where": where, "reason": "Discussed with the patient."}
        for finding, where in findings(client, plan)
    ]

    answer = client.post(f"/api/v1/plans/{plan.pk}/issue/", {"overrides": overrides}, format="json")

    assert answer.status_code == 409
    assert [one["id"] for one in answer.json()["findings"]] == ["phase.contraindicated"]


def test_no_equipment_at_home_is_another_thing_than_not_asked():
    practice = make_practice()
    found = {}
    for equipment in (None, []):
        plan = make_plan(make_episode(make_patient(practice, equipment=equipment)), "hamstring-stretch")
        answer = make_client(practice).get(f"/api/v1/plans/{plan.pk}/findings/").json()
        found[str(equipment)] = "burden.equipment" in [finding["id"] for finding in answer["findings"]]

    assert found == {"None": False, "[]": True}
