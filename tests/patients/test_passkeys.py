"""Passkeys, from the page that adds one to the one that takes it away, with a software authenticator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.asymmetric import ec
from django.core import mail
from django.core.cache import cache
from django.test import Client
from fido2.utils import websafe_encode

from patients.models import Practice, User
from tests.factories import PASSWORD, make_practice, make_user, token_for
from tests.patients.passkeys import (
    ADD_PAGE,
    CREATE,
    PASSKEY_LOGIN,
    Passkey,
    add_passkey,
    asked_at_login,
    asked_on,
    send,
)
from tests.patients.signing_in import LOGIN, is_signed_in, recovery_codes, set_up_app, sign_in, signed_in

pytestmark = pytest.mark.django_db

EMAIL = "clara@practice.example"
CODE_PAGE = "/account/mfa/authenticate/"
PASSWORD_PAGE = "/account/reauthenticate/"
AGAIN_PAGE = "/account/mfa/webauthn/reauthenticate/"
PATIENTS = "/api/v1/patients/"


@pytest.fixture(autouse=True)
def _nobody_has_tried_before():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def practice() -> Practice:
    return make_practice()


@pytest.fixture
def user(practice: Practice) -> User:
    return make_user(practice, email=EMAIL)


@pytest.fixture
def passkey(user: User) -> Passkey:
    return add_passkey(signed_in(EMAIL), PASSWORD)


def sign_in_alone(passkey: Passkey, client: Client | None = None) -> Client:
    client = client or Client()
    send(client, PASSKEY_LOGIN, passkey.answer(asked_at_login(client)))
    return client


def remove_page(number: int = 0) -> str:
    keys = Authenticator.objects.filter(type="webauthn").order_by("pk")
    return f"/account/mfa/webauthn/keys/{keys[number].pk}/remove/"


Wrong = Callable[[Passkey, dict[str, Any]], dict[str, Any]]

WRONG: dict[str, Wrong] = {
    "another challenge": lambda key, asked: key.answer({"publicKey": {"challenge": websafe_encode(b"x" * 32)}}),
    "another origin": lambda key, asked: replace(key, origin="https://testserver.elsewhere.example").answer(asked),
    "no https": lambda key, asked: replace(key, origin="http://testserver").answer(asked),
    "another site": lambda key, asked: replace(key, site="elsewhere.example").answer(asked),
    "another key": lambda key, asked: replace(key, private=ec.generate_private_key(ec.SECP256R1())).answer(asked),
    "a key that nobody knows": lambda key, asked: replace(key, id=b"x" * 32).answer(asked),
    "nobody touched it": lambda key, asked: replace(key, is_touched=False).answer(asked),
    "an answer of another kind": lambda key, asked: key.answer(asked, CREATE),
}


# Adding


def test_a_passkey_is_added_with_recovery_codes_and_told_by_mail(user):
    client = signed_in(EMAIL)
    client.post(PASSWORD_PAGE, {"password": PASSWORD})

    answer = send(client, ADD_PAGE, Passkey().created(asked_on(client, ADD_PAGE)), name="Key of Clara")

    assert answer["Location"] == "/account/mfa/recovery-codes/"
    assert len(recovery_codes(user)) == 10
    assert "Key of Clara" in client.get("/account/mfa/webauthn/").content.decode()
    assert [one.to for one in mail.outbox] == [[EMAIL]]


@pytest.mark.parametrize(
    ("wrong", "fields"),
    [
        ({"origin": "https://elsewhere.example"}, {}),
        ({"site": "elsewhere.example"}, {}),
        ({"is_touched": False}, {}),
        ({"verifies": False}, {"passwordless": "on"}),
    ],
    ids=str,
)
def test_a_passkey_of_elsewhere_or_one_for_signing_in_alone_that_verifies_nobody_is_not_added(user, wrong, fields):
    client = signed_in(EMAIL)
    client.post(PASSWORD_PAGE, {"password": PASSWORD})

    answer = send(client, ADD_PAGE, Passkey(**wrong).created(asked_on(client, ADD_PAGE)), **fields)

    assert answer.context["form"].errors
    assert not Authenticator.objects.exists()


def test_a_passkey_that_was_made_for_an_older_challenge_is_not_added(user):
    client = signed_in(EMAIL)
    client.post(PASSWORD_PAGE, {"password": PASSWORD})
    old = Passkey().created(asked_on(client, ADD_PAGE))

    client.get(ADD_PAGE)
    send(client, ADD_PAGE, old)

    assert not Authenticator.objects.exists()


# As the second factor


def test_a_passkey_is_asked_for_after_the_password_and_signs_in(user, passkey):
    client, answer = sign_in(EMAIL)
    assert answer["Location"] == CODE_PAGE
    assert not is_signed_in(client)

    send(client, CODE_PAGE, passkey.answer(asked_on(client, CODE_PAGE)))

    assert is_signed_in(client)
    assert client.get(PATIENTS).status_code == 200


def test_after_the_password_touching_the_key_is_enough(user, passkey):
    client = sign_in(EMAIL)[0]

    send(client, CODE_PAGE, replace(passkey, verifies=False).answer(asked_on(client, CODE_PAGE)))

    assert is_signed_in(client)


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_answer_is_no_second_factor(user, passkey, wrong):
    client = sign_in(EMAIL)[0]

    answer = send(client, CODE_PAGE, WRONG[wrong](passkey, asked_on(client, CODE_PAGE)))

    assert answer.status_code == 200
    assert not is_signed_in(client)


def test_the_passkey_of_a_colleague_is_no_second_factor(user, passkey, practice):
    make_user(practice, email="other@practice.example")
    others = add_passkey(signed_in("other@practice.example"), PASSWORD)
    client = sign_in(EMAIL)[0]

    send(client, CODE_PAGE, others.answer(asked_on(client, CODE_PAGE)))

    assert not is_signed_in(client)


def test_wrong_answers_are_counted(user, passkey):
    client = sign_in(EMAIL)[0]
    for _ in range(5):
        send(client, CODE_PAGE, replace(passkey, site="elsewhere.example").answer(asked_on(client, CODE_PAGE)))

    send(client, CODE_PAGE, passkey.answer(asked_on(client, CODE_PAGE)))

    assert not is_signed_in(client)


# Alone


def test_a_passkey_signs_in_alone_and_no_code_is_asked_for(user, passkey):
    set_up_app(user)
    client = Client()

    answer = send(client, PASSKEY_LOGIN, passkey.answer(asked_at_login(client)))

    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert is_signed_in(client)
    assert client.get(PATIENTS).status_code == 200


@pytest.mark.parametrize("wrong", [*WRONG, "nobody verified", "a name of another person"])
def test_a_wrong_answer_signs_nobody_in(user, passkey, wrong, practice):
    other = make_user(practice, email="other@practice.example")
    more: dict[str, Wrong] = {
        "nobody verified": lambda key, asked: replace(key, verifies=False).answer(asked),
        "a name of another person": lambda key, asked: replace(
            key, handle=websafe_encode(str(other.pk).encode())
        ).answer(asked),
    }
    client = Client()

    answer = send(client, PASSKEY_LOGIN, (WRONG | more)[wrong](passkey, asked_at_login(client)))

    assert answer["Location"] == LOGIN
    assert not is_signed_in(client)


def test_an_answer_to_an_older_challenge_or_to_somebody_elses_signs_nobody_in(user, passkey):
    client, other = Client(), Client()
    old, elsewhere = passkey.answer(asked_at_login(client)), passkey.answer(asked_at_login(other))
    asked_at_login(client)

    for answer in (old, elsewhere):
        send(client, PASSKEY_LOGIN, answer)

        assert not is_signed_in(client)


def test_an_answer_signs_in_once(user, passkey):
    client = Client()
    answer = passkey.answer(asked_at_login(client))
    send(client, PASSKEY_LOGIN, answer)
    assert is_signed_in(client)
    client.post("/account/logout/")

    send(client, PASSKEY_LOGIN, answer)
    assert not is_signed_in(client)
    asked_at_login(client)
    send(client, PASSKEY_LOGIN, answer)
    assert not is_signed_in(client)


def test_who_may_not_sign_in_may_not_with_a_passkey_either(user, passkey):
    User.objects.update(is_active=False)

    assert not is_signed_in(sign_in_alone(passkey))


@pytest.mark.parametrize("counters", [(0, 0), (5, 6), (6, 5)])
def test_the_count_of_a_key_plays_no_part_since_keys_that_are_kept_in_a_cloud_do_not_count(user, passkey, counters):
    for counter in counters:
        assert is_signed_in(sign_in_alone(replace(passkey, counter=counter)))


# What a passkey opens


def test_a_passkey_opens_what_wants_the_password_again(user, passkey):
    client = sign_in_alone(passkey)
    assert client.get(remove_page())["Location"].startswith(PASSWORD_PAGE)

    send(client, AGAIN_PAGE, passkey.answer(asked_on(client, AGAIN_PAGE)))

    assert client.get(remove_page()).status_code == 200


def test_a_wrong_answer_opens_nothing_more(user, passkey):
    client = sign_in_alone(passkey)

    send(client, AGAIN_PAGE, replace(passkey, site="elsewhere.example").answer(asked_on(client, AGAIN_PAGE)))

    assert client.get(remove_page())["Location"].startswith(PASSWORD_PAGE)


def test_a_passkey_is_the_second_factor_that_a_practice_demands(user, practice):
    client = signed_in(EMAIL)
    Practice.objects.update(demand_mfa=True)
    assert client.get(PATIENTS).status_code == 403
    assert client.get("/").status_code == 302

    passkey = add_passkey(client, PASSWORD)

    for session in (client, sign_in_alone(passkey)):
        assert session.get(PATIENTS).status_code == 200
        assert session.get("/").status_code == 200


def test_who_has_only_a_passkey_gets_a_token_with_a_recovery_code(user, passkey):
    said = {"email": EMAIL, "password": PASSWORD}
    post = Client().post

    assert post("/api/v1/auth/login/", said, "application/json").status_code == 401
    with_code = said | {"code": recovery_codes(user)[0]}
    assert post("/api/v1/auth/login/", with_code, "application/json").status_code == 201


# Removing


def test_removing_the_last_passkey_ends_the_tokens_of_a_practice_that_demands_one(user, practice):
    client = signed_in(EMAIL)
    add_passkey(client, PASSWORD)
    add_passkey(client, PASSWORD)
    Practice.objects.update(demand_mfa=True)
    program = token_for(user, practice)

    client.post(remove_page())
    assert program.get(PATIENTS).status_code == 200, "There is another one."
    client.post(remove_page())

    assert program.get(PATIENTS).status_code == 401
    assert not Authenticator.objects.exists(), "The recovery codes go with it."
    assert client.get("/").status_code == 302


def test_a_passkey_that_was_removed_signs_nobody_in(user, passkey):
    client = sign_in_alone(passkey)
    client.post(PASSWORD_PAGE, {"password": PASSWORD})
    client.post(remove_page())

    assert not is_signed_in(sign_in_alone(passkey))


def test_a_passkey_is_removed_only_with_the_password_and_only_by_whose_it_is(user, passkey, practice):
    make_user(practice, email="other@practice.example")
    other = signed_in("other@practice.example")
    other.post(PASSWORD_PAGE, {"password": PASSWORD})

    assert sign_in_alone(passkey).post(remove_page())["Location"].startswith(PASSWORD_PAGE)
    assert other.post(remove_page()).status_code == 404
    assert is_signed_in(sign_in_alone(passkey))
