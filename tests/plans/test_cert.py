"""The CERT report: what an issued document holds for each item, and what it leaves empty."""

from __future__ import annotations

import copy
import string

import pytest

from catalogue.protocols import Criteria
from plans import cert_texts
from plans.cert import ITEMS, NEVER_WHOLE, cert_of
from tests.plans.issued import make_revision

pytestmark = pytest.mark.django_db

ALWAYS_KNOWN = {"3", "4", "9", "12", "14a"}
"""What every plan says by being a home programme for one episode."""


def report_of(*codes: str, language: str = "en", **fields):
    return cert_of(make_revision(*codes, **fields).document, language)


def item(report, number: str):
    return next(one for one in report["items"] if one["item"] == number)


def value(report, number: str) -> str:
    return item(report, number)["value"]


def test_the_report_has_the_items_of_the_template_in_its_order():
    report = report_of()

    numbers = [one["item"] for one in report["items"]]
    assert numbers[:9] == ["1", "2", "3", "4", "5", "6", "7a", "7b", "8"]
    assert numbers[9:] == ["9", "10", "11", "12", "13", "14a", "14b", "15", "16a", "16b"]
    assert all(one["title"] for one in report["items"])


def test_an_item_is_empty_partly_filled_or_lacks_nothing():
    report = report_of(goal="Weer fietsen")

    assert item(report, "16b") == {
        "item": "16b",
        "title": "Delivered as planned",
        "value": None,
        "fills": "what the patient did (session records)",
    }
    assert value(report, "11")
    assert item(report, "11")["fills"] == "events that happened (session records)"
    assert item(report, "6")["fills"] is None
    assert "16b" in report["empty"]
    assert report["partly"] == ["2", "5", "11"]


def test_what_the_data_do_not_hold_is_not_made_up():
    document = copy.deepcopy(make_revision("pelvic-tilt").document)
    part, record = document["patient_part"], document["record"]
    part |= {"advice": {}, "criteria": {kind: [] for kind in part["criteria"]}, "items": []}
    part["practice"]["telephone"] = ""
    record["plan"] |= {"items": [], "criteria": Criteria().model_dump(mode="json")}
    record["protocol"]["rules"] = {}
    record["overrides"] = []

    report = cert_of(document, "en")

    filled = {one["item"] for one in report["items"] if one["value"] is not None}
    assert filled == ALWAYS_KNOWN | {"2", "5", "7b"}
    assert all(one["fills"] for one in report["items"] if one["item"] not in filled)


def test_equipment_is_what_exercises_ask_for_and_loads():
    document = make_revision("pelvic-tilt", "hamstring-stretch").document
    for span in document["patient_part"]["items"][0]["doses"]:
        span["dose"]["load"] = "red band"

    assert value(cert_of(document, "en"), "1") == "Needed: table.\nLoad: red band."
    assert value(report_of("pelvic-tilt"), "1") == "The exercises ask for no equipment."


def test_the_goal_is_given_in_the_patients_words():
    assert "Weer fietsen" in value(report_of(goal="Weer fietsen"), "6")
    assert item(report_of(), "6")["value"] is None


def test_progression_has_its_rule_and_its_weeks():
    report = report_of("pelvic-tilt")

    assert value(report, "7a").startswith("Is your pain 3 out of 10 or less")
    assert "Weeks 1 to 2: 3 days a week, once a day" in value(report, "7b")
    assert "1. Pelvic tilt: Do this 5 times. Hold for 5 seconds each time. Week 2: 6 times" in value(report, "7b")


def test_without_criteria_to_step_up_the_rule_is_empty_though_there_are_some_to_ease_off():
    report = report_of(criteria={"ease_off": [{"measure": "effort", "comparison": "at_least", "value": 8}]})

    assert item(report, "7a")["value"] is None
    assert "criteria.step_up" in item(report, "7a")["fills"]


def test_a_plan_that_stays_the_same_says_so():
    report = report_of("warm-up-walk", frequency={"days_per_week": 3})

    assert value(report, "7b") == "Doses and frequency stay the same throughout."
    assert value(report, "9").endswith("Frequency: Weeks 1 to 6: 3 days a week, once a day.")


def test_exercises_are_named_with_code_and_version_and_where_their_steps_are():
    revision = make_revision("pelvic-tilt")

    first, last = value(cert_of(revision.document, "en"), "8").split("\n")

    assert first == "1. Pelvic tilt (pelvic-tilt, version 1)"
    assert str(revision.pk) in last


def test_the_dose_is_given_for_the_first_and_the_last_week_with_how_often():
    dose = value(report_of("warm-up-walk", "pelvic-tilt"), "13").split("\n")

    assert dose == [
        "1. Warm-up: walking around the room. Weeks 1 to 6: Do this for 3 minutes.",
        "2. Pelvic tilt. Week 1: Do this 5 times. Hold for 5 seconds each time. "
        "Week 6: Do this 10 times. Hold for 5 seconds each time.",
        "Frequency: Weeks 1 to 2: 3 days a week, once a day; Weeks 3 to 4: 4 days a week, once a day; "
        "Weeks 5 to 6: 5 days a week, once a day.",
        "6 weeks; one session takes 4 to 5 minutes.",
    ]


def test_the_dose_of_an_exercise_that_is_done_more_often_says_so():
    often = {"exercise": "pelvic-tilt", "frequency": {"days_per_week": 5, "times_per_day": 3}}

    dose = value(report_of(items=[{"exercise": "warm-up-walk"}, often]), "13").split("\n")

    assert "Pelvic tilt: 5 days a week, 3 times a day." in dose


def test_articles_and_printed_advice_are_what_is_not_exercise():
    lines = value(report_of(articles=["core-stability"]), "10").split("\n")

    assert lines[0] == "Article handed out: Core stability: a steady base for your back."
    assert "Pain 4 or 5: do less." in lines[1]
    assert "mirror" not in lines[1]


def test_when_to_stop_and_whom_to_call_are_given_and_events_are_not():
    events = value(report_of(), "11")

    assert "6 out of 10 or more" in events
    assert "Fever" in events
    assert "+31 20 000 0000" in events


def test_tailoring_is_what_the_clinician_decided():
    report = report_of("pelvic-tilt", "knee-to-chest", weeks=8, note="Rustig aan", criteria={})

    lines = value(report, "14b").split("\n")

    assert lines[0] == "Number of weeks: 8 (the protocol's default: 6)."
    assert lines[1] == "Criteria other than the protocol's default."
    assert any(line.endswith("Issued all the same, because: A reason for the test.") for line in lines)
    assert lines[-1] == "Note: Rustig aan"


def test_a_note_with_an_exercise_and_a_week_set_by_hand_are_tailoring_too():
    document = make_revision("pelvic-tilt").document
    document["patient_part"]["items"][0]["note"] = "Niet forceren"
    document["record"]["plan"]["items"][0]["weeks"] = [{"week": 2, "repetitions": 5}]

    tailoring = value(cert_of(document, "en"), "14b")

    assert "Note with Pelvic tilt: Niet forceren" in tailoring
    assert "Weeks set by hand: Pelvic tilt." in tailoring


def test_a_plan_like_the_protocols_default_holds_no_tailoring():
    document = make_revision().document
    document["record"]["overrides"] = []

    assert item(cert_of(document, "en"), "14b")["value"] is None


def test_the_starting_level_is_the_phase_with_the_first_doses():
    level = value(report_of("pelvic-tilt"), "15").split("\n")

    assert level[0].startswith("Phase: Post-acute phase (protocol back-care, version ")
    assert level[1] == "1. Pelvic tilt. Do this 5 times. Hold for 5 seconds each time."


def test_a_planned_check_is_a_part_of_assessing_fidelity():
    report = report_of(starts_on="2026-03-02", review_on="2026-03-30")

    assert value(report, "16a") == "Next check planned on 2026-03-30."
    assert "16a" in report["partly"]


def test_the_text_has_every_item_and_says_what_fills_the_empty_ones():
    report = report_of()

    blocks = report["text"].strip().split("\n\n")

    assert blocks[0].startswith("Home exercise programme, version 1, issued on ")
    assert [block.split(".")[0] for block in blocks[1:-1]] == list(ITEMS)
    assert blocks[6] == ("6. Motivation\nEmpty. To be filled from: the plan's goal, in the patient's own words (goal).")
    assert "doi:10.1136/bjsports-2016-096651" in blocks[-1]


def test_the_report_is_in_the_clinicians_language_and_else_in_english():
    document = make_revision("pelvic-tilt").document

    assert "Bekkenkanteling" in cert_of(document, "nl")["text"]
    assert cert_of(document, "fr") == cert_of(document, "en")


@pytest.mark.parametrize("language", cert_texts.WORDS)
def test_every_language_has_the_same_phrases_with_the_same_blanks(language: str):
    def blanks(phrase: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(phrase) if name}

    said, english = cert_texts.WORDS[language], cert_texts.WORDS["en"]

    assert said.keys() == english.keys()
    assert {key: blanks(phrase) for key, phrase in said.items()} == {key: blanks(english[key]) for key in said}


def test_each_item_that_can_lack_something_says_what_fills_it():
    able = {number for number in ITEMS if f"fills.{number}" in cert_texts.WORDS["en"]}

    assert able == ITEMS.keys() - ALWAYS_KNOWN
    assert able >= NEVER_WHOLE
