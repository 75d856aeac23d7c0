"""A person's own tokens: listed without their secret, ended one by one, all at once, or with the password."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.utils import timezone
from rest_framework.test import APIClient

from patients.models import AuthToken, Membership
from tests.catalogue.admin_pages import make_superuser, signed_in
from tests.factories import PASSWORD, make_integration, make_practice, make_user, sending, token_for

pytestmark = pytest.mark.django_db

TOKENS = "/api/v1/auth/tokens/"
PATIENTS = "/api/v1/patients/"


def log_in(email: str, **fields: Any) -> str:
    said = {"email": email, "password": PASSWORD, **fields}
    token: str = APIClient().post("/api/v1/auth/login/", said, format="json").json()["token"]
    return token


def test_ones_own_tokens_are_listed_newest_first_and_none_is_shown_whole(practice):
    user = make_user(practice)
    secrets = [log_in(user.email, name=name) for name in ("Laptop", "Telephone")]
    log_in(make_user(practice).email, name="A colleague's")

    answer = sending(secrets[0]).get(TOKENS)

    said = answer.json()["results"]
    assert [(one["name"], one["is_this_one"]) for one in said] == [("Telephone", False), ("Laptop", True)]
    assert [one["prefix"] for one in said] == [secret[:15] for secret in reversed(secrets)]
    assert {one["practice"] for one in said} == {str(practice.pk)}
    assert set(said[0]) == {"prefix", "name", "practice", "created_at", "expires_at", "is_this_one"}
    kept = AuthToken.objects.values_list("digest", flat=True)
    assert not [one for one in (*secrets, *kept) if one in answer.content.decode()]


def test_a_token_that_expired_is_not_listed(practice):
    user = make_user(practice)
    client, _ = token_for(user, practice), token_for(user, practice)
    old = AuthToken.objects.order_by("created").last()
    AuthToken.objects.filter(pk=old.pk).update(expiry=timezone.now() - datetime.timedelta(seconds=1))

    assert len(client.get(TOKENS).json()["results"]) == 1


def test_a_token_is_ended_by_how_it_begins_and_no_other_is(practice):
    user = make_user(practice)
    here, lost, other = (log_in(user.email) for _ in range(3))

    answer = sending(here).delete(f"{TOKENS}{lost[:15]}/")

    assert answer.status_code == 204
    assert [sending(one).get(PATIENTS).status_code for one in (here, lost, other)] == [200, 401, 200]
    assert sending(here).delete(f"{TOKENS}{lost[:15]}/").status_code == 404


def test_a_browser_lists_and_ends_tokens_too(practice):
    user = make_user(practice)
    lost = log_in(user.email)
    browser = APIClient()
    browser.force_login(user)

    assert [one["is_this_one"] for one in browser.get(TOKENS).json()["results"]] == [False]
    assert browser.delete(f"{TOKENS}{lost[:15]}/").status_code == 204
    assert sending(lost).get(PATIENTS).status_code == 401


def test_a_colleagues_token_is_not_there(practice):
    theirs = log_in(make_user(practice).email)
    client = token_for(make_user(practice), practice)

    hidden, missing = client.delete(f"{TOKENS}{theirs[:15]}/"), client.delete(f"{TOKENS}hep_00000000000/")

    assert (hidden.status_code, hidden.content) == (404, missing.content)
    assert sending(theirs).get(PATIENTS).status_code == 200


def test_all_of_ones_tokens_are_ended_at_once_in_every_practice_and_nobody_elses(practice):
    there = make_practice("There")
    user, colleague = make_user(practice), make_user(practice)
    Membership.objects.create(user=user, practice=there)
    mine = [token_for(user, practice), token_for(user, there)]
    theirs = [token_for(colleague, practice), make_integration(practice, "patients:read")[1]]

    assert mine[0].post("/api/v1/auth/logout-all/").status_code == 204

    assert [client.get(PATIENTS).status_code for client in (*mine, *theirs)] == [401, 401, 200, 200]


@pytest.mark.parametrize("password", ["another long and made-up one", None])
def test_a_new_password_ends_every_token_of_that_person(practice, password):
    user, colleague = make_user(practice), make_user(practice)
    mine, theirs = token_for(user, practice), token_for(colleague, practice)

    user.set_password(password)
    user.save()

    assert (mine.get(PATIENTS).status_code, theirs.get(PATIENTS).status_code) == (401, 200)


def test_a_password_that_is_set_in_the_admin_ends_every_token_too(practice):
    user = make_user(practice)
    client = token_for(user, practice)
    said = {
        "usable_password": "true",
        "password1": "another long and made-up one",
        "password2": "another long and made-up one",
    }

    answer = signed_in(make_superuser()).post(f"/admin/patients/user/{user.pk}/password/", said)

    assert (answer.status_code, client.get(PATIENTS).status_code) == (302, 401)


def test_another_change_of_an_account_ends_no_token(practice):
    user = make_user(practice)
    client = token_for(user, practice)

    user.name = "Clara Other"
    user.save()

    assert client.get(PATIENTS).status_code == 200


def test_a_password_that_is_only_hashed_anew_ends_no_token(practice, settings):
    user = make_user(practice)
    client = token_for(user, practice)
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        "django.contrib.auth.hashers.MD5PasswordHasher",
    ]
    user.password = make_password(PASSWORD, hasher="md5")
    user.save()

    log_in(user.email)

    user.refresh_from_db()
    assert user.password.startswith("pbkdf2")
    assert client.get(PATIENTS).status_code == 200
