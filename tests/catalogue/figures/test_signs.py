"""The signs that pictures use, each alone."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from catalogue.figures.palette import MARK, OUTLINE
from catalogue.figures.signs import SIGNS, sign
from plans.vectors import vector_of
from plans.words.languages import WORDS


@pytest.mark.parametrize("name", SIGNS)
def test_each_sign_is_a_small_picture_in_the_colour_of_marks(name: str):
    svg = sign(name)

    left, top, width, height = map(float, ET.fromstring(svg).attrib["viewBox"].split())  # noqa: S314
    assert (left, top) == (-width / 2, -height / 2)
    assert (OUTLINE if name == "side" else MARK) in svg
    assert vector_of(svg.encode()) is not None


def test_no_two_signs_look_the_same():
    assert len({sign(name) for name in SIGNS}) == len(SIGNS)


def test_the_side_has_the_letter_of_the_readers_language():
    assert sign("side", "G") != sign("side", "L")


@pytest.mark.parametrize("language", WORDS)
def test_every_sign_is_explained(language: str):
    assert {f"sign.{name}" for name in SIGNS} <= WORDS[language].keys()


def test_an_unknown_sign_is_refused():
    with pytest.raises(KeyError):
        sign("smile")
