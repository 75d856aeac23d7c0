"""Figures and photographs in the admin: the picture beside the pose, faults at the field, uploads written anew."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from PIL import Image

from catalogue.figures.editing import FigureError, parsed
from catalogue.models import Exercise
from catalogue.source import named_positions
from patients.models import Practice
from tests.catalogue.admin_pages import change, errors_on, make_staff, page_of, signed_in
from tests.factories import make_copy, make_practice, make_user

pytestmark = pytest.mark.django_db

KNEE = """
moments:
  start: {like: supine_knees_bent}
  tilted: {like: supine_pelvis_tilted}
  end: {like: start, legs: {near: {thigh: 128, shin: -8, foot: 70}}, touches: {floor: [far_foot]}}
"""


def own_exercise(practice: Practice) -> Exercise:
    return make_copy("knee-to-chest", practice)


def figure_page(client: Client, **sent: str) -> HttpResponse:
    return client.post(reverse("admin:catalogue_exercise_figure"), sent)


def test_the_page_shows_the_figure_beside_its_poses() -> None:
    own = own_exercise(make_practice())
    client = signed_in(make_staff(own.practice))

    page = client.get(page_of(own)).content.decode()

    assert "like:" not in page.split('name="figure"')[1].split("</textarea>")[0]
    assert page.count("<figure>") == len(own.figure["moments"])
    assert "<svg" in page


def test_moments_stand_in_their_order_whatever_the_order_of_stored_keys() -> None:
    """PostgreSQL keeps shorter keys first: an end before its start."""
    own = own_exercise(make_practice())
    own.figure["moments"] = {moment: own.figure["moments"][moment] for moment in ("end", "start", "tilted")}
    own.save()
    client = signed_in(make_staff(own.practice))

    page = client.get(page_of(own)).content.decode()

    text = page.split('name="figure"')[1].split("</textarea>")[0]
    assert re.findall("<figcaption>(.*?)<", page) == own.moments
    assert re.findall(r"^  (\w+):", text, re.MULTILINE) == own.moments


def test_a_figure_is_written_as_in_the_source_files_and_stored_whole() -> None:
    own = own_exercise(make_practice())
    client = signed_in(make_staff(own.practice))

    answer = change(client, page_of(own), figure=KNEE)

    own.refresh_from_db()
    assert answer.status_code == 302
    assert own.version == 2
    assert own.figure["moments"]["end"]["legs"]["near"]["thigh"] == 128
    assert own.figure["moments"]["start"]["trunk"] == own.figure["moments"]["end"]["trunk"]
    assert "sided" not in own.figure


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("moments: {start: {like: flying}}", "there is no flying before it to be like"),
        ("moments: [", "not valid YAML"),
        ("moments: {start: {like: standing, mood: happy}}", "moments.start.mood: is not known here"),
        ("moments: {start: {like: standing, head: north}}", "moments.start.head: must be a number"),
        ("moments: {start: {like: standing, legs: {near: {shin: -30}}}}", "the knee bends -60 degrees"),
        ("moments: {start: {like: standing}}", "A pose for each moment, and no other: start, tilted, end."),
        ("a: &a [x]\nmoments: *a", "an alias"),
        ("moments: {start: {like: standing, touches: {floor: [near_wing]}}}", "near_wing is not a part of the body"),
        (
            "moments: {start: {like: standing, arrows: [{start: elbow, end: head}]}}",
            "arrows.0.start: elbow is not a point",
        ),
        ("moments: {start: {like: standing, arrows: [{start: [1], end: head}]}}", "arrows.0.start: a point is `knee`"),
        ("moments: {start: {like: standing}}\nprops: []\nprops: []", "line 3: props stands twice"),
        ("moments: {start: {like: standing, head: 80, head: 85}}", "line 1: head stands twice"),
        ("moments: {start: standing}", "Write `moments:` with a pose for each"),
        ('moments: {start: {like: "\\ud800"}}', r"there is no \ud800 before it to be like"),
        (
            "moments: {start: {like: standing, arms: 5}, end: {like: start, arms: {near: {upper: 3}}}}",
            "must be a mapping",
        ),
        (
            "moments: {start: {like: standing, arms: {near: 5}}, end: {like: start, arms: {near: {fore: 3}}}}",
            "arms.near",
        ),
        (
            "{props: [{kind: wall, height: -3}], moments: {start: {like: standing}}}",
            "props.0.height: must be more than 0",
        ),
    ],
)
def test_what_is_wrong_with_a_pose_is_said_at_its_field_and_nothing_is_lost(text: str, message: str) -> None:
    own = own_exercise(make_practice())
    client = signed_in(make_staff(own.practice))

    answer = change(client, page_of(own), figure=text)

    form: Any = answer.context["adminform"].form  # type: ignore[attr-defined]
    assert any(message in error for error in form.errors["figure"]), form.errors
    assert form["figure"].value() == text
    own.refresh_from_db()
    assert own.version == 1


@pytest.mark.parametrize(
    "start",
    [
        f"touches: {{stool: [{'head,' * 1700}]}}",
        f"stretched: [{'back,' * 3200}]",
        f"arrows: [{'{start: neck, end: head},' * 700}]",
    ],
)
def test_more_than_any_picture_needs_is_refused_before_it_is_drawn(start: str) -> None:
    text = f"""
props: [{"{kind: stool, x: 99}," * 100}]
moments: {{start: {{like: standing, {start}}}, {", ".join(f"{name}: {{like: start}}" for name in "abcde")}}}
"""

    with pytest.raises(FigureError) as refused:
        parsed(text, named_positions())

    assert any("at most 12, not " in message for message in refused.value.messages)


def test_what_is_wrong_is_said_in_a_readable_number_of_lines() -> None:
    with pytest.raises(FigureError) as refused:
        parsed(f"moments: {{start: {{like: standing, worked: [{'wing,' * 3000}]}}}}", named_positions())

    assert len(refused.value.messages) == 30


def test_an_empty_figure_is_none() -> None:
    own = own_exercise(make_practice())
    client = signed_in(make_staff(own.practice))

    change(client, page_of(own), figure="")

    own.refresh_from_db()
    assert own.figure == {}


def test_a_figure_is_drawn_while_it_is_written() -> None:
    client = signed_in(make_staff(make_practice()))

    drawn = figure_page(client, figure=KNEE, side="each_side").content.decode()
    wrong = figure_page(client, figure="moments: {start: {like: <b>}}").content.decode()

    assert drawn.count("<svg") == 3
    assert "<b>" not in wrong
    assert "&lt;b&gt;" in wrong
    assert figure_page(client, figure="").content.strip() == b""


def test_nobody_but_staff_of_a_practice_draws() -> None:
    practice = make_practice()

    assert figure_page(Client(), figure=KNEE).status_code == 302
    assert figure_page(signed_in(make_user(practice)), figure=KNEE).status_code == 302
    assert figure_page(signed_in(make_staff(None)), figure=KNEE).status_code == 403
    assert signed_in(make_staff(practice)).get(reverse("admin:catalogue_exercise_figure")).status_code == 405


def photo(size: tuple[int, int] = (2400, 1200), form: str = "JPEG") -> SimpleUploadedFile:
    """A picture with a place and a time in its metadata."""
    data, exif = io.BytesIO(), Image.Exif()
    exif[0x010F] = "CAMERA-OF-TESTINA"
    exif.get_ifd(0x8825)[2] = (52.0, 22.0, 12.0)
    Image.new("RGB", size, "teal").save(data, form, exif=exif)
    return SimpleUploadedFile("photo.jpg", data.getvalue(), content_type="image/jpeg")


def add_photo(client: Client, exercise: Exercise, upload: Any, moment: str = "end") -> HttpResponse:
    row = {"photos-TOTAL_FORMS": "1", "photos-0-moment": moment, "photos-0-upload": upload}
    return change(client, page_of(exercise), **row)


def test_an_uploaded_photograph_is_written_anew_without_its_metadata() -> None:
    own = own_exercise(make_practice())
    client = signed_in(make_staff(own.practice))

    answer = add_photo(client, own, photo())

    assert answer.status_code == 302
    stored = own.photos.get()
    jpeg = bytes(stored.jpeg)
    assert (stored.moment, stored.width, stored.height) == ("end", 1600, 800)
    assert b"TESTINA" not in jpeg
    assert b"Exif" not in jpeg
    assert len(Image.open(io.BytesIO(jpeg)).getexif()) == 0
    own.refresh_from_db()
    assert own.version == 2


def test_a_photograph_is_shown_to_its_practice_alone() -> None:
    own = own_exercise(make_practice())
    client = signed_in(make_staff(own.practice))
    add_photo(client, own, photo())
    address = reverse("admin:catalogue_exercise_photo", args=[own.pk, "end"])

    assert address in client.get(page_of(own)).content.decode()
    assert client.get(address)["Content-Type"] == "image/jpeg"
    assert signed_in(make_staff(make_practice("Stranger"))).get(address).status_code == 404
    assert Client().get(address).status_code == 302


@pytest.mark.parametrize(
    ("upload", "moment", "message"),
    [
        (SimpleUploadedFile("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"), "end", "not a PNG, JPEG or WebP"),
        (photo((4001, 10)), "end", "larger than 4000 by 4000 pixels"),
        (SimpleUploadedFile("x.png", b"\x89PNG" + b"0" * (10 * 1024 * 1024)), "end", "larger than 10 MB"),
        (SimpleUploadedFile("x.jpg", photo().read()[:2000]), "end", "damaged"),
        ("", "end", "Choose a photograph."),
        (photo(), "middle", "The exercise has no moment middle. It has: start, tilted, end."),
    ],
)
def test_what_is_no_photograph_is_refused_with_the_reason(upload: Any, moment: str, message: str) -> None:
    own = own_exercise(make_practice())

    answer = add_photo(signed_in(make_staff(own.practice)), own, upload, moment)

    assert message in errors_on(answer)
    assert not own.photos.exists()


def test_a_request_decodes_a_bounded_number_of_photographs(monkeypatch: pytest.MonkeyPatch) -> None:
    own = own_exercise(make_practice())
    decoded: list[Any] = []
    monkeypatch.setattr("catalogue.forms.photo_jpeg", lambda upload: decoded.append(upload) or (b"", (1, 1)))
    rows: dict[str, Any] = {"photos-TOTAL_FORMS": "40"}
    for number in range(40):
        rows |= {f"photos-{number}-moment": "end", f"photos-{number}-upload": photo((8, 8))}

    answer = change(signed_in(make_staff(own.practice)), page_of(own), **rows)

    assert answer.status_code == 200
    assert len(decoded) <= 12
    assert not own.photos.exists()
