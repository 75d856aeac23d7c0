"""The source files: what is refused, with file and line."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from catalogue.source import CONTENT, ContentError, read_content


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the real content, to be spoilt."""
    return Path(shutil.copytree(CONTENT, tmp_path / "content"))


def spoil(path: Path, old: str, new: str) -> int:
    """Replace the first `old` by `new`; returns the line it stands on."""
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    return text[: text.index(old)].count("\n") + 1


def faults_of(folder: Path) -> list[str]:
    with pytest.raises(ContentError) as caught:
        read_content(folder)
    return [str(fault) for fault in caught.value.faults]


def test_the_real_content_has_no_faults():
    content = read_content()

    assert len(content.exercises) >= 48
    assert set(content.exercise_words) >= {"en", "nl"}


def test_every_exercise_has_words_in_every_language():
    content = read_content()

    for language, words in content.exercise_words.items():
        assert set(words) == set(content.exercises), language


def test_broken_yaml_is_named_with_its_line(folder: Path):
    path = folder / "exercises" / "basic.yaml"
    path.write_text(path.read_text() + "\n- code: [unclosed\n")

    (fault,) = faults_of(folder)

    assert fault.startswith("exercises/basic.yaml:")
    assert "not valid YAML" in fault


def test_an_unknown_field_is_named_with_its_line(folder: Path):
    line = spoil(folder / "exercises" / "basic.yaml", "  stop_at_pain:", "  stop_at_payn:")

    assert any(
        fault.startswith(f"exercises/basic.yaml:{line}:") and "stop_at_payn" in fault for fault in faults_of(folder)
    )


def test_an_unknown_start_position_is_named_with_its_line(folder: Path):
    line = spoil(folder / "exercises" / "opening.yaml", "supine_knees_bent", "supine_knees_bend")

    (fault,) = faults_of(folder)

    assert fault.startswith(f"exercises/opening.yaml:{line}:")
    assert "start_position" in fault


def test_an_unknown_muscle_group_is_a_fault(folder: Path):
    spoil(folder / "exercises" / "opening.yaml", "low_back", "lowback")

    assert any("no muscle group lowback" in fault for fault in faults_of(folder))


def test_a_step_too_many_in_one_language_is_a_fault(folder: Path):
    spoil(folder / "texts" / "nl" / "exercises" / "opening.yaml", "  steps:\n", "  steps:\n    - Nog een stap.\n")

    (fault,) = faults_of(folder)

    assert fault.startswith("texts/nl/exercises/opening.yaml:")
    assert "pelvic-tilt" in fault
    assert "steps" in fault


def test_words_for_an_exercise_that_does_not_exist_are_a_fault(folder: Path):
    spoil(folder / "texts" / "en" / "exercises" / "opening.yaml", "pelvic-tilt:", "pelvic-tillt:")

    assert any("pelvic-tillt: no such exercise" in fault for fault in faults_of(folder))


def test_an_exercise_that_stands_twice_is_a_fault(folder: Path):
    path = folder / "exercises" / "opening.yaml"
    path.write_text(path.read_text() * 2)

    assert any("pelvic-tilt stands twice" in fault for fault in faults_of(folder))


def test_a_key_that_stands_twice_is_a_fault(folder: Path):
    spoil(folder / "texts" / "en" / "exercises" / "opening.yaml", "  purpose:", "  purpose: One.\n  purpose:")

    assert any("purpose stands twice" in fault for fault in faults_of(folder))


def test_a_progression_of_something_unknown_is_a_fault(folder: Path):
    spoil(folder / "exercises" / "basic.yaml", "progression_of: double-knee-to-chest", "progression_of: no-such-thing")

    assert any("progression of no-such-thing" in fault for fault in faults_of(folder))


def test_a_protocol_that_places_an_unknown_exercise_is_a_fault(folder: Path):
    spoil(folder / "protocols" / "back-care.yaml", "exercise: wall-sit", "exercise: wall-seat")

    assert any("wall-seat" in fault and "protocols/back-care.yaml" in fault for fault in faults_of(folder))


@pytest.mark.parametrize("old", ["\nsource: leaflet\n", "10}}, source: leaflet}\n"])
def test_a_protocol_or_a_dose_that_rests_on_an_unknown_source_is_a_fault(folder: Path, old: str):
    spoil(folder / "protocols" / "back-care.yaml", old, old.replace("leaflet", "hearsay"))

    assert any("back-care: no source hearsay" in fault for fault in faults_of(folder))


def test_a_protocol_number_of_the_wrong_type_is_a_fault_at_its_line(folder: Path):
    line = spoil(folder / "protocols" / "back-care.yaml", "default_weeks: 6", "default_weeks: six")

    assert any(fault.startswith(f"protocols/back-care.yaml:{line}:") for fault in faults_of(folder))


def test_a_vocabulary_that_lacks_a_word_is_a_fault(folder: Path):
    spoil(folder / "texts" / "nl" / "vocabulary.yaml", "  hamstrings:", "  hamstringz:")

    faults = faults_of(folder)

    assert any("muscles lacks hamstrings" in fault for fault in faults)
    assert any("muscles has hamstringz" in fault for fault in faults)


def test_another_language_is_a_matter_of_files(folder: Path):
    shutil.copytree(folder / "texts" / "en", folder / "texts" / "pt")

    assert "pt" in read_content(folder).exercise_words


def test_french_punctuation_never_starts_a_line():
    """A no-break space stands before `: ; ? !` and within `« »`."""
    for path in sorted((CONTENT / "texts" / "fr").rglob("*.yaml")):
        for number, line in enumerate(path.read_text().splitlines(), start=1):
            assert not re.search(" [:;?!»]|« ", line), f"{path.name}:{number}: {line}"


def test_all_faults_are_told_at_once(folder: Path):
    spoil(folder / "exercises" / "opening.yaml", "supine_knees_bent", "nowhere")
    spoil(folder / "exercises" / "extra.yaml", "side: each_side", "side: both")

    assert len(faults_of(folder)) == 2


# Figures.

FIGURES = ("figures", "basic.yaml")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("thigh: 128", "thigh: north", "knee-to-chest.moments.end.legs.near.thigh: must be a number"),
        ("thigh: 128", "thigh: 250", "knee-to-chest.moments.end.legs.near: the hip bends"),
        ("{thigh: 128", "{thighs: 128", "is not known here"),
        ("like: supine_hollow", "like: flying", "knee-to-chest: start: there is no flying before it to be like"),
        ("    tilted:", "    tilting:", "knee-to-chest: end: there is no tilted before it to be like"),
        ("knee-to-chest:", "knee-to-nose:", "knee-to-nose: there is no such exercise"),
        ("[head, upper_trunk", "[hat, upper_trunk", "hat is not a part of the body"),
    ],
)
def test_what_is_wrong_with_a_figure_is_named_with_its_line(folder: Path, old: str, new: str, message: str):
    line = spoil(folder.joinpath(*FIGURES), old, new)

    found = [fault for fault in faults_of(folder) if message in fault]

    assert found, faults_of(folder)
    place, number, _ = found[0].split(":", 2)
    assert place == "figures/basic.yaml"
    assert abs(int(number) - line) <= 7  # the nearest that can be named: a limb, a moment, the exercise


def test_a_figure_that_stands_twice_is_named(folder: Path):
    basic, opening = folder / "figures" / "basic.yaml", folder / "figures" / "opening.yaml"
    opening.write_text(opening.read_text() + "\n" + basic.read_text().split("\n\n")[0] + "\n")

    assert any("knee-to-chest stands twice" in fault for fault in faults_of(folder))


def test_a_position_that_is_like_none_is_named(folder: Path):
    spoil(folder / "figures" / "positions.yaml", "like: supine_knees_bent", "like: hovering")

    assert any("there is no hovering before it to be like" in fault for fault in faults_of(folder))


def test_a_figure_with_other_moments_than_the_facts_is_named(folder: Path):
    spoil(folder / "exercises" / "basic.yaml", "moments: [start, tilted, end]", "moments: [start, end, tilted]")

    said = "knee-to-chest: poses for start, tilted, end, but the moments are start, end, tilted"
    assert any(said in fault for fault in faults_of(folder))
