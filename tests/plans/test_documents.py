"""The document of a revision: complete, described by its schema, and the handout made from it."""

from __future__ import annotations

import json

import jsonschema
import pytest
from django.conf import settings

from catalogue.models import Exercise, ExerciseText, Protocol
from catalogue.records import digest
from plans.handout import handout_of, in_language
from plans.models import Revision
from plans.pdf import render_programme
from tests.plans.issued import SESSION, make_revision
from tests.plans.reading import text_of

pytestmark = pytest.mark.django_db

SCHEMA = json.loads((settings.BASE_DIR / "plans" / "programme.schema.json").read_text())


def test_an_issued_document_follows_the_published_schema():
    validator = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker())

    document = make_revision(goal="Weer fietsen", articles=["core-stability"]).complete_document()

    assert [error.message for error in validator.iter_errors(document)] == []
    assert document["patient_part"]["articles"][0]["texts"]["nl"]["title"]


def test_the_schema_refuses_a_document_that_lacks_a_part():
    document = make_revision().document
    del document["record"]["findings"]

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, SCHEMA)


def test_the_document_holds_the_texts_of_every_language_and_the_versions():
    document = make_revision().document

    items = document["patient_part"]["items"]
    assert [item["exercise"] for item in items] == list(SESSION)
    assert all(set(item["texts"]) >= {"nl", "en"} for item in items)
    assert document["record"]["catalogue"]["exercises"].keys() == set(SESSION)
    assert document["record"]["rules_version"]
    assert document["record"]["protocol"]["version"] == Protocol.objects.get(code="back-care", practice=None).version


def test_the_document_stays_what_it_was_when_the_catalogue_changes():
    revision = make_revision()
    before = revision.digest

    ExerciseText.objects.filter(exercise__code="pelvic-tilt").update(name="Changed since")
    Exercise.objects.filter(code="pelvic-tilt").update(stop_at_pain=True)

    again = Revision.objects.get(pk=revision.pk)
    assert again.document["patient_part"]["items"][1]["texts"]["nl"]["name"] != "Changed since"
    assert digest(again.document) == before


def test_an_override_stands_in_the_record_and_not_in_the_patients_part():
    revision = make_revision("pelvic-tilt", "knee-to-chest", "prone-lying")

    (override, *_) = revision.document["record"]["overrides"]

    assert override["reason"] == "A reason for the test."
    assert override["clinician"] == str(revision.issued_by_id)
    assert "A reason for the test." not in json.dumps(revision.document["patient_part"])


def test_the_handout_speaks_the_asked_language():
    document = make_revision().document

    assert handout_of(document, "nl")["items"][1]["text"]["name"] == "Bekkenkanteling"
    assert handout_of(document, "en")["items"][1]["text"]["name"] == "Pelvic tilt"


def test_weeks_with_the_same_days_and_times_stand_together_with_the_minutes_they_take():
    document = make_revision().document
    for week, minutes in zip(document["patient_part"]["weeks"], (16, 18, 21, 20, 23, 25), strict=True):
        week["session_seconds"] = minutes * 60 - 20

    weeks = handout_of(document, "nl")["weeks"]

    assert [(row["first"], row["last"]) for row in weeks] == [(1, 2), (3, 4), (5, 6)]
    assert [row["days"]["max"] for row in weeks] == [3, 4, 5]
    assert [row["minutes"] for row in weeks] == [{"min": 16, "max": 18}, {"min": 20, "max": 21}, {"min": 23, "max": 25}]


def test_a_dose_of_which_one_number_changes_is_told_in_one_line():
    items = [{"exercise": "pelvic-tilt"}, {"exercise": "bridge", "weeks": [{"week": 4, "load": "2 kg"}]}]
    document = make_revision(items=items).complete_document()

    steady, other = handout_of(document, "en")["items"]

    assert steady["weekly"] == "Weeks 1 to 6: 5, 6, 7, 8, 9, 10 times."
    assert other["weekly"] == ""
    assert [(one["first"], one["changes"]) for one in other["later"]][:2] == [(2, "6 times"), (3, "7 times")]
    assert "Weeks 1 to 6: 5, 6, 7, 8, 9, 10 times." in text_of(render_programme(document, "en"))


def test_the_first_exercise_of_each_group_tells_the_groups_name():
    document = make_revision("warm-up-walk", "warm-up-shoulder-rolls", "pelvic-tilt", "back-rotation").document

    names = [item["group_name"] for item in handout_of(document, "nl")["items"]]

    assert names == ["Opwarming", None, "Bekkenkanteling", "Basisoefeningen"]
    del document["patient_part"]["groups"]
    assert {item["group_name"] for item in handout_of(document, "nl")["items"]} == {None}


def test_a_document_from_before_weeks_were_told_in_one_line_lists_the_weeks():
    document = make_revision().document
    for item in document["patient_part"]["items"]:
        del item["weekly"]

    assert {item["weekly"] for item in handout_of(document, "en")["items"]} == {""}


def test_the_diary_has_a_box_for_each_session():
    rows = handout_of(make_revision().document, "nl")["diary"]

    assert [row["boxes"] for row in rows] == [3, 3, 4, 4, 5, 5]


def test_a_language_without_words_falls_back_to_english():
    assert in_language({"en": "Bridge", "nl": "Bruggetje"}, "fr") == "Bridge"
    assert in_language({"nl": "Bruggetje"}, "fr") == "Bruggetje"
    assert in_language({}, "fr") is None


def test_the_handout_keeps_its_order_when_a_database_reorders_keys():
    document = make_revision().document
    stored = json.loads(json.dumps(document, sort_keys=True))

    assert list(handout_of(stored, "nl")["criteria"]) == ["step_up", "ease_off", "stop"]
