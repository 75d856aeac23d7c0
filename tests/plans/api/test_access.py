"""Who may do what, over every route: the table in `docs/access.md`, tried out row by row and column by column."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from rest_framework.test import APIClient

from patients import models
from patients.models import AuthToken, Practice, Role
from plans.api.permissions import SCOPES
from tests.factories import make_integration, make_practice, make_user, token_for
from tests.plans.api.access_table import NAMED, ROWS, has_own_row, row_of, rows_for, rows_of
from tests.plans.api.routes import BY_LINK, CALLS, METHODS, Key, World, ask, make_nowhere, make_world, routes

pytestmark = pytest.mark.django_db

ROUTES = sorted(set(routes()))
KEYS = sorted(CALLS)
SHOWS_PATIENTS = [key for key in KEYS if CALLS[key].log]
HIDDEN = [key for key in KEYS if any(row.statuses["stranger"] in {400, 404} for row in rows_of(key))]


def is_called_with_a_token(key: Key) -> bool:
    return NAMED.get(key[0], "").startswith("/api/")


def member_client(key: Key, practice: Practice, role: str) -> APIClient:
    """A member as this route is called: with a token for the API, else with a session. Owners are staff."""
    user = make_user(practice, role, is_staff=role == Role.OWNER)
    return token_of(user) if is_called_with_a_token(key) else session_of(user)


def session_of(user: models.User) -> APIClient:
    client = APIClient()
    client.force_login(user)
    return client


def token_of(user: models.User) -> APIClient:
    return token_for(user, user.acting_practice)


def expired_token(world: World) -> APIClient:
    user = make_user(world.practice)
    client = token_of(user)
    AuthToken.objects.filter(user=user).update(expiry=timezone.now() - datetime.timedelta(seconds=1))
    return client


def dismissed_from(world: World, client_of: Callable[[models.User], APIClient] = token_of) -> APIClient:
    """A client that was let in, and whose user is a member no longer."""
    user = make_user(world.practice)
    client = client_of(user)
    user.memberships.all().delete()
    return client


ACTORS: dict[str, Callable[[Key, World], APIClient]] = {
    "anonymous": lambda key, world: APIClient(),
    "stranger": lambda key, world: member_client(key, make_practice("There"), Role.CLINICIAN),
    "assistant": lambda key, world: member_client(key, world.practice, Role.ASSISTANT),
    "clinician": lambda key, world: member_client(key, world.practice, Role.CLINICIAN),
    "owner": lambda key, world: member_client(key, world.practice, Role.OWNER),
    "expired token": lambda key, world: expired_token(world),
    "dismissed": lambda key, world: dismissed_from(world),
}
OUTSIDERS = ("anonymous", "stranger", "expired token", "dismissed")


@contextmanager
def undone() -> Iterator[None]:
    """What is done inside is taken back, so that the next actor finds the world as it was made."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


# The table and the routes say the same.


def test_every_route_has_a_row():
    assert [path for path, _ in ROUTES if not rows_for(path)] == []


def test_every_row_is_a_route():
    assert [row.path for row in ROWS if not any(row.covers(path) for path, _ in ROUTES)] == []


def test_every_row_is_tried_with_each_of_its_methods():
    tried = {(NAMED.get(name, name), method) for name, method in KEYS}
    whole = {(row.path, method) for row in ROWS if not row.path.endswith("…") for method in row.methods}

    assert {one for one in tried if has_own_row(one[0])} == whole
    for row in ROWS:
        assert any(row.covers(path) for path, _ in tried), f"{row.path} is not tried: add a call to routes.py."


def test_every_route_has_the_scope_of_its_row_or_none():
    stands = {NAMED[name]: {one for one in scopes if one} for name, scopes in SCOPES.items()}
    said = {row.path: set() for row in ROWS if row.scope != "–"}
    for row in ROWS:
        if row.scope != "–":
            said[row.path].add(row.scope)

    assert {path: scopes & said[path] for path, scopes in stands.items()} == said


def test_every_column_is_somebody_who_tries():
    trying = set(ACTORS) - {"dismissed"} | {"integration without scope", "integration with scope"}

    assert {actor for row in ROWS for actor in row.statuses} == trying


# The rows, tried.


@pytest.mark.parametrize("key", KEYS, ids="-".join)
def test_a_route_answers_each_person_as_its_row_says(key):
    world, row = make_world(), row_of(key)

    for actor, client_for in ACTORS.items():
        with undone():
            answer = ask(client_for(key, world), key, world)

            column = "expired token" if actor == "dismissed" else actor
            assert (actor, answer.status_code) == (actor, row.statuses[column]), answer.content
            if actor in OUTSIDERS and key[0] not in BY_LINK:
                assert_shows_nothing_of(world, answer, key)
            if answer.status_code >= 400 or actor == "stranger":
                assert_unchanged(world)


@pytest.mark.parametrize("key", [key for key in KEYS if is_called_with_a_token(key)], ids="-".join)
def test_a_route_answers_an_integration_as_its_row_says(key):
    world, row = make_world(), row_of(key)
    others = [one.scope for one in ROWS if one.scope not in {"–", row.scope}]
    given = {"integration without scope": sorted(set(others)), "integration with scope": [row.scope]}

    for actor, scopes in given.items():
        with undone():
            _, client = make_integration(world.practice, *(one for one in scopes if one != "–"))
            answer = ask(client, key, world)

            assert (actor, answer.status_code) == (actor, row.statuses[actor]), answer.content
            if answer.status_code >= 400:
                assert_shows_nothing_of(world, answer, key)
                assert_unchanged(world)


@pytest.mark.parametrize("key", HIDDEN, ids="-".join)
def test_a_stranger_is_answered_as_if_nothing_were_there(key):
    world, nowhere = make_world(), make_nowhere()
    stranger = ACTORS["stranger"](key, world)

    hidden, missing = ask(stranger, key, world), ask(stranger, key, nowhere)

    assert hidden.status_code == missing.status_code
    assert hidden.content == missing.content


@pytest.mark.parametrize("key", SHOWS_PATIENTS, ids="-".join)
def test_a_session_may_do_what_a_token_of_the_same_person_may_and_nothing_without_a_membership(key):
    world, row = make_world(), row_of(key)
    sessions = {
        "stranger": session_of(make_user(make_practice("There"))),
        "assistant": session_of(make_user(world.practice, Role.ASSISTANT)),
        "clinician": session_of(make_user(world.practice)),
        "dismissed": dismissed_from(world, session_of),
        "administrator": session_of(make_user(None, is_staff=True, is_superuser=True)),
    }

    for actor, session in sessions.items():
        with undone():
            answer = ask(session, key, world)

            assert (actor, answer.status_code) == (actor, row.statuses.get(actor, 403))
            if actor not in row.statuses:
                assert_shows_nothing_of(world, answer, key)


def test_a_method_without_a_row_is_refused_whoever_asks():
    world = make_world()

    for name, path in sorted({(key[0], NAMED[key[0]]) for key in KEYS if has_own_row(NAMED[key[0]])}):
        key = next(key for key in KEYS if key[0] == name)
        owner = ACTORS["owner"](key, world)
        for method in set(METHODS) - {method for row in rows_for(path) for method in row.methods}:
            answer = getattr(owner, method)(CALLS[key].url(name, world), {}, format="json")

            assert (path, method, answer.status_code) == (path, method, 405)
    assert_unchanged(world)


def test_asking_for_the_head_or_the_options_tells_nobody_anything():
    world = make_world()
    outsiders = [client_for(KEYS[0], world) for actor, client_for in ACTORS.items() if actor in OUTSIDERS]

    for key in KEYS:
        url = CALLS[key].url(key[0], world)
        for client in outsiders:
            for answer in (client.options(url), client.head(url)):
                assert answer.status_code in {200, 204, 302, 401, 403, 404, 405}, key
                assert_shows_nothing_of(world, answer, key)
    assert_unchanged(world)


def test_every_page_of_the_admin_site_asks_for_a_login_first():
    clinician = session_of(make_user(make_practice()))
    pages = [path for path, _ in ROUTES if path.startswith("/admin/") and "{" not in path and "?P<" not in path]
    assert len(pages) > 20

    for path in pages:
        for client in (APIClient(), clinician):
            answer = client.get(path)
            assert answer.status_code == 302 or path == "/admin/login/", path


def assert_shows_nothing_of(world: World, answer: Any, key: Key) -> None:
    sent = str(CALLS[key].json(world)) + CALLS[key].url(key[0], world)
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
    integration = models.Integration.objects.get(pk=world.integration.pk)
    assert (integration.digest, integration.revoked_at) == (world.integration.digest, None)
    assert world.revision.share_links.get().works
