"""Figures and photographs over HTTP: what is shown to whom, how long it is kept, and what is refused."""

from __future__ import annotations

import hashlib
import io
import xml.etree.ElementTree as ET
from typing import Any

import pytest
from PIL import Image

from catalogue.copying import copy_exercise
from catalogue.figures.palette import TONES
from catalogue.models import Exercise, Photo
from tests.factories import make_practice

pytestmark = pytest.mark.django_db

FIGURE = "/api/v1/exercises/knee-to-chest/figure.svg"


def make_photo(exercise: Exercise, moment: str = "end") -> Photo:
    data = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(data, "JPEG")
    jpeg = data.getvalue()
    digest = hashlib.sha256(jpeg).hexdigest()
    return Photo.objects.create(exercise=exercise, moment=moment, jpeg=jpeg, width=40, height=30, digest=digest)


def pictures(client: Any, code: str = "knee-to-chest", language: str = "en") -> list[dict[str, Any]]:
    answer = client.get(f"/api/v1/exercises/{code}/?language={language}")
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = answer.json()["pictures"]
    return found


def problem(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    found: dict[str, Any] = answer.json()
    return found


def test_each_moment_has_a_picture_whose_address_can_be_kept_for_ever(client):
    found = pictures(client)

    assert [one["moment"] for one in found] == ["start", "tilted", "end"]
    for one in found:
        answer = client.get(one["url"])
        assert answer.status_code == 200, one
        assert answer["Content-Type"] == "image/svg+xml"
        assert "immutable" in answer["Cache-Control"]
        assert ET.fromstring(answer.content).tag.endswith("svg")  # noqa: S314


@pytest.mark.parametrize(("language", "words"), [("en", "Slowly bring your left knee"), ("nl", "linkerknie")])
def test_the_alternative_is_of_the_exercises_own_words(client, language, words):
    end = pictures(client, language=language)[-1]["alternative"]

    assert words in end
    assert end.startswith(client.get(f"/api/v1/exercises/knee-to-chest/?language={language}").json()["name"])


def test_the_start_is_shown_where_no_moment_is_asked(client):
    assert client.get(FIGURE).content == client.get(f"{FIGURE}?moment=start").content
    assert client.get(FIGURE).content != client.get(f"{FIGURE}?moment=end").content


def test_without_its_hash_a_picture_is_kept_for_a_day(client):
    assert client.get(FIGURE)["Cache-Control"] == "private, max-age=86400"


def test_a_hash_of_before_shows_what_there_is_now_and_is_not_kept(client):
    answer = client.get(f"{FIGURE}?v=0123456789abcdef")

    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-cache"


def test_who_has_the_picture_gets_no_other(client):
    tag = client.get(FIGURE)["ETag"]

    answer = client.get(FIGURE, headers={"If-None-Match": f'W/{tag}, "other"'})

    assert (answer.status_code, answer.content) == (304, b"")
    assert answer["ETag"] == tag


def test_another_pose_gives_another_address(client, practice):
    before = pictures(client)
    copy = copy_exercise(exercise=Exercise.objects.get(code="knee-to-chest", practice=None), practice=practice)
    copy.figure["moments"]["start"]["at"] = 3.0
    copy.save()

    after = pictures(client)

    assert [one["url"] for one in after] != [one["url"] for one in before]
    assert client.get(before[0]["url"])["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("tone", TONES)
def test_a_look_can_be_asked(client, tone):
    assert TONES[tone].skin in client.get(f"{FIGURE}?tone={tone}").content.decode()


def test_a_practice_has_its_own_look(client, practice):
    practice.figure_tone, practice.figure_hair = "dark", "tied"
    practice.save()

    assert TONES["dark"].skin in client.get(FIGURE).content.decode()
    assert "tone=dark&hair=tied" in pictures(client)[0]["url"]


def test_a_picture_is_mirrored_to_the_asked_side(client):
    left, right = (client.get(f"{FIGURE}?side={side}") for side in ("left", "right"))

    assert left.content != right.content
    assert left["ETag"] != right["ETag"]
    assert client.get(FIGURE).content == left.content


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("tone=green", "tone"),
        ("hair=none", "hair"),
        ("side=both", "side"),
        ("language=xx", "language"),
        ("mood=sad", "mood"),
    ],
)
def test_what_is_not_known_is_refused_by_name(client, query, parameter):
    errors = problem(client.get(f"{FIGURE}?{query}"), 400)["errors"]

    assert [error["parameter"] for error in errors] == [parameter]


@pytest.mark.parametrize("address", [f"{FIGURE}?moment=middle", FIGURE.replace("knee-to-chest", "no-such")])
def test_what_is_not_there_is_not_found(client, address):
    problem(client.get(address), 404)


def test_an_exercise_without_a_figure_has_none(client, practice):
    Exercise.objects.filter(code="bridge").update(figure={})

    assert pictures(client, "bridge") == []
    problem(client.get("/api/v1/exercises/bridge/figure.svg"), 404)


@pytest.mark.parametrize("accept", ["image/svg+xml", "image/*", "*/*", "application/json"])
def test_a_browser_gets_it_whatever_it_accepts(client, accept):
    assert client.get(FIGURE, headers={"Accept": accept}).status_code == 200


def test_a_picture_may_run_nothing(client):
    answer = client.get(FIGURE)

    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"


# Photographs.


def test_a_photograph_stands_in_for_the_figure_of_its_moment(client, practice):
    copy = copy_exercise(exercise=Exercise.objects.get(code="knee-to-chest", practice=None), practice=practice)
    photo = make_photo(copy)

    *figures, end = pictures(client)

    assert ([one["kind"] for one in figures], end["kind"]) == (["figure", "figure"], "photo")
    answer = client.get(end["url"])
    assert answer["Content-Type"] == "image/jpeg"
    assert "immutable" in answer["Cache-Control"]
    assert answer.content == bytes(photo.jpeg)


def test_another_practices_photograph_is_as_unknown_as_none(client):
    stranger = make_practice("Stranger")
    copy = copy_exercise(exercise=Exercise.objects.get(code="knee-to-chest", practice=None), practice=stranger)
    make_photo(copy)

    answer = problem(client.get("/api/v1/exercises/knee-to-chest/photo.jpg?moment=end"), 404)

    assert answer["detail"] == problem(client.get("/api/v1/exercises/bridge/photo.jpg?moment=end"), 404)["detail"]
    assert [one["kind"] for one in pictures(client)] == ["figure"] * 3


def test_a_copy_of_an_exercise_keeps_its_photographs(practice):
    exercise = Exercise.objects.get(code="bridge", practice=None)
    photo = make_photo(exercise, "start")

    copy = copy_exercise(exercise=exercise, practice=practice)

    assert copy.photos.get().digest == photo.digest
