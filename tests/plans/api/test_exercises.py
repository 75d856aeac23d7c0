from __future__ import annotations

import datetime

import pytest

from catalogue.models import Exercise, ExerciseEffect, ExerciseText, PhaseSuitability
from patients.models import Role
from tests.factories import make_client, make_copy, make_own_exercise, make_practice

pytestmark = pytest.mark.django_db

EXERCISES = "/api/v1/exercises/"


@pytest.fixture
def client():
    return make_client(make_practice(), Role.ASSISTANT)


def codes(client, query: str = "") -> list[str]:
    answer = client.get(f"{EXERCISES}?page_size=100&{query}")
    assert answer.status_code == 200, answer.content
    return [one["code"] for one in answer.json()["results"]]


STRETCHED_HAMSTRINGS = {"straight-leg-raise", "hamstring-stretch"}
STRENGTHENED_HAMSTRINGS = {"prone-extension-leg-bends", "bridge"}
ON_HANDS_OR_KNEES = {"hip-flexor-stretch", "bird-dog", "front-plank-knees"}
SITTING = {"back-muscles-stretch", "neck-shoulder-stretch", "cervical-mobilisation-sitting", "gluteal-stretch"}
ON_STOMACH = {"prone-lying", "prone-press-up", "prone-extension-lying", "prone-extension-leg-bends"}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("group=opening", {"pelvic-tilt"}),
        ("group=back_extension", ON_STOMACH),
        ("protocol=back-care&group=extra", {"wall-leg-push", "wall-sit", "side-leg-raise"}),
        ("effect=relaxes", {"prone-lying", "prone-extension-lying", "thoracic-mobilisation-supine"}),
        ("category=relaxation", {"prone-lying", "prone-extension-lying", "thoracic-mobilisation-supine"}),
        ("muscle=hamstrings", STRETCHED_HAMSTRINGS | STRENGTHENED_HAMSTRINGS),
        ("muscle=hamstrings&effect=stretches", STRETCHED_HAMSTRINGS),
        ("muscle=hamstrings&effect=strengthens", STRENGTHENED_HAMSTRINGS),
        ("muscle=hamstrings&category=strengthening", STRENGTHENED_HAMSTRINGS),
        ("effect=relaxes&category=stretching", set()),
        ("phase=acute", set()),
        ("phase=chronic&group=opening", {"pelvic-tilt"}),
        ("position=long_sitting", {"gluteal-stretch"}),
        ("position=sitting", SITTING),
        ("position=hands_and_knees", {"bird-dog"}),
        ("position=kneeling", ON_HANDS_OR_KNEES),
        ("equipment=home_trainer", {"warm-up-cycle"}),
        (
            "equipment=wall",
            {"gluteal-stretch", "single-leg-stance", "tandem-stance", "wall-leg-push", "wall-sit"},
        ),
        ("equipment=none&group=warm_up", {"warm-up-walk", "warm-up-shoulder-rolls", "warm-up-muscle-tensing"}),
        ("side=alternating", {"prone-extension-leg-bends", "dead-bug", "bird-dog"}),
        ("side=each_side&group=extra", {"wall-leg-push", "side-leg-raise"}),
    ],
)
def test_a_filter_shows_those_that_match_and_no_others(client, query, expected):
    found = codes(client, query)

    assert set(found) == expected
    assert len(found) == len(expected)


def test_each_page_says_how_many_there_are_and_where_the_next_is(client):
    first = client.get(f"{EXERCISES}?page_size=40").json()

    assert (first["count"], len(first["results"])) == (Exercise.objects.count(), 40)
    assert first["previous"] is None
    second = client.get(first["next"]).json()
    assert not {one["code"] for one in first["results"]} & {one["code"] for one in second["results"]}
    assert len(client.get(EXERCISES).json()["results"]) == 25


def test_a_phase_means_indicated_within_the_asked_protocol(client):
    shown = codes(client, "phase=post_acute&protocol=back-care")
    assert "bridge" in shown
    assert "full-sit-up" not in shown

    PhaseSuitability.objects.filter(placement__exercise__code="bridge", phase="post_acute").update(level="caution")

    assert "bridge" not in codes(client, "phase=post_acute&protocol=back-care")


@pytest.mark.parametrize(
    ("language", "words", "expected"),
    [
        ("nl", "knieën borst", "double-knee-to-chest"),
        ("nl", "KNIEEN  beide", "double-knee-to-chest"),
        ("en", "chest both", "double-knee-to-chest"),
        ("en", "squeaky bridge", None),
        ("en", "bruggetje", None),
        ("nl", "bruggetje", "bridge"),
    ],
)
def test_a_search_is_for_every_word_in_the_language_whatever_accents_and_capitals(client, language, words, expected):
    found = codes(client, f"search={words}&language={language}")

    assert (expected in found) if expected else (found == [])


def test_a_search_in_the_language_that_the_header_asks(client):
    found = client.get(f"{EXERCISES}?search=bruggetje", headers={"Accept-Language": "nl"}).json()["results"]

    assert [one["code"] for one in found] == ["bridge"]


def test_the_order_is_by_code_unless_another_is_asked(client):
    everything = codes(client)

    assert everything == sorted(everything)
    assert codes(client, "ordering=-code") == sorted(everything, reverse=True)
    assert codes(client, "ordering=updated_at")[-1] == codes(client, "ordering=-updated_at")[0]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_order_by_name_is_that_of_the_asked_language(client, language):
    answer = client.get(f"{EXERCISES}?page_size=100&ordering=name&language={language}").json()["results"]
    backwards = codes(client, f"ordering=-name&language={language}")

    names = dict(ExerciseText.objects.filter(language=language).values_list("exercise__code", "name"))
    assert [one["name"] for one in answer] == sorted(names.values())
    assert backwards == [one["code"] for one in reversed(answer)]


def test_what_was_withdrawn_is_shown_only_when_asked(client):
    Exercise.objects.filter(code="bridge").update(withdrawn_on=datetime.date(2026, 1, 31))

    assert "bridge" not in codes(client)
    assert "bridge" not in codes(client, "withdrawn=false")
    assert "bridge" in codes(client, "withdrawn=true")
    assert client.get(f"{EXERCISES}bridge/").json()["withdrawn_on"] == "2026-01-31"


@pytest.mark.parametrize(
    "parameter",
    [
        "group=nonsense",
        "protocol=nonsense",
        "phase=nonsense",
        "effect=nonsense",
        "category=nonsense",
        "muscle=nonsense",
        "position=nonsense",
        "equipment=nonsense",
        "side=left",
        "ordering=nonsense",
        "withdrawn=perhaps",
        "language=tlh",
        "grupo=opening",
        "search=%00",
    ],
)
def test_an_unknown_code_or_parameter_is_refused_by_name(client, parameter):
    answer = client.get(f"{EXERCISES}?{parameter}")

    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["errors"][0]["parameter"] == parameter.split("=")[0]


def test_an_exercise_speaks_the_asked_language_and_says_which(client):
    path = f"{EXERCISES}knee-to-chest/"
    ExerciseText.objects.filter(exercise__code="knee-to-chest").exclude(language__in=["en", "nl"]).delete()

    by_query = client.get(f"{path}?language=nl").json()
    by_header = client.get(path, headers={"Accept-Language": "nl-NL,en;q=0.5"}).json()
    query_first = client.get(f"{path}?language=en", headers={"Accept-Language": "nl"}).json()
    untranslated = client.get(f"{path}?language=fr").json()

    assert (by_query["language"], by_query["name"]) == ("nl", "Knie naar de borst")
    assert by_query["effects"][0]["muscle_name"] != by_query["effects"][0]["muscle"]
    assert by_header == by_query
    assert (query_first["language"], query_first["name"]) == ("en", "Knee to chest")
    assert (untranslated["language"], untranslated["languages"]) == ("en", ["en", "nl"])


def test_an_exercise_comes_with_everything_about_it(client):
    said = client.get(f"{EXERCISES}single-leg-stance/").json()

    assert said["equipment"] == [["table", "wall", "chair"]]
    assert said["precautions"] == {"dizziness": "caution"}
    assert said["posture"] == "standing"
    assert [(one["effect"], one["category"], one["muscle"]) for one in said["effects"]] == [
        ("stabilises", "stabilisation", "ankles"),
        ("stabilises", "stabilisation", "pelvis"),
    ]
    assert [(one["protocol"], one["group"]) for one in said["placements"]] == [("back-care", "core_balance")]
    assert said["placements"][0]["phases"]["acute"] == "caution"
    assert len(said["steps"]) == len(said["step_moments"])
    assert said["own"] is False
    assert client.get(f"{EXERCISES}half-sit-up-arms-crossed/").json()["progression_of"] == "half-sit-up"


def test_a_practice_sees_its_own_copy_and_another_practice_does_not():
    here, there = make_practice("Here"), make_practice("There")
    ours, theirs = make_client(here), make_client(there)
    copy = make_copy("bridge", here)
    copy.texts.filter(language="nl").update(name="Onze brug")
    ExerciseEffect.objects.filter(exercise=copy, effect="stabilises").delete()

    assert codes(ours).count("bridge") == codes(theirs).count("bridge") == 1
    assert "bridge" not in codes(ours, "effect=stabilises")
    assert "bridge" in codes(theirs, "effect=stabilises")
    seen_here, seen_there = (one.get(f"{EXERCISES}bridge/?language=nl").json() for one in (ours, theirs))
    assert (seen_here["own"], seen_here["name"]) == (True, "Onze brug")
    assert (seen_there["own"], seen_there["name"]) == (False, "Bruggetje")


def test_an_exercise_of_another_practice_does_not_exist():
    here, there = make_practice("Here"), make_practice("There")
    own = make_own_exercise(here)
    ours, theirs = make_client(here), make_client(there)

    assert own.code in codes(ours)
    assert own.code not in codes(theirs)
    assert own.code in codes(ours, "search=huisoefening&language=nl")
    hidden, missing = theirs.get(f"{EXERCISES}{own.code}/"), theirs.get(f"{EXERCISES}no-such-exercise/")
    assert (hidden.status_code, hidden.content) == (missing.status_code, missing.content) == (404, missing.content)


def test_the_answer_says_its_language():
    client = make_client(make_practice())

    assert client.get("/api/v1/exercises/?language=nl")["Content-Language"] == "nl"
    assert client.get("/api/v1/exercises/", headers={"Accept-Language": "nl"})["Content-Language"] == "nl"
