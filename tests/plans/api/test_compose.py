"""POST compose/: a proposal for an episode or for given facts; nothing is stored."""

from __future__ import annotations

from typing import Any

import pytest

from patients.models import AccessEvent, Role
from plans.composer import work
from plans.models import Plan
from tests.factories import make_client, make_episode, make_patient, make_plan, make_practice, make_revision

pytestmark = pytest.mark.django_db

COMPOSE = "/api/v1/compose/"
BODY: dict[str, Any] = {"protocol": "back-care", "phase": "post_acute"}
CLEARED = {"cleared": True}


def compose(client: Any, query: str = "", **body: Any) -> dict[str, Any]:
    answer = client.post(f"{COMPOSE}{query}", BODY | body, format="json")
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def codes(proposal: dict[str, Any]) -> list[str]:
    return [item["exercise"] for item in proposal["plan"]["items"]]


def pointers(answer: Any) -> list[tuple[str, str]]:
    assert answer.status_code == 400, answer.content
    return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]


def test_a_proposal_is_a_plan_without_warnings_that_can_be_created(client, practice):
    episode = make_episode(make_patient(practice))

    proposal = compose(client, episode=str(episode.pk))

    assert not {finding["severity"] for finding in proposal["findings"]} & {"error", "warning"}
    assert len(codes(proposal)) == 6
    assert (proposal["unmet"], proposal["plan"]["language"]) == ([], "nl")
    assert proposal["burden"]["exercises"] == 6
    assert proposal["balance"]["working_seconds"] > 0
    made = client.post("/api/v1/plans/", proposal["plan"] | {"episode": str(episode.pk)}, format="json")
    assert made.status_code == 201, made.content
    assert [item["exercise"] for item in made.json()["items"]] == codes(proposal)


def test_nothing_is_stored(client):
    compose(client, facts=CLEARED)

    assert not Plan.objects.exists()


def test_without_an_episode_nothing_is_known_and_the_basics_are_not_cleared(client):
    proposal = compose(client, count=3)

    assert codes(proposal)[:2] == ["warm-up-walk", "pelvic-tilt"]
    assert len(codes(proposal)) == 5
    assert "order.basics-not-cleared" not in {finding["id"] for finding in proposal["findings"]}


def test_given_facts_count(client):
    facts = CLEARED | {"minutes_per_session": 5, "precautions": ["prone_lying"], "equipment": ["towel"]}

    proposal = compose(client, facts=facts, keep=["prone-lying", "hamstring-stretch"])

    assert max(proposal["burden"]["seconds_per_session"]) <= 300
    assert all("towel" in need for need in proposal["burden"]["equipment"])
    reasons = {one["code"]: one["reason"] for one in proposal["unmet"] if one["wish"] == "keep"}
    assert reasons == {"prone-lying": "safety.precaution", "hamstring-stretch": "burden.equipment"}


def test_every_wish_reaches_the_composer(client):
    proposal = compose(
        client,
        facts=CLEARED,
        weeks=4,
        language="en",
        minutes=20,
        count=5,
        focus=[{"muscle": "hamstrings"}, {"effect": "mobilises"}, {"muscle": "abdominals", "effect": "strengthens"}],
        keep=["bird-dog"],
        avoid=["bridge"],
    )

    assert (proposal["plan"]["weeks"], proposal["plan"]["language"]) == (4, "en")
    assert len(codes(proposal)) == 7
    assert "bird-dog" in codes(proposal)
    assert "bridge" not in codes(proposal)
    assert max(proposal["burden"]["seconds_per_session"]) <= 20 * 60
    assert proposal["unmet"] == []


def test_an_acute_plan_is_proposed_once_its_warning_is_accepted(client):
    refused = compose(client, phase="acute", facts=CLEARED)
    accepted = compose(client, phase="acute", facts={}, accept=["phase.not-indicated"])

    assert refused["plan"] is refused["balance"] is refused["burden"] is None
    assert refused["findings"] == []
    assert [(one["wish"], one["reason"]) for one in refused["unmet"]] == [("plan", "phase.not-indicated")]
    warnings = {finding["id"] for finding in accepted["findings"] if finding["severity"] == "warning"}
    assert warnings == {"phase.not-indicated"}
    assert "straight-leg-raise" not in codes(accepted)


@pytest.mark.parametrize(("language", "words"), [("nl", "moet ook vermeden"), ("en", "is to be avoided as well")])
def test_reasons_come_in_the_language_of_the_request(client, language, words):
    proposal = compose(client, f"?language={language}", keep=["bridge"], avoid=["bridge"], facts=CLEARED)

    (unmet,) = proposal["unmet"]
    assert (unmet["wish"], unmet["code"], unmet["reason"]) == ("keep", "bridge", "avoided")
    assert words in unmet["message"]


def test_a_focus_that_nothing_works_on_is_named_in_words(client):
    proposal = compose(client, "?language=nl", focus=[{"muscle": "hip_abductors"}], facts=CLEARED | {"equipment": []})

    assert all(one["wish"] == "focus" for one in proposal["unmet"])
    assert all("hip_abductors" not in one["message"] for one in proposal["unmet"])


@pytest.mark.parametrize(
    ("language", "words"),
    [("nl", "Bekkenkanteling (te vermijden)"), ("en", "Pelvic tilt (to be avoided)")],
)
def test_an_opening_that_is_to_be_avoided_is_named(client, language, words):
    proposal = compose(client, f"?language={language}", avoid=["pelvic-tilt"], facts=CLEARED)

    (unmet,) = proposal["unmet"]
    assert (unmet["wish"], unmet["reason"]) == ("plan", "order.opening-first")
    assert words in unmet["message"]


def test_what_a_precaution_forbids_is_named(client):
    facts = CLEARED | {"precautions": ["prone_lying"]}

    proposal = compose(client, "?language=en", facts=facts, avoid=["thoracic-mobilisation-supine"])

    (unmet,) = proposal["unmet"]
    assert (unmet["wish"], unmet["code"]) == ("plan", "relaxation")
    assert "(to be avoided)" in unmet["message"]
    assert "(safety.precaution): " in unmet["message"]


def test_a_progression_comes_only_after_its_base(client):
    kept = {"facts": CLEARED, "keep": ["half-sit-up-arms-crossed"], "avoid": ["half-sit-up"]}

    alone = compose(client, **kept)
    after = compose(client, **kept | {"facts": CLEARED | {"earlier_exercises": ["half-sit-up"]}})

    assert [one["reason"] for one in alone["unmet"]] == ["order.progression-before-base"]
    assert "half-sit-up-arms-crossed" not in codes(alone)
    assert "half-sit-up-arms-crossed" in codes(after)
    assert "half-sit-up-arms-crossed" in codes(compose(client, **kept | {"avoid": []}))


def test_equipment_that_the_patient_lacks_comes_in_where_that_is_accepted(client):
    facts = CLEARED | {"equipment": []}

    refused = compose(client, facts=facts, keep=["hamstring-stretch"])
    accepted = compose(client, facts=facts, keep=["hamstring-stretch"], accept=["burden.equipment"])

    assert "hamstring-stretch" not in codes(refused)
    assert "hamstring-stretch" in codes(accepted)


def test_a_proposal_that_is_not_proved_to_be_the_best_says_so(client, monkeypatch):
    monkeypatch.setattr(work, "MOST_STEPS", 0)
    monkeypatch.setattr(work, "STEPS_AN_EXERCISE", 0)

    hurried = compose(client, facts=CLEARED, minutes=5, count=9)
    monkeypatch.undo()

    assert hurried["proved"] is False
    assert compose(client, facts=CLEARED, minutes=5, count=9)["proved"] is True


def test_a_plan_goes_on_from_the_last_revision(client, practice):
    episode = make_episode(make_patient(practice))
    make_revision(make_plan(episode))

    proposal = compose(client, episode=str(episode.pk), keep=["knee-to-chest"])

    (item,) = [one for one in proposal["plan"]["items"] if one["exercise"] == "knee-to-chest"]
    assert item["dose"]["repetitions"] == 10  # where the revision's goal was
    assert proposal["plan"]["frequency"]["days_per_week"] == {"min": 5, "max": 5}


def test_composing_for_an_episode_is_logged(client, practice):
    episode = make_episode(make_patient(practice))

    compose(client, episode=str(episode.pk))

    event = AccessEvent.objects.latest("pk")
    assert (event.action, event.object_type) == (AccessEvent.Action.EXECUTE, "compose")
    assert (event.object_ids, event.patient_id) == ([str(episode.pk)], episode.patient_id)


def test_another_practices_episode_is_as_unknown_as_none(client):
    episode = make_episode(make_patient(make_practice()))

    answer = client.post(COMPOSE, BODY | {"episode": str(episode.pk)}, format="json")

    assert pointers(answer) == [("/episode", "unknown")]


def test_an_assistant_may_ask_too(practice):
    assert compose(make_client(practice, Role.ASSISTANT), facts=CLEARED)["plan"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"protocol": "no-such"}, ("/protocol", "unknown")),
        ({"phase": "no-such"}, ("/phase", "unknown")),
        ({"minutes": 0}, ("/minutes", "min_value")),
        ({"count": 13}, ("/count", "max_value")),
        ({"count": "4"}, ("/count", "type")),
        ({"weeks": 53}, ("/weeks", "max_value")),
        ({"focus": [{}]}, ("/focus/0", "required")),
        ({"focus": [{"muscle": "no-such"}]}, ("/focus/0/muscle", "unknown")),
        ({"focus": [{"effect": "no-such"}]}, ("/focus/0/effect", "invalid_choice")),
        ({"focus": [{"muscle": "neck"}] * 11}, ("/focus", "max_length")),
        ({"keep": ["bridge", "no-such"]}, ("/keep/1", "unknown")),
        ({"keep": ["bridge"] * 13}, ("/keep", "max_length")),
        ({"avoid": ["no-such"]}, ("/avoid/0", "unknown")),
        ({"accept": ["safety.avoid"]}, ("/accept/0", "invalid_choice")),
        ({"facts": {"earlier_exercises": ["no-such"]}}, ("/facts/earlier_exercises/0", "unknown")),
        ({"facts": {"name": "Testina"}}, ("/facts/name", "unknown")),
        ({"patient": "Testina"}, ("/patient", "unknown")),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(client, body, expected):
    assert pointers(client.post(COMPOSE, BODY | body, format="json")) == [expected]


def test_facts_come_from_an_episode_or_from_the_request(client, practice):
    episode = make_episode(make_patient(practice))

    answer = client.post(COMPOSE, BODY | {"episode": str(episode.pk), "facts": {}}, format="json")

    assert [pointer for pointer, _ in pointers(answer)] == ["/facts"]
