"""The programme is accessible: PDF/UA-1 by two checkers and by our own eyes, in every layout and language, whatever is in it.

The checkers see what a machine can see; what they mistake is said in `tests/plans/reading.py`.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.db import transaction

from catalogue.models import Exercise, ExerciseText
from plans import words
from plans.models import MAXIMUM_ITEMS, Revision
from plans.pdf import LAYOUTS, render_programme
from tests.factories import make_episode, make_patient, make_plan, make_practice, make_user
from tests.plans.issued import SESSION, issue, make_revision
from tests.plans.reading import complaints, ink_in_margins, text_of

pytestmark = pytest.mark.django_db


def made_once(blocker: Any, make: Callable[[], Revision]) -> dict[str, Any]:
    """A revision's document, made outside of any test and without a trace."""
    with blocker.unblock(), transaction.atomic():
        document = make().complete_document()
        transaction.set_rollback(True)
    return document


@pytest.fixture(scope="module")
def document(django_db_setup: None, django_db_blocker: Any) -> dict[str, Any]:
    """An ordinary programme."""
    return made_once(
        django_db_blocker,
        lambda: make_revision(*SESSION, note="Take your time.", articles=["core-stability"]),
    )


@pytest.fixture(scope="module")
def nasty(django_db_setup: None, django_db_blocker: Any) -> dict[str, Any]:
    """A programme with everything that is awkward to print, in every field that takes free words."""
    return made_once(django_db_blocker, make_nasty_revision)


@pytest.fixture(scope="module")
def longest(django_db_setup: None, django_db_blocker: Any) -> dict[str, Any]:
    """As many exercises as a programme may have."""

    def make() -> Revision:
        codes = Exercise.objects.available().filter(practice=None).values_list("code", flat=True)
        return make_revision(*codes[:MAXIMUM_ITEMS])

    return made_once(django_db_blocker, make)


LONG_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
ARABIC = "اشرب الماء قبل التمارين. تنفس بهدوء."
EMOJI = "😀 ❤️ 👍🏽 👩‍👩‍👧 🇳🇱 1️⃣ 🏳️‍🌈 🏴󠁧󠁢󠁥󠁮󠁧󠁿"
MARKUP = "<script>alert(1)</script><img src=x onerror=alert(2)> &amp; </p></body><style>*{display:none}</style> {{ x }} {% y %}"
UNSEEN = (
    "tab\tline\r\nline\n\nno-break\u00a0space turned\u202eround\u202c wide\u2003zero\u200bwidth soft\u00adhyphen\ufeff"
)

NOTES = {
    "warm-up-walk": f"{LONG_WORD * 5} {ARABIC}",
    "pelvic-tilt": " ".join(f"Breathe {number} times." for number in range(1, 300))[:4990]
    + " Finished!",  # has no picture
    "knee-to-chest": f"{MARKUP} {EMOJI}",  # has three moments
    "prone-lying": UNSEEN,
}


def make_nasty_revision() -> Revision:
    Exercise.objects.filter(code="pelvic-tilt").update(figure={})
    ExerciseText.objects.filter(exercise__code="prone-lying").update(
        name=LONG_WORD * 2, steps=[LONG_WORD, ARABIC, MARKUP, EMOJI]
    )
    practice = make_practice(f"{LONG_WORD} {EMOJI} {MARKUP}"[:200])
    user = make_user(practice, name=f"{LONG_WORD} {ARABIC}")
    patient = make_patient(practice, given_name=f"{LONG_WORD}<b>", family_name=LONG_WORD)
    plan = make_plan(
        make_episode(patient),
        author=user,
        items=[{"exercise": code, "note": note} for code, note in NOTES.items()],
        title=(LONG_WORD * 3)[:200],
        goal=(f"{EMOJI} {MARKUP} {ARABIC} {LONG_WORD} " * 2)[:500],
        note=f"{LONG_WORD * 3} {ARABIC}\n{MARKUP}\n{UNSEEN} {EMOJI}",
        articles=["core-stability"],
    )
    return issue(user, plan)


@pytest.mark.parametrize("language", words.LANGUAGES)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_in_every_language_is_clean(document: dict[str, Any], layout: str, language: str, tmp_path: Path):
    assert complaints(render_programme(document, language, layout=layout), tmp_path) == []


@pytest.mark.parametrize("language", words.LANGUAGES)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_nasty_content_is_clean_and_inside_the_page(nasty: dict[str, Any], layout: str, language: str, tmp_path: Path):
    pdf = render_programme(nasty, language, layout=layout)

    # Of joined letters WeasyPrint maps some glyphs to no character: a screen reader may stumble over an Arabic note.
    others = [one for one in complaints(pdf, tmp_path) if not (one.startswith("TXT-003") and "NotoSansArabic" in one)]
    assert others == []
    assert ink_in_margins(pdf) == []


def test_nothing_of_nasty_content_is_lost(nasty: dict[str, Any]):
    text = text_of(render_programme(nasty, "en"))
    joined = text.replace(" ", "")

    for said in (LONG_WORD * 5, MARKUP, EMOJI, "Finished!", "no-break", "hyphen"):
        assert said.replace(" ", "") in joined, said


@pytest.mark.parametrize("layout", LAYOUTS)
def test_as_many_exercises_as_may_be_are_clean_and_inside_the_page(
    longest: dict[str, Any], layout: str, tmp_path: Path
):
    assert len(longest["patient_part"]["items"]) == MAXIMUM_ITEMS

    pdf = render_programme(longest, "nl", layout=layout)

    assert complaints(pdf, tmp_path) == []
    assert ink_in_margins(pdf) == []


def test_a_draft_is_clean_too(tmp_path: Path):
    document = make_revision().complete_document() | {"number": None, "id": None}

    assert complaints(render_programme(document, "nl"), tmp_path) == []


# Our own.


def opened(document: dict[str, Any], layout: str = "standard") -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(render_programme(document, "nl", layout=layout)))


def elements(pdf: pikepdf.Pdf, kind: str) -> list[Any]:
    return [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and one.get("/S") == kind]


def test_it_says_its_language_and_title_and_shows_the_title(document: dict[str, Any]):
    with opened(document) as pdf:
        assert str(pdf.Root.Lang) == "nl"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        with pdf.open_metadata() as metadata:
            assert metadata["dc:title"] == "Thuisprogramma voor Testina Voorbeeld"
            assert metadata["pdfuaid:part"] == "1"


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_picture_says_what_it_shows(document: dict[str, Any], layout: str):
    with opened(document, layout) as pdf:
        figures = elements(pdf, "/Figure")

        assert figures
        assert all(str(one.Alt).strip() for one in figures)


def test_headings_go_down_one_level_at_a_time(document: dict[str, Any]):
    with opened(document) as pdf:
        levels = [
            int(str(one.S)[2]) for one in walked(pdf.Root.StructTreeRoot) if str(one.S) in {"/H1", "/H2", "/H3", "/H4"}
        ]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def walked(element: Any) -> list[Any]:
    """All structure elements in the order of reading."""
    kids = element.get("/K")
    listed = list(kids) if isinstance(kids, pikepdf.Array) else [] if kids is None else [kids]
    found = [element] if "/S" in element else []
    for kid in listed:
        if isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") != "/OBJR":
            found += walked(kid)
    return found


def test_table_heads_say_what_they_head_and_cells_name_them(document: dict[str, Any]):
    with opened(document) as pdf:
        heads, cells = elements(pdf, "/TH"), elements(pdf, "/TD")

        assert {str(one.A.Scope) for one in heads} == {"/Column", "/Row"}
        named = {str(header) for one in cells for header in one.A.get("/Headers", ())}
        assert named <= {str(one.ID) for one in heads}


def test_running_lines_are_artifacts(document: dict[str, Any]):
    with opened(document) as pdf:
        for page in pdf.pages:
            marks = [
                str(operands[0]) for operands, operator in pikepdf.parse_content_stream(page) if str(operator) == "BDC"
            ]
            assert marks.count("/Artifact") >= 2  # whose it is, and the page's number


def test_fonts_are_within_and_nothing_is_fetched_from_outside(document: dict[str, Any]):
    with opened(document) as pdf:
        kinds = [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary)]

        fonts = [one for one in kinds if one.get("/Type") == "/FontDescriptor"]
        assert fonts
        assert all("/FontFile2" in one or "/FontFile3" in one for one in fonts)
        assert not [
            one for one in kinds if one.get("/S") in {"/URI", "/Launch", "/GoToR", "/SubmitForm", "/JavaScript"}
        ]
        assert "/EmbeddedFiles" not in pdf.Root.get("/Names", {})
