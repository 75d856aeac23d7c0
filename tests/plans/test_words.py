"""Sentences for patients: doses, frequencies, criteria, in every language."""

from __future__ import annotations

import datetime
import string
from pathlib import Path

import pytest
import yaml
from django.utils import formats, translation

from catalogue.protocols import Criterion
from plans.words import LANGUAGES, say, say_criterion
from plans.words.languages import WORDS
from tests.plans.saying import said


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", said("en"))
def test_everything_is_said_as_people_who_speak_the_language_have_read_it(language: str, kind: str):
    """Every combination of a dose, every frequency, change and criterion: `tests/plans/said/` is the table."""
    read = yaml.safe_load((Path(__file__).parent / "said" / f"{language}.yaml").read_text(encoding="utf-8"))

    assert said(language)[kind] == read[kind]


@pytest.mark.parametrize(
    ("language", "written"),
    [("en", "1 March 2026"), ("nl", "1 maart 2026"), ("fr", "1 mars 2026"), ("de", "1. März 2026")],
)
def test_a_day_is_written_as_its_language_writes_it(language: str, written: str):
    with translation.override(language):
        assert formats.date_format(datetime.date(2026, 3, 1), say(language, "page.day")) == written


def test_a_criterion_is_made_from_its_data_unless_the_clinician_wrote_it():
    criterion = Criterion(measure="pain_during", comparison="at_most", value=3, sessions=3)

    said = say_criterion("en", "step_up", criterion)

    assert said == (
        "Is your pain 3 out of 10 or less during the exercises? Is this so for 3 sessions in a row? "
        "Then go on to the next week of the programme."
    )
    own = criterion.model_copy(update={"text": "Go on when it feels easy."})
    assert say_criterion("en", "step_up", own) == "Go on when it feels easy."


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_phrases_with_the_same_blanks(language: str):
    def blanks(phrase: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(phrase) if name}

    assert WORDS[language].keys() == WORDS["en"].keys()
    for key, phrase in WORDS[language].items():
        assert blanks(phrase) == blanks(WORDS["en"][key]), key
