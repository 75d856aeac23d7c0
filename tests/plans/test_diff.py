"""What is new, changed and stopped between two documents: as data, and in words for the patient."""

from __future__ import annotations

import datetime
import uuid
from dataclasses import replace
from typing import Any

import pytest
from django.utils import timezone

from catalogue.protocols import Criteria, Criterion, Range
from plans import services
from plans.checking import case_of, programme_of
from plans.diff import diff_of
from plans.documents import document_of
from plans.values import Dose, Frequency, Goal, Item
from tests.factories import make_episode, make_patient, make_plan, make_practice, make_user

pytestmark = pytest.mark.django_db

FIVE = Dose(sets=1, repetitions=5)
EIGHT = Dose(sets=1, repetitions=8)
TILT = Item("pelvic-tilt", FIVE)
KNEE = Item("knee-to-chest", replace(FIVE, side="each_side"))
WALL = Item("wall-sit", Dose(duration_seconds=30))
BRIDGE = Item("bridge", FIVE)
OFTEN = Frequency(Range(min=3, max=3), Range(min=1, max=1))


def document(*items: Item, **head: Any) -> dict[str, Any]:
    """What issuing a plan of these items would store."""
    user = make_user(make_practice())
    plan = make_plan(make_episode(make_patient(user.membership.practice)), author=user)
    usual = {"items": items, "frequency": OFTEN, "frequency_goal": None, "criteria": Criteria()}
    programme = replace(programme_of(plan), **usual | head)
    plan = services.replace_plan(
        user=user, plan_id=plan.pk, version=plan.version, protocol=plan.protocol, programme=programme
    )
    now = timezone.localtime()
    case = case_of(plan, now.date())
    return document_of(plan, case, [], clinician=user, issued_at=now, number=1, revision_id=str(uuid.uuid4()))


def words(older: dict[str, Any], newer: dict[str, Any], language: str = "en") -> list[str]:
    return diff_of(newer, older, language)["words"]


def codes(entries: list[dict[str, Any]]) -> list[str]:
    return [entry["exercise"] for entry in entries]


def test_the_same_programme_has_nothing_new():
    one = document(TILT, KNEE)

    diff = diff_of(one, one, "en")

    assert [diff[name] for name in ("new", "changed", "stopped", "moved")] == [[], [], [], []]
    assert diff["words"] == ["Nothing changed."]
    assert words(one, one, "nl") == ["Er is niets veranderd."]


def test_without_an_earlier_one_everything_is_new():
    diff = diff_of(document(TILT, KNEE, goal="Fietsen"), None, "en")

    assert diff["from"] is diff["from_number"] is None
    assert diff["new"] == [
        {"exercise": "pelvic-tilt", "side": "both_together", "number": 1, "name": "Pelvic tilt"},
        {"exercise": "knee-to-chest", "side": "each_side", "number": 2, "name": "Knee to chest"},
    ]
    assert diff["changed"] == diff["stopped"] == diff["moved"] == []
    assert diff["words"] == ["New: Pelvic tilt.", "New: Knee to chest."]


def test_new_changed_and_stopped_are_told_in_short_sentences():
    older, newer = document(TILT, WALL), document(replace(TILT, dose=EIGHT), BRIDGE)

    assert words(older, newer) == [
        "New: Bridge.",
        "Changed: Pelvic tilt. Before: Do this 5 times. Now: Do this 8 times.",
        "Stopped: Wall sit.",
    ]
    assert words(older, newer, "nl")[1] == "Veranderd: Bekkenkanteling. Eerder: Doe dit 5 keer. Nu: Doe dit 8 keer."


def test_a_change_is_given_field_by_field_as_pointers_into_the_newer_plan():
    diff = diff_of(document(KNEE, replace(TILT, dose=EIGHT, goal=Goal(repetitions=10))), document(KNEE, TILT), "en")

    (changed,) = diff["changed"]

    assert (changed["exercise"], changed["number"]) == ("pelvic-tilt", 2)
    assert changed["fields"] == [
        {"path": "/items/1/dose/repetitions", "from": 5, "to": 8},
        {"path": "/items/1/goal/repetitions", "from": None, "to": 10},
    ]


def test_a_stopped_exercise_has_its_number_in_the_older_programme():
    (stopped,) = diff_of(document(TILT), document(TILT, KNEE, WALL), "en")["stopped"][1:]

    assert (stopped["exercise"], stopped["number"]) == ("wall-sit", 3)


def test_the_plans_own_fields_are_changes_without_an_exercise():
    newer = document(TILT, weeks=8, phase="chronic", goal="Fietsen", frequency=replace(OFTEN, every_hours=2))

    (plan,) = diff_of(newer, document(TILT), "en")["changed"]

    assert plan["exercise"] is plan["name"] is None
    assert {field["path"]: (field["from"], field["to"]) for field in plan["fields"]} == {
        "/phase": ("post_acute", "chronic"),
        "/weeks": (6, 8),
        "/goal": ("", "Fietsen"),
        "/frequency/every_hours": (None, 2),
    }


def test_a_range_is_one_field():
    newer = document(TILT, frequency=replace(OFTEN, days_per_week=Range(min=4, max=5)))

    (plan,) = diff_of(newer, document(TILT), "en")["changed"]

    assert plan["fields"] == [
        {"path": "/frequency/days_per_week", "from": {"min": 3, "max": 3}, "to": {"min": 4, "max": 5}}
    ]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ({}, {"weeks": 8}, ["Changed: Number of weeks. Before: 6. Now: 8."]),
        (
            {},
            {"frequency": replace(OFTEN, days_per_week=Range(min=5, max=5))},
            ["Changed: How often. Before: 3 days a week, once a day. Now: 5 days a week, once a day."],
        ),
        (
            {},
            {"frequency_goal": replace(OFTEN, days_per_week=Range(min=5, max=5))},
            ["Changed: How often. The later weeks have changed."],
        ),
        ({}, {"goal": "Fietsen"}, ["New: Your goal. Fietsen."]),
        ({"goal": "Fietsen"}, {"goal": "Lopen!"}, ["Changed: Your goal. Before: Fietsen. Now: Lopen!"]),
        ({"goal": "Fietsen"}, {}, ["No longer: Your goal."]),
        ({}, {"review_on": datetime.date(2026, 3, 1)}, ["New: Next check-up. 1 March 2026."]),
        ({}, {"note": "Rustig"}, ["Read the note from your therapist."]),
        ({"note": "Rustig"}, {}, ["The note from your therapist is no longer there."]),
        ({}, {"articles": ("core-stability",)}, ["New: Core stability: a steady base for your back."]),
        ({"articles": ("core-stability",)}, {}, ["No longer: Core stability: a steady base for your back."]),
    ],
)
def test_what_changed_in_the_whole_programme_is_told(before: dict[str, Any], after: dict[str, Any], said: list[str]):
    assert words(document(TILT, **before), document(TILT, **after)) == said


def test_a_new_reason_to_stop_is_told_and_the_one_before_is_taken_back():
    six, seven = (
        Criteria(stop=(Criterion(measure="pain_during", comparison="at_least", value=value),)) for value in (6, 7)
    )

    assert words(document(TILT, criteria=six), document(TILT, criteria=seven)) == [
        "New: Is your pain 7 out of 10 or more during the exercises? Then stop and call your therapist.",
        "No longer: Is your pain 6 out of 10 or more during the exercises? Then stop and call your therapist.",
    ]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (TILT, replace(TILT, goal=Goal(repetitions=10)), "The later weeks have changed."),
        (TILT, replace(TILT, from_week=3), "In which weeks. Before: every week. Now: Weeks 3 to 6."),
        (
            TILT,
            replace(TILT, frequency=replace(OFTEN, days_per_week=Range(min=7, max=7))),
            "How often. Before: as the whole programme. Now: every day, once a day.",
        ),
        (TILT, replace(TILT, note="Rustig"), "Read the note from your therapist."),
        (replace(TILT, note="Rustig"), TILT, "The note from your therapist is no longer there."),
    ],
)
def test_what_changed_in_an_exercise_is_told(before: Item, after: Item, said: str):
    assert words(document(before), document(after)) == [f"Changed: Pelvic tilt. {said}"]


def test_a_longer_programme_of_constant_doses_changes_no_exercise():
    diff = diff_of(document(TILT, KNEE, weeks=8), document(TILT, KNEE), "en")

    assert codes(diff["changed"]) == [None]


def test_new_steps_are_to_be_read_again():
    older, newer = document(TILT), document(TILT)
    given = newer["patient_part"]["items"][0]
    given["version"] += 1
    given["texts"]["en"]["steps"] = ["Breathe."]

    diff = diff_of(newer, older, "en")

    assert diff["changed"][0]["fields"] == [{"path": "/items/0/version", "from": 1, "to": 2}]
    assert diff["words"] == ["Changed: Pelvic tilt. Please read the whole exercise again."]


def test_what_the_programme_does_not_show_is_not_told_to_the_patient():
    diff = diff_of(document(replace(TILT, dose=replace(FIVE, rest_seconds=30))), document(TILT), "en")

    assert diff["changed"][0]["fields"] == [{"path": "/items/0/dose/rest_seconds", "from": None, "to": 30}]
    assert diff["words"] == []


def test_another_order_is_told_in_data_only():
    diff = diff_of(document(WALL, TILT, KNEE), document(TILT, KNEE, WALL), "en")

    assert [(one["exercise"], one["from"], one["to"]) for one in diff["moved"]] == [("wall-sit", 3, 1)]
    assert diff["changed"] == diff["words"] == []


def test_what_only_made_room_has_not_moved():
    diff = diff_of(document(BRIDGE, TILT, KNEE), document(TILT, WALL, KNEE), "en")

    assert diff["moved"] == []
    assert codes(diff["new"]) == ["bridge"]
    assert codes(diff["stopped"]) == ["wall-sit"]


def test_another_side_is_another_exercise_and_is_named():
    left, right = (replace(KNEE, dose=replace(FIVE, side=side)) for side in ("left", "right"))

    diff = diff_of(document(right), document(left), "en")

    assert codes(diff["new"]) == codes(diff["stopped"]) == ["knee-to-chest"]
    assert diff["words"] == [
        "New: Knee to chest on the right side only.",
        "Stopped: Knee to chest on the left side only.",
    ]


def test_several_alike_are_matched_in_their_order():
    early, late = replace(TILT, to_week=2), replace(TILT, from_week=3)

    diff = diff_of(document(early, replace(late, dose=EIGHT)), document(early, late), "en")

    (changed,) = diff["changed"]
    assert (changed["number"], codes(diff["new"])) == (2, [])
    assert diff_of(document(early), document(early, late), "en")["stopped"][0]["number"] == 2


def test_a_language_without_words_is_told_in_english():
    diff = diff_of(document(TILT), None, "xx")

    assert (diff["language"], diff["words"]) == ("en", ["New: Pelvic tilt."])
