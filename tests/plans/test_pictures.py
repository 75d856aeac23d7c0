"""The pictures of an issued programme: stored once, in the document, in the PDF as vectors, and never changed."""

from __future__ import annotations

import hashlib
import io
import re
from typing import Any

import pikepdf
import pytest
from django.db import DatabaseError, transaction
from PIL import Image
from pypdf import PdfReader

from catalogue.models import Exercise, Photo
from patients.models import Practice
from plans.handout import handout_of
from plans.models import IssuedPicture, Revision
from plans.pdf import RenderError, render_programme
from plans.pictures import digests_in
from tests.factories import make_episode, make_patient, make_plan, make_practice, make_user
from tests.plans.issued import issue, make_revision

pytestmark = pytest.mark.django_db


def item_of(document: dict[str, Any], code: str) -> dict[str, Any]:
    (item,) = (one for one in document["patient_part"]["items"] if one["exercise"] == code)
    return item


def xobjects(pdf: bytes, kind: str) -> int:
    """How many pictures of a kind the pages draw: `/Form` vectors, `/Image` pixels."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        drawn = {
            key: one for page in opened.pages for key, one in page.get("/Resources", {}).get("/XObject", {}).items()
        }
        return sum(one.get("/Subtype") == kind for one in drawn.values())


def test_a_document_names_a_picture_for_every_moment_and_language():
    document = make_revision("warm-up-walk", "pelvic-tilt", "knee-to-chest").document

    shown = item_of(document, "knee-to-chest")["pictures"]
    assert set(shown) == {"start", "tilted", "end"}
    assert all(set(languages) == set(document["languages"]) for languages in shown.values())


def test_the_complete_document_holds_each_picture_once():
    revision = make_revision("warm-up-walk", "pelvic-tilt", "knee-to-chest")

    pictures = revision.complete_document()["pictures"]

    assert set(pictures) == digests_in(revision.document)
    for digest, picture in pictures.items():
        assert picture["media_type"] == "image/svg+xml"
        assert hashlib.sha256(picture["content"].encode()).hexdigest()[:32] == digest


def test_revisions_share_their_pictures():
    make_revision("warm-up-walk", "pelvic-tilt")
    stored = IssuedPicture.objects.count()

    make_revision("warm-up-walk", "pelvic-tilt")

    assert IssuedPicture.objects.count() == stored > 0


def test_a_later_pose_changes_no_issued_programme():
    revision = make_revision("warm-up-walk", "pelvic-tilt")
    before = revision.complete_document()

    exercise = Exercise.objects.get(code="pelvic-tilt")
    exercise.figure["moments"]["start"]["at"] = 4.0
    exercise.save()

    revision.refresh_from_db()
    assert revision.complete_document() == before


def test_an_issued_picture_can_not_be_changed():
    make_revision("warm-up-walk", "pelvic-tilt")

    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        IssuedPicture.objects.update(content=b"other")


def issued_at(practice: Practice) -> Revision:
    user = make_user(practice)
    return issue(user, make_plan(make_episode(make_patient(practice)), "warm-up-walk", "pelvic-tilt", author=user))


def test_a_practices_look_is_that_of_its_programmes():
    light, dark = make_practice("Light", figure_tone="light"), make_practice("Dark", figure_tone="dark")

    first, second = (issued_at(practice) for practice in (light, dark))

    assert digests_in(first.document).isdisjoint(digests_in(second.document))


def test_a_right_side_is_shown_on_the_right():
    def shown(side: str) -> dict[str, Any]:
        items = [{"exercise": "warm-up-walk"}, {"exercise": "knee-to-chest", "dose": {"repetitions": 5, "side": side}}]
        pictures: dict[str, Any] = item_of(make_revision(items=items).document, "knee-to-chest")["pictures"]
        return pictures

    assert shown("right") != shown("left") == shown("each_side")


def test_the_pdf_shows_every_moment_once_as_vectors():
    revision = make_revision("warm-up-walk", "pelvic-tilt", "knee-to-chest")
    document = revision.complete_document()
    moments = sum(len(item["moments"]) for item in document["patient_part"]["items"])

    pdf = render_programme(document, "en")

    assert xobjects(pdf, "/Image") == 0
    alternatives = [text for text in figure_alternatives(pdf) if not text.startswith("Boxes to tick")]
    assert len(alternatives) == moments
    assert any(text.startswith("Knee to chest. Slowly bring your left knee") for text in alternatives)


def figure_alternatives(pdf: bytes) -> list[str]:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        tags = [one for one in opened.objects if isinstance(one, pikepdf.Dictionary) and one.get("/S") == "/Figure"]
        return [str(tag.get("/Alt", "")) for tag in tags]


def test_a_photograph_is_printed_in_place_of_the_figure():
    data = io.BytesIO()
    Image.new("RGB", (400, 300), "teal").save(data, "JPEG")
    exercise = Exercise.objects.get(code="pelvic-tilt")
    Photo.objects.create(
        exercise=exercise, moment="end", jpeg=data.getvalue(), width=400, height=300,
        digest=hashlib.sha256(data.getvalue()).hexdigest(),
    )  # fmt: skip

    document = make_revision("warm-up-walk", "pelvic-tilt").complete_document()

    assert {one["media_type"] for one in document["pictures"].values()} == {"image/svg+xml", "image/jpeg"}
    assert xobjects(render_programme(document, "nl"), "/Image") == 1


def test_a_picture_that_is_missing_stops_the_rendering():
    document = make_revision("warm-up-walk", "pelvic-tilt").complete_document()
    document["pictures"].pop(next(iter(digests_in(document))))

    with pytest.raises(RenderError, match="not an asset"):
        render_programme(document, "nl")


def test_an_exercise_without_pictures_is_printed_all_the_same():
    Exercise.objects.filter(code="pelvic-tilt").update(figure={})

    document = make_revision("warm-up-walk", "pelvic-tilt").complete_document()

    assert item_of(document, "pelvic-tilt")["pictures"] == {}
    assert render_programme(document, "en")


def test_steps_stand_beside_the_picture_that_they_show_and_each_picture_stands_once():
    document = make_revision("warm-up-walk", "pelvic-tilt", "knee-to-chest").complete_document()

    (item,) = (one for one in handout_of(document, "en")["items"] if one["exercise"] == "knee-to-chest")

    assert [(scene["moment"], len(scene["steps"])) for scene in item["scenes"]] == [
        ("start", 0),
        ("tilted", 1),
        ("end", 4),
    ]
    assert all(scene["picture"] for scene in item["scenes"])


def test_steps_are_numbered_through_all_scenes():
    document = make_revision("warm-up-walk", "pelvic-tilt", "knee-to-chest").complete_document()

    pages = [page.extract_text() for page in PdfReader(io.BytesIO(render_programme(document, "en"))).pages]
    (page,) = (page for page in pages if "Change sides." in page)

    # Extracted in the order of drawing: list markers come after the texts of their page.
    assert re.search(r"1\.\s+2\.\s+3\.\s+4\.\s+5\.", page)
