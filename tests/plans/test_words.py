"""Sentences for patients: doses, frequencies, criteria, in every language."""

from __future__ import annotations

import datetime
import string

import pytest
from django.utils import formats, translation

from catalogue.protocols import Criterion, Range
from plans.values import Dose, Frequency
from plans.words import LANGUAGES, say, say_criterion, say_dose, say_frequency, say_rising, say_time
from plans.words.languages import WORDS


def often(days: tuple[int, int], times: tuple[int, int] = (1, 1), every_hours: int | None = None) -> Frequency:
    return Frequency(Range(min=days[0], max=days[1]), Range(min=times[0], max=times[1]), every_hours)


@pytest.mark.parametrize(
    ("seconds", "english", "dutch"),
    [
        (1, "1 second", "1 seconde"),
        (45, "45 seconds", "45 seconden"),
        (60, "1 minute", "1 minuut"),
        (90, "90 seconds", "90 seconden"),
        (120, "2 minutes", "2 minuten"),
        (150, "2 minutes 30 seconds", "2 minuten 30 seconden"),
    ],
)
def test_times_are_said_as_people_say_them(seconds: int, english: str, dutch: str):
    assert say_time("en", seconds) == english
    assert say_time("nl", seconds) == dutch


@pytest.mark.parametrize(
    ("dose", "english", "dutch"),
    [
        (Dose(repetitions=1), "Do this once.", "Doe dit 1 keer."),
        (Dose(sets=1, repetitions=5), "Do this 5 times.", "Doe dit 5 keer."),
        (
            Dose(sets=3, repetitions=5, hold_seconds=5, rest_seconds=30, side="each_side"),
            "Do 3 rounds of 5 times on each side. Hold for 5 seconds each time. Rest for 30 seconds between rounds.",
            "Doe 3 rondes van 5 keer aan elke kant. Houd elke keer 5 seconden vast. Rust 30 seconden tussen de rondes.",
        ),
        (
            Dose(sets=1, repetitions=5, hold_seconds=5, rest_seconds=3, side="each_side"),
            "Do this 5 times on each side. Hold for 5 seconds each time. Rest for 3 seconds before you change sides.",
            "Doe dit 5 keer aan elke kant. Houd elke keer 5 seconden vast. Rust 3 seconden voordat u van kant wisselt.",
        ),
        (
            Dose(repetitions=1, hold_seconds=20, side="left"),
            "Do this once on the left side. Hold for 20 seconds.",
            "Doe dit 1 keer aan de linkerkant. Houd 20 seconden vast.",
        ),
        (
            Dose(sets=2, repetitions=1, side="right"),
            "Do this 2 times on the right side.",
            "Doe dit 2 keer aan de rechterkant.",
        ),
        (Dose(duration_seconds=30), "Do this for 30 seconds.", "Doe dit 30 seconden lang."),
        (
            Dose(sets=3, duration_seconds=30, side="each_side"),
            "Do this 3 times for 30 seconds on each side.",
            "Doe dit 3 keer 30 seconden lang aan elke kant.",
        ),
        (Dose(repetitions=2, duration_seconds=120), "Do this 2 times for 2 minutes.", "Doe dit 2 keer 2 minuten lang."),
        (
            Dose(repetitions=8, side="alternating", load="red band", intensity=4),
            "Do this 8 times on each side. Go left and right in turn. Use: red band. It may feel like 4 out of 10.",
            "Doe dit 8 keer aan elke kant. Wissel links en rechts steeds af. Gebruik: red band. "
            "Het mag voelen als 4 op een schaal van 10.",
        ),
        (Dose(repetitions=5, rest_seconds=30), "Do this 5 times.", "Doe dit 5 keer."),
    ],
)
def test_a_dose_is_said_in_short_sentences_with_digits(dose: Dose, english: str, dutch: str):
    assert say_dose("en", dose) == english
    assert say_dose("nl", dose) == dutch


@pytest.mark.parametrize(
    ("frequency", "english", "dutch"),
    [
        (often((3, 3)), "3 days a week, once a day", "3 dagen per week, 1 keer per dag"),
        (often((1, 1)), "1 day a week, once a day", "1 dag per week, 1 keer per dag"),
        (
            often((3, 5), (3, 4)),
            "3 to 5 days a week, 3 to 4 times a day",
            "3 tot 5 dagen per week, 3 tot 4 keer per dag",
        ),
        (
            often((7, 7), every_hours=1),
            "7 days a week, every hour while you are awake",
            "7 dagen per week, elk uur zolang u wakker bent",
        ),
        (
            often((7, 7), every_hours=2),
            "7 days a week, every 2 hours while you are awake",
            "7 dagen per week, elke 2 uur zolang u wakker bent",
        ),
    ],
)
def test_a_frequency_is_said(frequency: Frequency, english: str, dutch: str):
    assert say_frequency("en", frequency) == english
    assert say_frequency("nl", frequency) == dutch


@pytest.mark.parametrize(
    ("dose", "french"),
    [
        (Dose(repetitions=1), "Faites l'exercice 1 fois."),
        (
            Dose(sets=3, repetitions=5, hold_seconds=5, rest_seconds=30, side="each_side"),
            "Faites 3 séries de 5 répétitions de chaque côté. Gardez la position 5 secondes à chaque fois. "
            "Reposez-vous 30 secondes entre les séries.",
        ),
        (
            Dose(repetitions=1, hold_seconds=1, side="left"),
            "Faites l'exercice 1 fois du côté gauche. Gardez la position 1 seconde.",
        ),
        (
            Dose(sets=3, duration_seconds=60, rest_seconds=3, side="right"),
            "Faites l'exercice 3 fois 1 minute du côté droit. Reposez-vous 3 secondes entre les séries.",
        ),
        (
            Dose(repetitions=8, side="alternating", load="élastique rouge", intensity=4),
            "Faites l'exercice 8 fois de chaque côté. Alternez gauche et droite. "
            "Utilisez\u00a0: élastique rouge. Votre effort peut être de 4 sur 10.",
        ),
    ],
)
def test_a_dose_in_french(dose: Dose, french: str):
    assert say_dose("fr", dose) == french


def test_a_criterion_in_french_asks_first_and_then_tells():
    criterion = Criterion(measure="pain_during", comparison="at_most", value=3, sessions=3)

    assert say_criterion("fr", "step_up", criterion) == (
        "Douleur de 3 sur 10 ou moins pendant les exercices, 3 séances de suite\u00a0? Passez à la semaine suivante."
    )


@pytest.mark.parametrize(
    ("dose", "german"),
    [
        (Dose(repetitions=1), "Machen Sie die Übung 1 Mal."),
        (
            Dose(sets=3, repetitions=5, hold_seconds=5, rest_seconds=30, side="each_side"),
            "Machen Sie 3 Durchgänge mit je 5 Wiederholungen auf jeder Seite. "
            "Halten Sie die Position jedes Mal 5 Sekunden. Machen Sie zwischen den Durchgängen 30 Sekunden Pause.",
        ),
        (
            Dose(repetitions=1, hold_seconds=1, side="left"),
            "Machen Sie die Übung 1 Mal auf der linken Seite. Halten Sie die Position 1 Sekunde.",
        ),
        (
            Dose(repetitions=5, rest_seconds=3, side="each_side"),
            "Machen Sie die Übung 5 Mal auf jeder Seite. Machen Sie 3 Sekunden Pause, bevor Sie die Seite wechseln.",
        ),
        (
            Dose(sets=3, duration_seconds=60, side="right"),
            "Machen Sie die Übung 3 Mal je 1 Minute auf der rechten Seite.",
        ),
        (
            Dose(repetitions=8, side="alternating", load="rotes Band", intensity=4),
            "Machen Sie die Übung 8 Mal auf jeder Seite. Wechseln Sie immer ab. "
            "Benutzen Sie: rotes Band. Ihre Anstrengung darf bei 4 von 10 liegen.",
        ),
    ],
)
def test_a_dose_in_german(dose: Dose, german: str):
    assert say_dose("de", dose) == german


@pytest.mark.parametrize(
    ("frequency", "german"),
    [
        (often((1, 1)), "an 1 Tag pro Woche, 1 Mal am Tag"),
        (often((3, 5), (3, 4)), "an 3 bis 5 Tagen pro Woche, 3 bis 4 Mal am Tag"),
        (often((7, 7), every_hours=1), "an 7 Tagen pro Woche, tagsüber jede Stunde"),
        (often((7, 7), every_hours=2), "an 7 Tagen pro Woche, tagsüber alle 2 Stunden"),
    ],
)
def test_a_frequency_in_german(frequency: Frequency, german: str):
    assert say_frequency("de", frequency) == german


@pytest.mark.parametrize(
    ("language", "written"),
    [("en", "1 March 2026"), ("nl", "1 maart 2026"), ("fr", "1 mars 2026"), ("de", "1. März 2026")],
)
def test_a_day_is_written_as_its_language_writes_it(language: str, written: str):
    with translation.override(language):
        assert formats.date_format(datetime.date(2026, 3, 1), say(language, "page.day")) == written


def test_only_what_changed_is_said_of_a_later_week():
    first = Dose(sets=1, repetitions=5, hold_seconds=5)

    assert say_rising("en", Dose(sets=1, repetitions=6, hold_seconds=5), first) == "6 times"
    assert (
        say_rising("en", Dose(sets=2, repetitions=6, hold_seconds=8), first) == "2 rounds, 6 times, hold for 8 seconds"
    )
    assert say_rising("nl", Dose(duration_seconds=40), Dose(duration_seconds=30)) == "40 seconden"
    assert say_rising("en", first, first) == ""


def test_a_criterion_is_made_from_its_data_unless_the_clinician_wrote_it():
    criterion = Criterion(measure="pain_during", comparison="at_most", value=3, sessions=3)

    said = say_criterion("en", "step_up", criterion)

    assert said == (
        "Is the pain during the exercises 3 or less out of 10? And for 3 sessions in a row? Then go on to the next week."
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


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_criterion_can_be_said(language: str):
    for kind in ("step_up", "ease_off", "stop"):
        for measure in ("pain_during", "pain_next_day", "effort", "completed_sessions"):
            for comparison in ("at_most", "at_least"):
                criterion = Criterion(measure=measure, comparison=comparison, value=4)
                assert "4" in say_criterion(language, kind, criterion)
