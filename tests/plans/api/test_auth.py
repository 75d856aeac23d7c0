from __future__ import annotations

import datetime
import hashlib
import uuid
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from rest_framework.test import APIClient
from rest_framework.throttling import ScopedRateThrottle

from patients.members import change_practice, end_membership
from patients.models import AuthToken, Membership, Patient, Role, User
from tests.factories import PASSWORD, make_patient, make_practice, make_user, token_for
from tests.patients.signing_in import code_now, is_signed_in, recovery_codes, set_up_app, sign_in

pytestmark = pytest.mark.django_db

PATIENTS = "/api/v1/patients/"


def log_in(email: str, password: str = PASSWORD, **fields: Any) -> Any:
    said = {"email": email, "password": password, **fields}
    return APIClient().post("/api/v1/auth/login/", said, format="json")


def bearer(token: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    return client


def test_a_login_answers_with_a_token_that_works_and_says_when_it_ends():
    practice = make_practice()
    user = make_user(practice, email="clara@practice.example")

    answer = log_in("clara@practice.example", name="Reporting script")

    assert answer.status_code == 201
    assert answer["Cache-Control"] == "no-store"
    said = answer.json()
    assert (said["user"], said["practice"], said["role"]) == (str(user.pk), str(practice.pk), "clinician")
    ends_in = parse_datetime(said["expires_at"]) - timezone.now()
    assert datetime.timedelta(hours=9, minutes=59) < ends_in <= datetime.timedelta(hours=10)
    assert bearer(said["token"]).get(PATIENTS).status_code == 200


def test_an_email_address_is_the_same_in_capitals():
    make_user(make_practice(), email="clara@practice.example")

    assert log_in("Clara@Practice.Example").status_code == 201


def test_of_a_token_only_the_hash_is_kept():
    make_user(make_practice(), email="clara@practice.example")

    secret = log_in("clara@practice.example").json()["token"]

    kept = AuthToken.objects.values().get()
    assert kept["digest"] == hashlib.sha512(secret.encode()).hexdigest()
    assert secret not in str(kept)
    assert len(kept["token_key"]) <= 15 < len(secret) - 40


def test_a_refused_login_never_says_what_was_wrong():
    member = make_user(make_practice(), email="clara@practice.example")
    stranger = make_practice("Practice Elsewhere")
    make_user(None, email="nobody@practice.example")

    refused = [
        log_in(member.email, "a wrong password"),
        log_in("unknown@practice.example"),
        log_in(member.email, practice=str(uuid.uuid4())),
        log_in(member.email, practice=str(stranger.pk)),
        log_in("nobody@practice.example"),
    ]

    assert {answer.status_code for answer in refused} == {401}
    assert {answer["Content-Type"] for answer in refused} == {"application/problem+json"}
    assert len({answer.content for answer in refused}) == 1
    assert refused[0].json()["type"].endswith(":login-failed")
    assert not AuthToken.objects.exists()


def test_an_unknown_field_of_a_login_is_refused():
    answer = log_in("clara@practice.example", remember_me=True)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/remember_me"


def test_an_inactive_user_can_neither_log_in_nor_go_on():
    practice = make_practice()
    user = make_user(practice, email="clara@practice.example")
    client = token_for(user, practice)
    assert client.get(PATIENTS).status_code == 200

    user.is_active = False
    user.save()

    assert client.get(PATIENTS).status_code == 401
    assert log_in("clara@practice.example").status_code == 401


def test_an_expired_token_is_refused():
    practice = make_practice()
    client = token_for(make_user(practice), practice)

    AuthToken.objects.update(expiry=timezone.now() - datetime.timedelta(seconds=1))

    assert client.get(PATIENTS).status_code == 401


def test_a_membership_that_is_taken_away_acts_on_the_very_next_request():
    practice = make_practice()
    client = token_for(make_user(practice), practice)
    assert client.get(PATIENTS).status_code == 200

    Membership.objects.all().delete()

    answer = client.get(PATIENTS)
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"


def test_a_membership_that_is_taken_away_acts_on_the_very_next_request_of_a_session_too():
    practice = make_practice()
    make_user(practice, Role.OWNER, email="clara@practice.example", is_staff=True)
    members = "/admin/patients/membership/"
    browser = APIClient()
    browser.login(username="clara@practice.example", password=PASSWORD)
    assert (browser.get(PATIENTS).status_code, browser.get(members).status_code) == (200, 200)

    Membership.objects.all().delete()

    assert (browser.get(PATIENTS).status_code, browser.get(members).status_code) == (403, 403)


def test_a_membership_that_is_taken_away_here_leaves_the_token_for_there():
    here, there = make_practice("Here"), make_practice("There")
    user = make_user(here)
    Membership.objects.create(user=user, practice=there)
    at_here, at_there = token_for(user, here), token_for(user, there)

    Membership.objects.filter(practice=here).delete()

    assert (at_here.get(PATIENTS).status_code, at_there.get(PATIENTS).status_code) == (401, 200)


def test_a_role_that_is_taken_away_acts_on_the_very_next_request():
    practice = make_practice()
    client = token_for(make_user(practice), practice)
    body = {"given_name": "Testina", "family_name": "Voorbeeld"}
    assert client.post(PATIENTS, body, format="json").status_code == 201

    Membership.objects.update(role=Role.ASSISTANT)

    assert client.post(PATIENTS, body, format="json").status_code == 403
    assert Patient.objects.count() == 1


def test_a_token_acts_for_the_practice_that_was_asked_for():
    here, there = make_practice("Here"), make_practice("There")
    user = make_user(here, email="clara@practice.example")
    Membership.objects.create(user=user, practice=there, role=Role.ASSISTANT)
    make_patient(here)
    patient_there = make_patient(there)

    answer = log_in("clara@practice.example", practice=str(there.pk))

    assert answer.json()["role"] == "assistant"
    seen = bearer(answer.json()["token"]).get(PATIENTS).json()["results"]
    assert [one["id"] for one in seen] == [str(patient_there.pk)]


def test_logging_out_ends_that_token_and_no_other():
    practice = make_practice()
    user = make_user(practice, Role.ASSISTANT)
    office, home = token_for(user, practice), token_for(user, practice)

    answer = office.post("/api/v1/auth/logout/")

    assert answer.status_code == 204
    assert office.get(PATIENTS).status_code == 401
    assert home.get(PATIENTS).status_code == 200


def test_guessing_passwords_is_slowed_down(monkeypatch):
    cache.clear()
    monkeypatch.setitem(ScopedRateThrottle.THROTTLE_RATES, "login", "2/min")
    make_user(make_practice(), email="clara@practice.example")

    answers = [log_in("clara@practice.example", "a guess") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [401, 401, 429]
    assert answers[2]["Content-Type"] == "application/problem+json"
    assert 1 <= int(answers[2]["Retry-After"]) <= 61
    assert log_in("clara@practice.example").status_code == 429
    cache.clear()


def test_guessing_from_made_up_addresses_is_slowed_down_too(monkeypatch):
    cache.clear()
    monkeypatch.setitem(ScopedRateThrottle.THROTTLE_RATES, "login", "2/min")

    answers = [
        APIClient().post(
            "/api/v1/auth/login/",
            {"email": "clara@practice.example", "password": "a guess"},
            format="json",
            headers={"X-Forwarded-For": f"192.0.2.{number}"},
        )
        for number in range(3)
    ]

    assert [answer.status_code for answer in answers] == [401, 401, 429]
    cache.clear()


def test_with_a_second_factor_a_token_takes_a_code_and_each_code_once():
    cache.clear()
    set_up_app(make_user(make_practice(), email="clara@practice.example"))
    code = code_now()

    answers = [
        log_in("clara@practice.example"),
        log_in("clara@practice.example", code="000000"),
        log_in("clara@practice.example", code=code),
        log_in("clara@practice.example", code=code),
        log_in("clara@practice.example", "a wrong password", code=code_now(steps=1)),
    ]

    assert [answer.status_code for answer in answers] == [401, 401, 201, 401, 401]
    names = [answer.json().get("type", "").rpartition(":")[2] for answer in answers]
    assert names == ["code-required", "code-wrong", "", "code-wrong", "login-failed"]
    assert AuthToken.objects.count() == 1


def test_a_recovery_code_gets_one_token():
    cache.clear()
    user = make_user(make_practice(), email="clara@practice.example")
    set_up_app(user)
    code = recovery_codes(user)[0]

    assert [log_in("clara@practice.example", code=code).status_code for _ in range(2)] == [201, 401]


def test_a_code_that_got_a_token_signs_in_nowhere_else():
    set_up_app(make_user(make_practice(), email="clara@practice.example"))
    code = code_now()
    browser, _ = sign_in("clara@practice.example")
    log_in("clara@practice.example", code=code)
    cache.clear()

    browser.post("/account/mfa/authenticate/", {"code": code})

    assert not is_signed_in(browser)


def test_guessing_codes_is_slowed_down_whatever_the_address():
    cache.clear()
    set_up_app(make_user(make_practice(), email="clara@practice.example"))

    answers = [
        APIClient(REMOTE_ADDR=f"192.0.2.{number}").post(
            "/api/v1/auth/login/",
            {"email": "clara@practice.example", "password": PASSWORD, "code": f"00000{number}"},
            format="json",
        )
        for number in range(6)
    ]

    assert [answer.status_code for answer in answers] == [401] * 5 + [429]
    assert answers[5]["Retry-After"] == "300"
    assert log_in("clara@practice.example", code=code_now()).status_code == 429
    cache.clear()


def test_wrong_codes_of_pages_and_programs_are_counted_together():
    cache.clear()
    set_up_app(make_user(make_practice(), email="clara@practice.example"))
    browser, _ = sign_in("clara@practice.example")

    for _ in range(5):
        browser.post("/account/mfa/authenticate/", {"code": "000000"})

    assert log_in("clara@practice.example", code=code_now()).status_code == 429
    cache.clear()


def test_what_is_demanded_while_somebody_signs_in_counts(monkeypatch: pytest.MonkeyPatch):
    practice = make_practice()
    owner, user = make_user(practice, Role.OWNER), make_user(practice)

    def meanwhile(*args: Any) -> bool:
        change_practice(user=owner, practice=practice, demand_mfa=True)
        return False

    monkeypatch.setattr("plans.api.auth.has_second_factor", meanwhile)

    answer = log_in(user.email)

    assert answer.json()["type"].endswith(":second-factor-demanded")
    assert not AuthToken.objects.exists()


def test_whose_password_is_changed_while_signing_in_gets_no_token(monkeypatch: pytest.MonkeyPatch):
    user = make_user(make_practice())

    def meanwhile(*args: Any) -> bool:
        other = User.objects.get(pk=user.pk)
        other.set_password("another long and made-up password")
        other.save()
        return False

    monkeypatch.setattr("plans.api.auth.has_second_factor", meanwhile)

    answer = log_in(user.email)

    assert (answer.status_code, AuthToken.objects.exists()) == (401, False)


def test_who_is_removed_while_signing_in_gets_no_token(monkeypatch: pytest.MonkeyPatch):
    practice = make_practice()
    owner, user = make_user(practice, Role.OWNER), make_user(practice)

    def meanwhile(*args: Any) -> bool:
        end_membership(user=owner, membership=user.memberships.get())
        return False

    monkeypatch.setattr("plans.api.auth.has_second_factor", meanwhile)

    answer = log_in(user.email)

    assert (answer.status_code, AuthToken.objects.exists()) == (401, False)


def test_where_the_practice_demands_a_second_factor_there_is_no_token_without_one():
    practice = make_practice(demand_mfa=True)
    user = make_user(practice, email="clara@practice.example")

    refused, wrong = log_in("clara@practice.example"), log_in("clara@practice.example", "a wrong password")
    set_up_app(user)
    given = log_in("clara@practice.example", code=code_now())

    assert refused.status_code == 403
    assert refused.json()["type"].endswith(":second-factor-demanded")
    assert wrong.json()["type"].endswith(":login-failed"), "Who doesn't know the password learns nothing."
    assert given.status_code == 201


def test_a_new_password_ends_tokens():
    practice = make_practice()
    user = make_user(practice, email="clara@practice.example")
    client = token_for(user, practice)

    user.set_password("another long and made-up one")
    user.save()

    assert client.get(PATIENTS).status_code == 401


def test_what_is_no_new_password_ends_no_token(settings):
    practice = make_practice()
    user = make_user(practice, email="clara@practice.example")
    client = token_for(user, practice)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher", *settings.PASSWORD_HASHERS]

    log_in("clara@practice.example")  # stores the same password anew, with the better hasher
    user.refresh_from_db()
    user.name = "Clara C. Clinician"
    user.save()

    assert user.password.startswith("pbkdf2")
    assert client.get(PATIENTS).status_code == 200


@pytest.mark.parametrize(
    "header", ["Token", "Token no such", "Token hep_0123456789abcdef", "Token caf\xe9", "Bearer x", "Basic eDp5"]
)
def test_a_token_that_was_never_given_out_is_refused(header):
    answer = APIClient().get(PATIENTS, headers={"Authorization": header})

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Token"
    assert answer["Content-Type"] == "application/problem+json"


def test_a_browser_session_reads_and_writes_only_with_its_csrf_token():
    practice = make_practice()
    make_user(practice, email="clara@practice.example")
    browser = APIClient(enforce_csrf_checks=True)
    browser.login(username="clara@practice.example", password=PASSWORD)

    read = browser.get(PATIENTS)
    written = browser.post(PATIENTS, {"given_name": "Testina", "family_name": "Voorbeeld"}, format="json")

    assert read.status_code == 200
    assert written.status_code == 403
    assert written["Content-Type"] == "application/problem+json"
    assert not Patient.objects.exists()
