"""Who may do what, over every route: nobody, the dismissed, the stranger, the assistant, the colleague."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from patients.models import Role
from tests.factories import make_client, make_practice, make_user, token_for
from tests.plans.api.routes import EXPECTED, Expected, Key, World, api_routes, make_world

pytestmark = pytest.mark.django_db

ROUTES = sorted(set(api_routes()))
NAMED = [f"{method} {name}" for name, method in ROUTES]
PUBLIC = {key for key, expected in EXPECTED.items() if expected.anonymous != 401} | {("login", "post")}


def expected_of(key: Key) -> Expected:
    assert key in EXPECTED, f"{key} has no entry in tests/plans/api/routes.py: say there who may do it."
    return EXPECTED[key]


def ask(client: APIClient, key: Key, world: World) -> Any:
    """The request, in the form in which it succeeds for a colleague."""
    name, method = key
    expected = expected_of(key)
    body = expected.json(world)
    headers = {"If-Match": f'"{world.plan.pk}.{world.plan.version}"'} if name in {"plan-detail", "plan-fixes"} else {}
    return getattr(client, method)(
        expected.url(name, world), None if method == "get" else body, format="json", headers=headers
    )


def test_every_entry_is_a_route():
    assert sorted(EXPECTED) == ROUTES


@pytest.mark.parametrize("key", ROUTES, ids=NAMED)
def test_nobody_and_those_who_left_come_in_only_where_everybody_does(key):
    world = make_world()
    dismissed = make_user(world.practice)
    client = token_for(dismissed, world.practice)
    dismissed.memberships.all().delete()

    assert ask(APIClient(), key, world).status_code == expected_of(key).anonymous
    assert ask(client, key, world).status_code in {401, expected_of(key).anonymous}
    assert (key in PUBLIC) or expected_of(key).anonymous == 401


@pytest.mark.parametrize("key", ROUTES, ids=NAMED)
def test_a_stranger_neither_sees_nor_changes_anything_of_ours(key):
    world = make_world()
    stranger = make_client(make_practice("There"))

    answer = ask(stranger, key, world)

    assert answer.status_code == expected_of(key).stranger
    sent = str(expected_of(key).json(world))
    for hidden in ("Testina", "Voorbeeld", *world.ids):
        assert hidden in sent or hidden.encode() not in answer.content
    assert_unchanged(world)


@pytest.mark.parametrize("key", ROUTES, ids=NAMED)
def test_an_assistant_reads_and_changes_nothing(key):
    world = make_world()
    assistant = make_client(world.practice, Role.ASSISTANT)

    answer = ask(assistant, key, world)

    assert answer.status_code == expected_of(key).assistant
    assert_unchanged(world)


@pytest.mark.parametrize("key", ROUTES, ids=NAMED)
def test_a_colleague_is_let_in(key):
    world = make_world()

    answer = ask(make_client(world.practice), key, world)

    assert answer.status_code == expected_of(key).colleague, answer.content


@pytest.mark.parametrize("key", [key for key in ROUTES if EXPECTED[key].assistant == 403], ids=str)
def test_an_owner_may_do_what_a_colleague_may(key):
    world = make_world()

    answer = ask(make_client(world.practice, Role.OWNER), key, world)

    assert answer.status_code == expected_of(key).colleague, answer.content


@pytest.mark.parametrize("key", ROUTES, ids=NAMED)
def test_asking_for_the_options_tells_a_stranger_nothing(key):
    world = make_world()
    path = expected_of(key).url(key[0], world)
    stranger, clerk = make_client(make_practice("There")), make_client(world.practice, Role.ASSISTANT)

    answers = [client.options(path) for client in (APIClient(), stranger, clerk)]

    assert all(answer.status_code in {200, 401, 404, 405} for answer in answers)
    assert not any(b"Voorbeeld" in answer.content for answer in answers)


def assert_unchanged(world: World) -> None:
    """Everything in the world is as it was made."""
    for made in (world.patient, world.episode, world.plan):
        now = type(made).objects.get(pk=made.pk)
        assert now.updated_at == made.updated_at
    assert world.plan.revisions.count() == 0
    assert (
        world.patient.episodes.count() == world.episode.phase_history.count() == world.episode.clearances.count() == 1
    )
    assert world.episode.plans.count() == 2
