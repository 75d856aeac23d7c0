"""Who may do what, over every route: the table in `docs/access.md`, tried out row by row and column by column."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from rest_framework.test import APIClient

from patients import models
from patients.accounts import LOGGED_IN_AT
from patients.history import Change
from patients.models import AuthToken, Practice, Role
from plans.api.permissions import SCOPES
from tests.factories import make_integration, make_practice, make_user, token_for
from tests.plans.api.access_table import NAMED, ROWS, row_of, rows_for, rows_of
from tests.plans.api.pages import PAGES
from tests.plans.api.routes import BY_LINK, CALLS, METHODS, Key, World, ask, make_nowhere, make_world

pytestmark = pytest.mark.django_db

KEYS = sorted(CALLS)
SHOWS_PATIENTS = [key for key in KEYS if CALLS[key].log]
STRANGERS = ("stranger", "owner elsewhere")


def is_called_with_a_token(key: Key) -> bool:
    return NAMED[key[0]].startswith("/api/")


def is_page(key: Key) -> bool:
    return NAMED[key[0]].startswith(PAGES)


def is_hidden(key: Key, actor: str) -> bool:
    """Whether a stranger is told that there is nothing; the admin leads to its first page then."""
    told = {302, 400, 404} if is_page(key) and actor == "owner elsewhere" else {400, 404}
    return bool(CALLS[key].kwargs) and any(row.statuses[actor] in told for row in rows_of(key))


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """One for all: whoever changes it is `undone`."""
    with django_db_blocker.unblock(), undone():
        made = make_world()
        MADE.update({model: said_by(rows) for model, rows in rows_of_practices()})
        yield made


MADE: dict[Any, list[dict[str, Any]]] = {}
"""Every row of a practice, an account or a patient, as the world was made."""
KEPT_BY_TRIGGERS = {"AccessEvent", "Erasure", "IssuedPicture", "LogSeal", "Revision"}
OF_PRACTICES = {"Exercise", "ExerciseText", "Protocol", "Group", "Article", "Photo"}


def said_by(rows: Any) -> list[dict[str, Any]]:
    """What stands in rows, but for when somebody signed in."""
    fields = [one.attname for one in rows.model._meta.concrete_fields if one.name not in {"last_login", "last_used_at"}]
    return list(rows.order_by("pk").values(*fields))


def rows_of_practices() -> Iterator[tuple[Any, Any]]:
    """Of the catalogue what is a practice's own."""
    for model in apps.get_models():
        name, app = model.__name__, model._meta.app_label
        if issubclass(model, Change) or name in KEPT_BY_TRIGGERS:
            continue
        if app in {"patients", "plans", "mfa"}:
            yield model, model._base_manager.all()
        elif app == "catalogue" and name in OF_PRACTICES:
            fields = {field.name for field in model._meta.concrete_fields}
            path = next(one for one in ("practice", "exercise", "protocol") if one in fields)
            own = path if path == "practice" else f"{path}__practice"
            yield model, model._base_manager.exclude(**{own: None})


def member_client(key: Key, practice: Practice, role: str) -> APIClient:
    """A member as this route is called: with a token for the API, else with a session. Owners are staff."""
    user = make_user(practice, role, is_staff=role == Role.OWNER)
    return token_of(user) if is_called_with_a_token(key) else session_of(user)


def session_of(user: models.User) -> APIClient:
    """Of somebody who gave the password a moment ago, as what is delicate demands."""
    client = APIClient()
    client.force_login(user)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "reauthenticated": True}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client


def token_of(user: models.User) -> APIClient:
    return token_for(user, user.acting_practice)


def expired(key: Key, world: World) -> APIClient:
    """A token after its end, or a session after its."""
    client = member_client(key, world.practice, Role.OWNER)
    if is_called_with_a_token(key):
        AuthToken.objects.update(expiry=timezone.now() - datetime.timedelta(seconds=1))
    else:
        session = client.session
        session[LOGGED_IN_AT] = 0
        session.save()
    return client


def dismissed_from(world: World, client_of: Callable[[models.User], APIClient] = token_of, **fields: Any) -> APIClient:
    """A client that was let in, and whose user is a member no longer."""
    user = make_user(world.practice, **fields)
    client = client_of(user)
    user.memberships.all().delete()
    return client


ACTORS: dict[str, Callable[[Key, World], APIClient]] = {
    "anonymous": lambda key, world: APIClient(),
    "stranger": lambda key, world: member_client(key, make_practice("There"), Role.CLINICIAN),
    "owner elsewhere": lambda key, world: member_client(key, make_practice("There"), Role.OWNER),
    "assistant": lambda key, world: member_client(key, world.practice, Role.ASSISTANT),
    "clinician": lambda key, world: member_client(key, world.practice, Role.CLINICIAN),
    "owner": lambda key, world: member_client(key, world.practice, Role.OWNER),
    "superuser": lambda key, world: session_of(world.administrator),
    "expired": expired,
}
BY_SECRET = {*BY_LINK, "invitation"}
OUTSIDERS = ("anonymous", *STRANGERS, "expired")


@contextmanager
def undone() -> Iterator[None]:
    """What is done inside is taken back, so that the next actor finds the world as it was made."""
    try:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
    finally:
        cache.clear()


# The table and the routes say the same.


def test_every_route_has_a_row():
    assert [path for path in NAMED.values() if not rows_for(path)] == []


def test_every_row_is_a_route():
    assert [row.path for row in ROWS if row.path not in NAMED.values()] == []


def test_every_row_is_tried_with_each_of_its_methods():
    tried = {(NAMED[name], method) for name, method in KEYS}

    assert tried == {(row.path, method) for row in ROWS for method in row.methods}


def test_every_route_has_the_scope_of_its_row_or_none():
    stands = {NAMED[name]: {one for one in scopes if one} for name, scopes in SCOPES.items()}
    said = {row.path: set() for row in ROWS if row.scope != "–"}
    for row in ROWS:
        if row.scope != "–":
            said[row.path].add(row.scope)

    assert {path: scopes & said[path] for path, scopes in stands.items()} == said


def test_every_column_is_somebody_who_tries():
    trying = set(ACTORS) | {"integration without scope", "integration with scope"}

    assert {actor for row in ROWS for actor in row.statuses} == trying


# The rows, tried.


@pytest.mark.parametrize("key", KEYS, ids="-".join)
def test_a_route_answers_each_person_as_its_row_says(key, world):
    row = row_of(key)

    for actor, client_for in ACTORS.items():
        with undone():
            answer = ask(client_for(key, world), key, world)

            assert (actor, answer.status_code) == (actor, row.statuses[actor]), answer.content
            if answer.status_code >= 400 or (actor in OUTSIDERS and key[0] not in BY_SECRET):
                assert_shows_nothing_of(world, answer, key)
                assert_unchanged(world)


@pytest.mark.parametrize("key", KEYS, ids="-".join)
def test_a_route_answers_an_integration_as_its_row_says(key, world):
    row = row_of(key)
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


@pytest.mark.parametrize("key", [key for key in KEYS if is_called_with_a_token(key)], ids="-".join)
def test_who_is_a_member_no_longer_is_answered_as_if_the_token_had_ended(key, world):
    with undone():
        answer = ask(dismissed_from(world), key, world)

        assert answer.status_code == row_of(key).statuses["expired"]
        assert_shows_nothing_of(world, answer, key)
        assert_unchanged(world)


@pytest.mark.parametrize("key", [key for key in KEYS if is_page(key)], ids="-".join)
def test_staff_who_are_members_no_longer_neither_see_nor_change_anything_of_the_practice(key, world):
    with undone():
        answer = ask(dismissed_from(world, session_of, role=Role.OWNER, is_staff=True), key, world)

        assert_shows_nothing_of(world, answer, key)
        assert_unchanged(world)


@pytest.mark.parametrize(
    ("actor", "key"), [(actor, key) for key in KEYS for actor in STRANGERS if is_hidden(key, actor)], ids=str
)
def test_a_stranger_is_answered_as_if_nothing_were_there(actor, key, world):
    with undone():
        stranger, nowhere = ACTORS[actor](key, world), make_nowhere(world)

        hidden, missing = ask(stranger, key, world), ask(stranger, key, nowhere)

        assert hidden.status_code == missing.status_code
        assert hidden.content == missing.content
        led_to = [
            answer.get("Location", "").replace(CALLS[key].url(key[0], there), "…")
            for answer, there in ((hidden, world), (missing, nowhere))
        ]
        assert led_to[0] == led_to[1]


@pytest.mark.parametrize("key", SHOWS_PATIENTS, ids="-".join)
def test_a_session_may_do_what_a_token_of_the_same_person_may_and_nothing_without_a_membership(key, world):
    row = row_of(key)
    sessions = {
        "stranger": session_of(make_user(make_practice("There"))),
        "assistant": session_of(make_user(world.practice, Role.ASSISTANT)),
        "clinician": session_of(make_user(world.practice)),
        "dismissed": dismissed_from(world, session_of),
    }

    for actor, session in sessions.items():
        with undone():
            answer = ask(session, key, world)

            assert (actor, answer.status_code) == (actor, row.statuses.get(actor, 403))
            if actor not in row.statuses:
                assert_shows_nothing_of(world, answer, key)


def test_a_method_without_a_row_is_refused_whoever_asks(world):
    for name, path in sorted(NAMED.items()):
        key = next(key for key in KEYS if key[0] == name)
        owner = ACTORS["owner"](key, world)
        for method in set(METHODS) - {method for row in rows_for(path) for method in row.methods}:
            answer = getattr(owner, method)(CALLS[key].url(name, world), {}, format="json")

            assert (path, method, answer.status_code) == (path, method, 405)
    assert_unchanged(world)


def test_asking_for_the_head_or_the_options_tells_nobody_anything(world):
    for name in NAMED:
        key = next(key for key in KEYS if key[0] == name)
        for actor in OUTSIDERS:
            client, url = ACTORS[actor](key, world), CALLS[key].url(name, world)
            for answer in (client.options(url), client.head(url)):
                assert answer.status_code in {200, 204, 302, 401, 403, 404, 405}, key
                assert_shows_nothing_of(world, answer, key)
        if not url.startswith("/api/"):
            assert ACTORS["owner"](key, world).options(url).status_code == 405, key
    assert_unchanged(world)


def assert_shows_nothing_of(world: World, answer: Any, key: Key) -> None:
    sent = str(CALLS[key].json(world)) + CALLS[key].url(key[0], world)
    for hidden in ("Testina", "Voorbeeld", "house-", world.colleague.email, world.integration.name, *world.ids):
        assert hidden in sent or hidden.encode() not in answer.content, hidden


def assert_unchanged(world: World) -> None:
    """Everything in the world is as it was made; actors add what is their own."""
    for model, rows in MADE.items():
        pk = model._meta.pk.attname
        assert said_by(model._base_manager.filter(pk__in=[row[pk] for row in rows])) == rows
    assert world.plan.revisions.count() == 0
    assert world.patient.episodes.count() == 1
    assert world.episode.phase_history.count() == world.episode.clearances.count() == 1
    assert world.episode.plans.count() == 2
    assert world.revision.share_links.get().works
