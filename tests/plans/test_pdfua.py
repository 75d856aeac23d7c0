"""The programme is accessible: PDF/UA-1 by two checkers and by our own eyes, in every layout and language, whatever is in it.

The checkers see what a machine can see. Paint order (ORD-001) is no part of PDF/UA-1: readers go by the tag tree, and
WeasyPrint paints list markers last. Words that happen to stand at the top of several pages are taken for running lines
(PAG-001): those are looked at below.
"""

from __future__ import annotations

import io
from itertools import pairwise
from pathlib import Path
from typing import Any

import outloud
import pdfua
import pikepdf
import pytest

from catalogue.models import Exercise
from plans import words
from plans.pdf import LAYOUTS, render_programme
from tests.plans.issued import SESSION, make_revision

pytestmark = pytest.mark.django_db

MISTAKEN = {"ORD-001", "PAG-001"}


@pytest.fixture(scope="module")
def document(django_db_setup: None, django_db_blocker: Any) -> dict[str, Any]:
    """One ordinary programme, made once."""
    with django_db_blocker.unblock():
        from django.db import transaction

        with transaction.atomic():
            made = make_revision(*SESSION, note="Take your time.", articles=["core-stability"]).complete_document()
            transaction.set_rollback(True)
    return made


def complaints(pdf: bytes, folder: Path) -> list[str]:
    """Everything that the two checkers find, errors and warnings."""
    path = folder / "programme.pdf"
    path.write_bytes(pdf)
    spoken, report = outloud.check(str(path)), pdfua.validate(str(path))
    assert spoken.error is None
    heard = [one for one in spoken.findings if one.severity != "info" and one.rule not in MISTAKEN]
    said = [f"{one.rule} p.{one.page}: {one.message} {one.evidence}" for one in heard]
    return said + [f"{one.rule_id}: {one.message}" for one in report.findings]


@pytest.mark.parametrize("language", words.LANGUAGES)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_in_every_language_is_clean(document: dict[str, Any], layout: str, language: str, tmp_path: Path):
    assert complaints(render_programme(document, language, layout=layout), tmp_path) == []


NASTY = {
    "long words": "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 4,
    "right to left": "اشرب الماء قبل التمارين. تنفس بهدوء.",
    "markup": "<script>alert(1)</script><img src=x onerror=alert(2)> &amp; </p></body>",
    "5,000 characters": " ".join(f"Breathe {number} times and rest." for number in range(1, 180)),
}


@pytest.mark.parametrize("note", NASTY.values(), ids=NASTY)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_nasty_notes_are_clean_and_inside_the_page(layout: str, note: str, tmp_path: Path):
    items = [{"exercise": "warm-up-walk"}, {"exercise": "pelvic-tilt", "note": note[:5000]}]
    document = make_revision(items=items, note=note[:2000]).complete_document()

    pdf = render_programme(document, "en", layout=layout)

    # In joined scripts WeasyPrint maps some glyphs to no character: a screen reader may stumble over such a note.
    assert [one for one in complaints(pdf, tmp_path) if not one.startswith("TXT-003")] == []
    assert note == NASTY["right to left"] or complaints(pdf, tmp_path) == []


def test_forty_exercises_are_clean(tmp_path: Path):
    codes = Exercise.objects.available().filter(practice=None).values_list("code", flat=True)[:40]

    document = make_revision(*codes).complete_document()

    assert len(document["patient_part"]["items"]) == 40

    assert complaints(render_programme(document, "nl", layout="compact"), tmp_path) == []


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
        levels = [int(str(one.S)[2]) for one in walked(pdf.Root.StructTreeRoot) if str(one.S) in {"/H1", "/H2", "/H3"}]

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
