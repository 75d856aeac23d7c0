"""Every text that patients read is at B1, in every language that there is: short sentences, no jargon, an easy score."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
import textstat
import yaml

from catalogue.protocols import Criterion, Range
from catalogue.source import CONTENT
from plans.readability import LANGUAGES, WORDS_FOR_A_SCORE, sentences_of, what_is_hard
from plans.values import Dose, Frequency
from plans.words import say_criterion, say_dose, say_frequency, say_time, say_weeks
from plans.words.languages import WORDS

TEXTS = CONTENT / "texts"
FOLDERS = sorted(path.name for path in TEXTS.iterdir() if path.is_dir())
NOT_FOR_PATIENTS = {"aliases"}


def records(language: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Each exercise, protocol and article with its place, and its texts by field."""
    for kind in ("exercises", "protocols", "articles"):
        for path in sorted((TEXTS / language / kind).glob("*.yaml")):
            values = yaml.safe_load(path.read_text(encoding="utf-8"))
            for code, record in (values if kind == "exercises" else {path.stem: values}).items():
                yield f"{path.relative_to(TEXTS)}: {code}", dict(fields(record))


def fields(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """The texts in a value, with their places in it: `steps.0`."""
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, dict | list):
        for key, part in value.items() if isinstance(value, dict) else enumerate(value):
            if key not in NOT_FOR_PATIENTS:
                yield from fields(part, f"{name}.{key}".lstrip("."))


def faults(language: str, text: str) -> str:
    """What is hard in a text, in words; empty where nothing is."""
    hard = what_is_hard(text, language)
    said = [f"{len(sentence.words)} words: {sentence.text}" for sentence in hard.long_sentences]
    said += [f"jargon: {word}" for word in hard.jargon]
    if hard.score is not None:
        said.append(f"scores {hard.score}, least {hard.least}; longest words: {', '.join(hard.longest)}")
    return "; ".join(said)


def whole(texts: dict[str, str]) -> str:
    """All texts of a record, each as sentences of its own."""
    return "\n".join(text if text[-1] in ".?!" else f"{text}." for text in texts.values() if text)


def is_scored(texts: dict[str, str]) -> bool:
    return sum(len(sentence.words) for sentence in sentences_of(whole(texts))) >= WORDS_FOR_A_SCORE


def test_a_text_that_is_hard_is_named_with_its_file_code_and_field(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "en" / "exercises").mkdir(parents=True)
    (tmp_path / "en" / "exercises" / "basic.yaml").write_text(
        "tilt: {aliases: [lumbar], steps: [Lie down., Go supine.]}"
    )
    monkeypatch.setattr(f"{__name__}.TEXTS", tmp_path)

    with pytest.raises(AssertionError, match=r"en/exercises/basic.yaml: tilt steps.1: jargon: supine"):
        test_no_text_has_a_long_sentence_or_jargon("en")


def test_every_language_of_the_catalogue_can_be_checked():
    assert set(FOLDERS) >= {"en", "nl"}
    assert set(LANGUAGES) >= {*FOLDERS, *WORDS}


@pytest.mark.parametrize("language", FOLDERS)
def test_no_text_has_a_long_sentence_or_jargon(language: str):
    found = [
        f"{place} {field}: {wrong}"
        for place, texts in records(language)
        for field, text in texts.items()
        if (wrong := faults(language, text))
    ]

    assert not found, "\n".join(found)


@pytest.mark.parametrize("language", FOLDERS)
def test_the_texts_of_a_record_together_score_as_b1(language: str):
    together = {place: whole(texts) for place, texts in records(language)}

    found = [f"{place}: {wrong}" for place, text in together.items() if (wrong := faults(language, text))]

    assert not found, "\n".join(found)


# English is not among them: for English, textstat downloads a dictionary.
@pytest.mark.parametrize("language", sorted({*FOLDERS} - {"en"}))
def test_textstat_says_so_too(language: str):
    textstat.set_lang(language)
    scores = {
        place: textstat.flesch_reading_ease(whole(texts)) for place, texts in records(language) if is_scored(texts)
    }

    assert len(scores) > 30
    assert {place: score for place, score in scores.items() if score < LANGUAGES[language].least} == {}


# What the printed page says itself.


def frequencies() -> list[Frequency]:
    once, often, days = Range(min=1, max=1), Range(min=3, max=4), Range(min=3, max=5)
    return [Frequency(days, once), Frequency(days, often), Frequency(Range(min=7, max=7), once, every_hours=2)]


def sayings(language: str) -> Iterator[str]:
    """Doses and criteria of every kind, and every phrase that ends as a sentence, with its blanks filled."""
    sides = [key.removeprefix("side.") for key in WORDS[language] if key.startswith("side.")]
    for sets, repetitions, hold, lasting, side in product((1, 3), (1, 10), (None, 10), (None, 150), sides):
        yield say_dose(language, Dose(sets, repetitions, hold, lasting, 90, side, intensity=4))
    for kind, measure, comparison, sessions in product(
        ("step_up", "ease_off", "stop"),
        ("pain_during", "pain_next_day", "effort", "completed_sessions"),
        ("at_most", "at_least"),
        (1, 3),
    ):
        criterion = Criterion(measure=measure, comparison=comparison, value=3, sessions=sessions)
        yield say_criterion(language, kind, criterion)
    for phrase in WORDS[language].values():
        if phrase[-1:] in {".", "?", ":"} and not phrase.startswith("{condition}"):
            yield from filled(language, phrase)


def filled(language: str, phrase: str) -> Iterator[str]:
    blanks = {name: "3" for _, name, _, _ in Formatter().parse(phrase) if name}
    known = {"time": say_time(language, 90), "weeks": say_weeks(language, 2, 6), "side": "", "things": "1"}
    for frequency in frequencies():
        yield phrase.format_map(blanks | known | {"frequency": say_frequency(language, frequency)})


@pytest.mark.parametrize("language", sorted(WORDS))
def test_what_the_page_says_itself_is_easy_too(language: str):
    found = [f"{text}: {wrong}" for text in dict.fromkeys(sayings(language)) if (wrong := faults(language, text))]

    assert not found, "\n".join(found)
