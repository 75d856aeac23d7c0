"""The number of queries is the same however many rows there are."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from plans.models import Plan
from tests.factories import (
    make_copy,
    make_episode,
    make_own_exercise,
    make_patient,
    make_plan,
    make_revision,
)

pytestmark = pytest.mark.django_db

TWELVE = (
    "warm-up-walk",
    "pelvic-tilt",
    "knee-to-chest",
    "double-knee-to-chest",
    "back-rotation",
    "hamstring-stretch",
    "half-sit-up",
    "prone-lying",
    "cervical-mobilisation-sitting",
    "wall-sit",
    "bridge",
    "single-leg-stance",
)


def queries(client, path: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        answer = client.get(path)
    assert answer.status_code == 200, answer.content
    return len(captured)


def length(client, path: str) -> int:
    said = client.get(path).json()
    return len(said if isinstance(said, list) else said["results"])


@pytest.mark.parametrize(
    "name", ["exercises", "groups", "muscles", "articles", "protocols", "exercises/bridge", "equipment", "rules"]
)
def test_the_catalogue_takes_as_many_queries_for_a_page_as_for_one(client, practice, name):
    make_copy("bridge", practice)
    make_own_exercise(practice)
    path = f"/api/v1/{name}/"
    client.get(path)

    few, many = queries(client, f"{path}?page_size=1"), queries(client, f"{path}?page_size=100")

    assert few == many <= 16


@pytest.mark.parametrize(
    "query",
    [
        "group=basic&phase=chronic&protocol=back-care",
        "effect=stretches&muscle=hamstrings",
        "search=been&language=nl&ordering=name",
        "equipment=wall&position=standing&side=each_side&category=strengthening",
    ],
)
def test_filters_add_a_few_queries_at_most(client, query):
    client.get("/api/v1/exercises/")

    assert queries(client, f"/api/v1/exercises/?page_size=100&{query}") <= 19


def test_lists_of_practice_data_take_as_many_queries_for_many_rows_as_for_one(client, practice):
    def make(*values: str) -> None:
        for value in values:
            patient = make_patient(practice, identifiers=[("https://records.example", value)])
            make_plan(make_episode(patient), *TWELVE[: 2 * len(values)])

    paths = [f"/api/v1/{name}/?page_size=100" for name in ("patients", "episodes", "plans")]
    make("0")
    few = [queries(client, path) for path in paths]
    make("1", "2", "3", "4", "5")

    assert [length(client, path) for path in paths] == [6, 6, 6]
    assert [queries(client, path) for path in paths] == few
    assert max(few) <= 9


def test_a_patients_episodes_and_a_plans_revisions_take_as_many_queries_for_many_as_for_one(client, practice):
    patient = make_patient(practice)
    plan = make_plan(make_episode(patient))
    make_revision(plan)
    paths = [f"/api/v1/patients/{patient.pk}/episodes/", f"/api/v1/plans/{plan.pk}/revisions/", "/api/v1/revisions/"]
    few = [queries(client, path) for path in paths]

    for title in ("Second", "Third"):
        make_episode(patient)
        Plan.objects.filter(pk=plan.pk).update(title=title)
        make_revision(plan)

    assert [length(client, path) for path in paths] == [3, 3, 3]
    assert [queries(client, path) for path in paths] == few


def test_findings_take_as_many_queries_for_twelve_exercises_as_for_one(client, practice):
    episode = make_episode(make_patient(practice))
    small, large = (f"/api/v1/plans/{make_plan(episode, *codes).pk}/findings/" for codes in (TWELVE[:1], TWELVE))
    client.get(small)

    assert queries(client, small) == queries(client, large) <= 20


def test_findings_after_a_long_history_take_no_more_queries(client, practice):
    episode = make_episode(make_patient(practice))
    path = f"/api/v1/plans/{make_plan(episode, *TWELVE).pk}/findings/"
    client.get(path)
    before = queries(client, path)

    for weeks in (4, 5, 6):
        make_revision(make_plan(episode, weeks=weeks))

    assert queries(client, path) == before


def test_the_first_check_after_a_change_of_the_catalogue_takes_a_fixed_number_of_queries(client, practice):
    path = f"/api/v1/plans/{make_plan(make_episode(make_patient(practice))).pk}/findings/"
    client.get(path)

    make_own_exercise(practice)

    assert queries(client, path) <= 40
