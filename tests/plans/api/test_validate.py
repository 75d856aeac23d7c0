"""POST validate/: the same check on a plan that is not stored."""

from __future__ import annotations

import pytest

from patients.models import AccessEvent
from plans.models import Plan
from tests.factories import (
    make_client,
    make_episode,
    make_patient,
    make_plan,
    make_practice,
    make_revision,
    plan_body,
)

pytestmark = pytest.mark.django_db

VALIDATE = "/api/v1/validate/"
BODY = {"protocol": "back-care", "phase": "post_acute"}
COMPOSED = ("protocol", "phase", "language", "weeks", "frequency", "items", "criteria")


def ids(answer) -> list[str]:
    return [finding["id"] for finding in answer.json()["findings"]]


@pytest.mark.parametrize(
    ("phase", "codes"),
    [
        ("post_acute", ("warm-up-walk", "pelvic-tilt", "knee-to-chest", "half-sit-up", "prone-lying")),
        ("acute", ("straight-leg-raise", "full-sit-up", "prone-lying")),
        ("post_acute", ("half-sit-up-hands-in-neck", "bridge", "bridge", "wall-sit")),
        ("chronic", ()),
    ],
)
def test_it_says_what_the_check_of_the_stored_plan_says(phase: str, codes: tuple[str, ...]):
    patient = make_patient(make_practice(), minutes_per_session=5, equipment=["stool"])
    episode = make_episode(patient, phase="post_acute", cleared=False, precautions=["kneeling", "osteoporosis"])
    client = make_client(patient.practice)
    items = [{"exercise": code} for code in codes]
    plan = make_plan(episode, phase=phase, items=items)
    composed = {
        name: value for name, value in client.get(f"/api/v1/plans/{plan.pk}/").json().items() if name in COMPOSED
    }

    stored = client.get(f"/api/v1/plans/{plan.pk}/findings/").json()
    loose = client.post(VALIDATE, composed | {"episode": str(episode.pk)}, format="json").json()

    assert loose["findings"] == stored["findings"]
    assert (loose["balance"], loose["burden"]) == (stored["balance"], stored["burden"])


def test_it_goes_on_from_earlier_revisions_as_the_check_of_the_stored_plan_does():
    episode = make_episode(make_patient(make_practice()))
    make_revision(make_plan(episode))
    client = make_client(episode.practice)
    items = [{"exercise": "knee-to-chest", "dose": {"repetitions": 14}}, {"exercise": "half-sit-up"}]
    plan = make_plan(episode, items=items, frequency={"days_per_week": 7})
    read = client.get(f"/api/v1/plans/{plan.pk}/").json()
    composed = {name: read[name] for name in (*COMPOSED, "episode")}

    stored = client.get(f"/api/v1/plans/{plan.pk}/findings/").json()
    loose = client.post(VALIDATE, composed, format="json").json()

    assert loose["findings"] == stored["findings"]
    jumps = [finding["where"] for finding in loose["findings"] if finding["id"] == "dose.jump"]
    assert jumps == ["/frequency/days_per_week", "/items/0/dose/repetitions"]
    assert not [finding for finding in loose["findings"] if finding["id"] in {"frequency.start", "dose.start-low"}]


def test_given_facts_may_hold_the_last_plan_and_are_then_checked_as_the_episode_is():
    episode = make_episode(make_patient(make_practice()))
    revision = make_revision(make_plan(episode))
    client = make_client(episode.practice)
    body = BODY | {
        "items": [{"exercise": "knee-to-chest", "dose": {"repetitions": 14}}],
        "frequency": {"days_per_week": 7},
    }
    facts = {"cleared": True, "last_plan": revision.document["record"]["plan"]}

    with_episode = client.post(VALIDATE, body | {"episode": str(episode.pk)}, format="json").json()
    with_facts = client.post(VALIDATE, body | {"facts": facts}, format="json").json()

    assert with_facts["findings"] == with_episode["findings"]
    assert "dose.jump" in {finding["id"] for finding in with_facts["findings"]}


def test_what_is_wrong_with_the_last_plan_is_named_within_it():
    client = make_client(make_practice())
    last = {"protocol": "back-care", "phase": "post_acute", "items": [{"exercise": "no-such"}]}

    answer = client.post(VALIDATE, BODY | {"facts": {"last_plan": last}}, format="json")

    assert [error["pointer"] for error in answer.json()["errors"]] == ["/facts/last_plan/items/0/exercise"]


def test_nothing_is_stored():
    client = make_client(make_practice())

    answer = client.post(VALIDATE, {"protocol": "back-care", "phase": "acute", "items": []}, format="json")

    assert answer.status_code == 200
    assert "plan.empty" in ids(answer)
    assert Plan.objects.count() == 0
    assert AccessEvent.objects.count() == 0


def test_facts_may_be_given_instead_of_an_episode():
    client = make_client(make_practice())
    body = {"protocol": "back-care", "phase": "post_acute", "items": [{"exercise": "hip-flexor-stretch"}]}

    nothing_known = client.post(VALIDATE, body, format="json")
    kneeling = client.post(VALIDATE, body | {"facts": {"precautions": ["kneeling"], "cleared": True}}, format="json")

    assert "safety.precaution" not in ids(nothing_known)
    assert "phase.mismatch" not in ids(nothing_known)
    assert "order.basics-not-cleared" in ids(nothing_known)
    assert "safety.precaution" in ids(kneeling)
    assert "order.basics-not-cleared" not in ids(kneeling)


def test_facts_and_an_episode_together_are_refused():
    episode = make_episode(make_patient(make_practice()))
    body = plan_body(episode) | {"facts": {}}

    answer = make_client(episode.practice).post(VALIDATE, body, format="json")

    assert answer.status_code == 400
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/facts"]


@pytest.mark.parametrize(
    ("facts", "pointer"),
    [
        ({"precautions": ["flying"]}, "/facts/precautions/0"),
        ({"minutes_per_session": "ten"}, "/facts/minutes_per_session"),
        ({"name": "Testina"}, "/facts/name"),
    ],
)
def test_wrong_facts_are_named(facts: dict, pointer: str):
    body = {"protocol": "back-care", "phase": "acute", "facts": facts}

    answer = make_client(make_practice()).post(VALIDATE, body, format="json")

    assert answer.status_code == 400
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


def test_a_strangers_episode_is_as_unknown_as_none():
    episode = make_episode(make_patient(make_practice()))

    answer = make_client(make_practice("Elsewhere")).post(VALIDATE, plan_body(episode), format="json")

    assert answer.status_code == 400
    assert answer.json()["errors"] == [
        {"pointer": "/episode", "code": "unknown", "detail": "There is no such episode."}
    ]


def test_an_assistant_may_ask_and_an_episode_that_is_asked_about_is_logged():
    episode = make_episode(make_patient(make_practice()))
    assistant = make_client(episode.practice, "assistant")

    answer = assistant.post(VALIDATE, plan_body(episode), format="json")

    assert answer.status_code == 200
    assert AccessEvent.objects.get().object_type == "validate"
