"""What the fonts in the repository have, and what becomes of everything else: it is refused before a programme is issued."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from django.conf import settings

from plans.lettering import FONTS, _known, printable, unprintable_in
from plans.pdf import _write, font_faces
from tests.plans.reading import fonts_in, text_of

OURS = {"AtkinsonHyperlegibleNext", "AtkinsonHyperlegibleNext-Bold", "NotoEmoji"}


def printed(text: str) -> bytes:
    return _write(f'<html lang="en"><title>t</title><body><p>{text}</p></body></html>', {}, identifier="x")


def test_plain_words_can_be_printed() -> None:
    assert (
        unprintable_in(
            {"note": "Één keer, €5, ¾ – „gut“ … ± 10 °C", "list": [{"deeper": "Ça va? Straße"}], "none": None}
        )
        == []
    )


@pytest.mark.parametrize("text", ["汉", "\U0010fffd", "\ue000", "\u2028", "q\u0361", "\x0b", "\x00", "\x7f", "\ud800"])
def test_what_no_font_has_is_named(text: str) -> None:
    assert unprintable_in({"deep": [{"down": f"Before {text} after"}]}) == [text[-1]]


@pytest.mark.parametrize(
    "text", ["tab\tline\r\n", "no\u00a0break", "wide\u2003space", "soft\u00adhyphen", "zero\u200bwidth"]
)
def test_what_is_unseen_needs_no_glyph(text: str) -> None:
    assert unprintable_in([text]) == []
    assert printed(text)


def test_everything_that_may_be_issued_is_printed() -> None:
    """Marks need a letter before them, and some Arabic signs of money are too new for Pango."""
    known = "".join(f"q{one} " for one in sorted(_known()) if unicodedata.category(one) != "Cf")
    unseen = "".join(one for one in map(chr, range(sys.maxunicode)) if not unprintable_in(one) and one not in _known())

    assert len(unseen) > 100
    assert printed(known.replace("<", "&lt;").replace("&", "&amp;") + unseen)


def test_a_letter_and_its_mark_are_one_wherever_they_come_from() -> None:
    """macOS writes names in this way, and fonts have few marks alone."""
    apart = unicodedata.normalize("NFD", "Dvořák, Erdős, Şahin")
    assert apart != printable(apart)

    assert unprintable_in([apart]) == []
    assert "Dvořák, Erdős, Şahin" in text_of(printed(apart))


SEQUENCES = {
    "a face": "😀",
    "in colour": "❤️",
    "as text": "☺︎",
    "skin": "👍🏽",
    "family": "👩‍👩‍👧",
    "profession": "👩🏽‍⚕️",
    "flag": "🇳🇱",
    "flag in tags": "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "flag in joined emoji": "🏳️‍🌈",
    "key": "1️⃣",
    "unknown together": "😀‍🐦",
    "unknown flag": "🇽🇽",
}


@pytest.mark.parametrize("emoji", SEQUENCES.values(), ids=SEQUENCES)
def test_emoji_are_printed_with_our_font_and_read_as_they_are(emoji: str) -> None:
    assert unprintable_in([emoji]) == []

    pdf = printed(f"Go {emoji} <b>{emoji}</b> on")

    seen = emoji.translate({ord(one): None for one in "\ufe0e\u200d"})
    read = text_of(pdf).translate({ord(one): None for one in "\ufe0e\u200d"})
    assert fonts_in(pdf) == {"AtkinsonHyperlegibleNext", "NotoEmoji"}
    assert read.startswith(f"Go {seen} {seen} on")


def test_what_the_machine_has_is_not_printed_with() -> None:
    """Every system has a font for arrows, and few have ours: a programme looks the same everywhere, or is refused."""
    assert unprintable_in(["→"]) == ["→"]
    assert fonts_in(printed("Words <b>bold</b> ❤️ 5️⃣ \u2003 end")) == OURS


def test_every_font_has_its_licence_and_stands_in_the_style_sheet() -> None:
    sheet = (settings.BASE_DIR / "templates/plans/programme.css").read_text()
    families = {face["family"] for face in font_faces()}
    licensed = [path.stem.removeprefix("OFL-") for path in FONTS.glob("OFL-*.txt")]

    assert "NotoEmoji" in families
    for family in families:
        assert f"{family}," in sheet, family
        assert any(family.startswith(name) for name in licensed), family
