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
WRITES = [key for key in ROUTES if key in EXPECTED and EXPECTED[key].assistant == 403]
PUBLIC = {("schema", "get"), ("docs", "get"), ("programme-schema", "get"), ("login", "post")}


def expected_of(key: Key) -> Expected:
    assert key in EXPECTED, f"{key} has no entry in tests/plans/api/routes.py: say there who may do it."
    return EXPECTED[key]


def ask(client: APIClient, key: Key, world: World) -> Any:
    """The request, in the form in which it succeeds for a colleague."""
    name, method = key
    expected = expected_of(key)
    body = None if method == "get" else expected.json(world)
    headers = {"If-Match": f'"{world.plan.pk}.{world.plan.version}"'} if name in {"plan-detail", "plan-fixes"} else {}
    return getattr(client, method)(expected.url(name, world), body, format="json", headers=headers)


def test_every_entry_is_a_route():
    assert sorted(EXPECTED) == ROUTES


@pytest.mark.parametrize("key", ROUTES, ids=str)
def test_a_route_lets_in_whom_it_should_and_nobody_else(key):
    world = make_world()
    stranger, assistant = make_client(make_practice("There")), make_client(world.practice, Role.ASSISTANT)
    colleague = make_client(world.practice)
    expected = expected_of(key)

    assert ask(APIClient(), key, world).status_code == expected.anonymous
    assert (expected.anonymous == 401) != (key in PUBLIC - {("login", "post")})

    assert ask(dismissed_from(world), key, world).status_code == expected.anonymous

    answer = ask(stranger, key, world)
    assert answer.status_code == expected.stranger
    assert_shows_nothing_of(world, answer, sent=str(expected.json(world)))
    assert_unchanged(world)

    assert ask(assistant, key, world).status_code == expected.assistant
    assert_unchanged(world)

    answer = ask(colleague, key, world)
    assert answer.status_code == expected.colleague, answer.content


@pytest.mark.parametrize("key", WRITES, ids=str)
def test_an_owner_may_do_what_a_colleague_may(key):
    world = make_world()

    answer = ask(make_client(world.practice, Role.OWNER), key, world)

    assert answer.status_code == expected_of(key).colleague, answer.content


def test_asking_for_the_options_tells_nobody_anything():
    world = make_world()
    stranger, assistant = make_client(make_practice("There")), make_client(world.practice, Role.ASSISTANT)

    for key in ROUTES:
        for client in (APIClient(), stranger, assistant):
            answer = client.options(expected_of(key).url(key[0], world))
            assert answer.status_code in {200, 401, 403, 404, 405}, key
            assert_shows_nothing_of(world, answer)


def test_an_account_without_a_practice_sees_no_patients():
    world = make_world()
    administrator = APIClient()
    administrator.force_login(make_user(None, is_staff=True, is_superuser=True))

    for key in ROUTES:
        if expected_of(key).log:
            assert ask(administrator, key, world).status_code in {403, 404}, key


def dismissed_from(world: World) -> APIClient:
    """A client whose token is good and whose membership is gone."""
    dismissed = make_user(world.practice)
    client = token_for(dismissed, world.practice)
    dismissed.memberships.all().delete()
    return client


def assert_shows_nothing_of(world: World, answer: Any, sent: str = "") -> None:
    for hidden in ("Testina", "Voorbeeld", *world.ids):
        assert hidden in sent or hidden.encode() not in answer.content


def assert_unchanged(world: World) -> None:
    """Everything in the world is as it was made."""
    for made in (world.patient, world.episode, world.plan):
        assert type(made).objects.get(pk=made.pk).updated_at == made.updated_at
    assert world.plan.revisions.count() == 0
    assert world.patient.episodes.count() == 1
    assert world.episode.phase_history.count() == world.episode.clearances.count() == 1
    assert world.episode.plans.count() == 2
