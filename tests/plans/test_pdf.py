"""The PDF: read by its text, tags and fonts."""

from __future__ import annotations

import io

import pikepdf
import pytest
from pypdf import PdfReader

from catalogue.models import ExerciseText, Protocol
from plans.models import Revision
from plans.pdf import LAYOUTS, RenderError, render_programme
from tests.plans.issued import make_revision
from tests.plans.reading import ink_in_margins, text_of

pytestmark = pytest.mark.django_db


def test_the_programme_says_what_the_patient_must_know():
    revision = make_revision(goal="Weer fietsen", review_on="2027-01-11")

    text = text_of(render_programme(revision.complete_document(), "nl"))

    for said in (
        "Thuisprogramma voor Testina Voorbeeld",
        "Practice Example Street",
        "+31 20 000 0000",
        "Clara Clinician",
        "Weer fietsen",
        "11 januari 2027",
        "In het begin: 3 dagen per week, 1 keer per dag.",
        "Bekkenkanteling",
        "Doe dit 5 keer. Houd de houding elke keer 5 seconden vast.",
        "Week 1 tot en met 6: 5, 6, 7, 8, 9, 10 keer.",
        "Voordat u begint",
        "Stop en bel",
        "Telefoon: +31 20 000 0000",
        "0 is geen pijn. 10 is de ergste pijn.",
        "Deze oefening mag geen pijn doen.",
        "Dagboek",
        "Ga dan verder met de oefeningen van de volgende week.",
    ):
        assert said in text, said


def test_the_programme_speaks_the_asked_language():
    text = text_of(render_programme(make_revision().complete_document(), "en"))

    assert "Home programme for Testina Voorbeeld" in text
    assert "Do this 5 times. Hold for 5 seconds each time." in text
    assert "Bekkenkanteling" not in text


def test_every_exercise_stands_in_it_in_order_with_all_its_steps():
    revision = make_revision()
    text = text_of(render_programme(revision.complete_document(), "en"))

    places = []
    for item in revision.document["patient_part"]["items"]:
        words = item["texts"]["en"]
        places.append(text.index(f"{item['number']} {words['name']}"))
        for step in words["steps"]:
            assert step in text
    assert places == sorted(places)


def test_reasons_for_overrides_are_not_printed():
    revision = make_revision("pelvic-tilt", "knee-to-chest", "prone-lying")

    assert "A reason for the test" not in text_of(render_programme(revision.complete_document(), "nl"))


def test_the_same_document_gives_the_same_bytes():
    document = make_revision().complete_document()

    assert render_programme(document, "nl") == render_programme(document, "nl")


def test_the_file_is_tagged_titled_and_has_its_fonts_within():
    with pikepdf.open(io.BytesIO(render_programme(make_revision().complete_document(), "nl"))) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "nl"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert str(pdf.docinfo["/Title"]) == "Thuisprogramma voor Testina Voorbeeld"
        fonts = [
            item
            for item in pdf.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor"
        ]
        assert fonts
        assert all("AtkinsonHyperlegibleNext" in str(font.FontName) and "/FontFile2" in font for font in fonts)


def test_no_page_is_nearly_empty():
    reader = PdfReader(io.BytesIO(render_programme(make_revision().complete_document(), "nl")))

    assert 3 <= len(reader.pages) <= 9
    assert all(len(page.extract_text()) > 150 for page in reader.pages)


def test_a_broken_logo_is_an_error_and_no_gap():
    document = make_revision().complete_document()
    document["patient_part"]["practice"]["logo_png"] = "bm90IGEgcGljdHVyZQ=="

    with pytest.raises(RenderError):
        render_programme(document, "nl")


def test_an_unknown_layout_is_refused():
    with pytest.raises(ValueError, match="layout is one of"):
        render_programme({}, "nl", layout="poster")


def test_an_exercise_for_some_weeks_says_which():
    some = {"exercise": "back-rotation", "from_week": 3, "to_week": 4}
    revision = make_revision(items=[{"exercise": "warm-up-walk"}, {"exercise": "pelvic-tilt"}, some])

    text = text_of(render_programme(revision.complete_document(), "nl"))

    assert "Alleen in week 3 tot en met 4." in text
    assert text.count("Alleen in week") == 1


def test_everything_that_is_fixed_for_one_week_is_printed():
    week = {"week": 3, "load": "red band", "rest_seconds": 20, "intensity": 4}
    items = [{"exercise": "pelvic-tilt", "dose": {"sets": 2, "repetitions": 8, "hold_seconds": 5}, "weeks": [week]}]

    text = text_of(render_programme(make_revision(items=items).complete_document(), "en"))

    assert "rest for 20 seconds, use red band, effort 4 out of 10" in text


def test_how_to_get_to_the_floor_and_what_to_put_ready_is_told_where_it_is_needed():
    lying = text_of(render_programme(make_revision("thoracic-mobilisation-supine").complete_document(), "en"))
    standing = text_of(render_programme(make_revision("warm-up-walk").complete_document(), "en"))

    assert "Put ready: cushion or towel." in lying
    assert "Down to the floor and up again" in lying
    assert "Put ready" not in standing
    assert "Down to the floor" not in standing


def test_advice_on_stretching_comes_with_stretches_only():
    with_stretch = text_of(render_programme(make_revision("hamstring-stretch").complete_document(), "nl"))
    without = text_of(render_programme(make_revision("warm-up-walk", "bridge").complete_document(), "nl"))

    assert "Bij het rekken" in with_stretch
    assert "spiegel" in with_stretch
    assert "Bij het rekken" not in without


def test_when_to_stop_stands_on_one_page_with_its_heading():
    reader = PdfReader(io.BytesIO(render_programme(make_revision().complete_document(), "nl")))
    pages = [" ".join(page.extract_text().split()) for page in reader.pages]

    (page,) = [page for page in pages if "Stop en bel uw therapeut of arts" in page]

    assert "Koorts" in page
    assert "Constante pijn in de nacht" in page


def test_what_is_printed_stays_when_the_catalogue_changes():
    revision = make_revision()
    before = render_programme(revision.complete_document(), "nl")

    ExerciseText.objects.filter(exercise__code="pelvic-tilt").update(name="Changed since", steps=["Nothing."])
    Protocol.objects.filter(code="back-care").update(rules={})

    assert render_programme(Revision.objects.get(pk=revision.pk).complete_document(), "nl") == before


@pytest.mark.parametrize("layout", LAYOUTS)
def test_nothing_sticks_out_into_the_margins(layout: str):
    revision = make_revision("warm-up-muscle-tensing", "pelvic-tilt-leg-movements")

    assert ink_in_margins(render_programme(revision.complete_document(), "nl", layout=layout)) == []


def test_the_signs_in_pictures_are_explained_where_there_are_pictures():
    document = make_revision("pelvic-tilt").complete_document()

    assert "In the pictures: L or R: the side you see hold still move this way" in text_of(
        render_programme(document, "en")
    )
    assert "Dans les images" in text_of(render_programme(document, "fr"))
    document["patient_part"]["items"][0]["pictures"] = {}
    assert "In the pictures" not in text_of(render_programme(document, "en"))


def test_a_page_in_the_middle_of_an_exercise_says_which_one_it_is():
    note = " ".join(["Breathe calmly."] * 330)
    document = make_revision(items=[{"exercise": "warm-up-walk"}, {"exercise": "pelvic-tilt", "note": note}])

    pages = PdfReader(io.BytesIO(render_programme(document.complete_document(), "en"))).pages

    texts = [" ".join(page.extract_text().split()) for page in pages]
    in_the_middle = [
        text for text in texts if "Breathe calmly." in text and "Pelvic tilt" not in text and "Diary" not in text
    ]
    assert in_the_middle
    assert [text for text in texts if "Exercise 2" in text] == in_the_middle
