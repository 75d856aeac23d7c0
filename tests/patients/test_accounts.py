"""Signing in as a person does it, in a browser: password, second factor, session, and what is never told."""

from __future__ import annotations

import base64
import json
import re
from datetime import timedelta

import pytest
from allauth.account import app_settings
from allauth.account.models import EmailAddress
from allauth.core.internal.ratelimit import parse_rates
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from django.test import Client, override_settings
from django.utils import timezone

from patients.accounts import LIMITS_LAST
from patients.models import AuthToken, Practice, Role, User
from tests.factories import PASSWORD, make_practice, make_user, token_for
from tests.patients.signing_in import (
    APP_SECRET,
    LOGIN,
    code_now,
    is_signed_in,
    link_in_mail,
    recovery_codes,
    set_up_app,
    sign_in,
    signed_in,
)
from tests.plans.api.routes import routes

pytestmark = pytest.mark.django_db

EMAIL = "clara@practice.example"
NEW = "another long and made-up one"
CODE_PAGE = "/account/mfa/authenticate/"
APP_PAGE = "/account/mfa/totp/activate/"
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


def test_a_person_signs_in_with_address_and_password_in_any_case(user):
    client, answer = sign_in("Clara@Practice.Example")

    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.get(PATIENTS).status_code == 200
    assert client.cookies["sessionid"]["httponly"]
    assert client.cookies["sessionid"]["max-age"] == "", "The cookie ends with the browser."


def test_a_wrong_password_and_an_unknown_address_are_answered_alike(user):
    answers = [sign_in(EMAIL, "a wrong password")[1], sign_in("nobody@practice.example")[1]]

    assert [answer.status_code for answer in answers] == [200, 200]
    said = [answer.context["form"].errors for answer in answers]
    assert said[0] == said[1] != {}


def test_the_session_gets_a_new_key_when_somebody_signs_in(user):
    client = Client()
    client.get("/account/mfa/webauthn/login/", headers={"Accept": "application/json"})
    before = client.cookies["sessionid"].value

    sign_in(EMAIL, client=client)

    assert client.cookies["sessionid"].value != before


def test_signing_out_ends_the_session_where_it_is_kept(user):
    client = signed_in(EMAIL)
    key = client.cookies["sessionid"].value

    client.post("/account/logout/")

    thief = Client()
    thief.cookies["sessionid"] = key
    assert not is_signed_in(thief)


def test_the_admin_asks_for_the_same_login(practice):
    make_user(practice, Role.OWNER, email=EMAIL, is_staff=True)
    client = Client()

    page = client.get("/admin/patients/membership/", follow=True)
    direct = client.post("/admin/login/", {"username": EMAIL, "password": PASSWORD})
    _, answer = sign_in(EMAIL, client=client, next="/admin/patients/membership/")

    assert page.redirect_chain[-1][0].startswith(f"{LOGIN}?next=")
    assert direct["Location"].startswith(LOGIN), "Nobody gets around the second factor there."
    assert answer["Location"] == "/admin/patients/membership/"
    assert client.get("/admin/patients/membership/").status_code == 200


def test_the_admin_has_no_login_of_its_own_that_gets_a_member_of_staff_around_another_ones_second_factor(practice):
    make_user(practice, Role.OWNER, email=EMAIL, is_staff=True)
    User.objects.create_superuser("ada@service.example", PASSWORD, name="Ada Admin")
    client = signed_in(EMAIL)

    answer = client.post("/admin/login/", {"username": "ada@service.example", "password": PASSWORD, "next": "/admin/"})

    assert answer["Location"] == "/admin/"
    assert client.get("/admin/").context["user"].email == EMAIL


def test_the_admin_leads_to_the_page_where_a_new_password_is_told_by_mail(practice):
    user = make_user(practice, Role.OWNER, email=EMAIL, is_staff=True)
    client = signed_in(EMAIL)

    answer = client.post(
        "/admin/password_change/", {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    )

    assert answer["Location"] == "/account/password/change/"
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_the_login_leads_to_no_other_site(user):
    _, answer = sign_in(EMAIL, next="https://elsewhere.example/")

    assert answer["Location"] == "/"


def test_nobody_can_sign_up():
    for path in ("/account/signup/", "/account/signup/passkey/"):
        answer = Client().post(path, {"email": "new@practice.example", "password1": PASSWORD})

        assert answer.status_code in {200, 404}
    assert not User.objects.exists()


def test_what_is_below_account_asks_for_a_login_but_for_what_leads_to_one():
    open_to_all = {
        "account_login",
        "account_logout",
        "account_signup",
        "account_inactive",
        "account_email_verification_sent",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key_done",
    }
    named = [(path, name) for path, name in routes() if path.startswith("/account/")]
    assert len(named) > 25

    for path, name in named:
        if "{" in path or name in open_to_all:
            continue
        answer = Client().get(path)

        assert answer.status_code == 302, path
        assert answer["Location"].startswith(LOGIN), path


def test_pages_speak_dutch_and_english():
    said = {
        language: Client().get(LOGIN, headers={"Accept-Language": language}).content.decode()
        for language in ("nl", "en")
    }

    assert "Aanmelden" in said["nl"]
    assert "Sign In" in said["en"]
    assert '<html lang="nl">' in said["nl"]


def test_no_page_has_anything_that_the_content_policy_refuses(user):
    client = signed_in(EMAIL)
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    client.post("/account/email/", {"action_add": "", "email": "clara@elsewhere.example"})
    set_up_app(user)
    asked = sign_in(EMAIL)[0]
    pages = [(client, path) for path, _ in routes() if path.startswith("/account/") and "{" not in path]
    seen = set()

    for browser, path in [*pages, (asked, CODE_PAGE), (Client(), LOGIN)]:
        answer = browser.get(path)
        if answer.status_code != 200 or "html" not in answer["Content-Type"]:
            continue
        seen.add(path)
        page = answer.content.decode()
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|(src|href)=\"(https?:)?//", page), path
        for script in re.findall(r"<script[^>]*>", page):
            assert 'src="/static/' in script or 'type="application/json"' in script, path
    assert {CODE_PAGE, LOGIN, "/account/email/", "/account/mfa/", "/account/mfa/webauthn/add/"} <= seen


# Passwords


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("short", "too short"),
        ("x" * 129, "at most 128"),
        ("passwordpassword", None),
        ("clara@practice.example", "too similar"),
        ("clara-clinician", "too similar"),
    ],
)
def test_a_weak_password_is_refused_with_the_reason(user, password, reason):
    client = signed_in(EMAIL)

    answer = client.post(
        "/account/password/change/", {"oldpassword": PASSWORD, "password1": password, "password2": password}
    )

    if reason is None:  # long, and in no list: nobody is told how to compose one
        assert answer.status_code == 302
    else:
        assert reason in str(answer.context["form"].errors)


def test_a_new_password_ends_the_other_sessions_and_the_tokens_and_is_told_by_mail(user, practice):
    here, there, program = signed_in(EMAIL), signed_in(EMAIL), token_for(user, practice)

    here.post("/account/password/change/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})

    assert is_signed_in(here)
    assert not is_signed_in(there)
    assert program.get(PATIENTS).status_code == 401
    assert [one.to for one in mail.outbox] == [[EMAIL]]


def test_a_password_is_changed_only_with_the_old_one(user):
    client = signed_in(EMAIL)

    client.post("/account/password/change/", {"oldpassword": "a guess", "password1": NEW, "password2": NEW})

    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_asking_for_a_new_password_does_not_tell_whether_there_is_an_account(user):
    known = Client().post("/account/password/reset/", {"email": EMAIL})
    unknown = Client().post("/account/password/reset/", {"email": "nobody@practice.example"})

    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert [one.to for one in mail.outbox] == [[EMAIL], ["nobody@practice.example"]]
    assert "signup" not in mail.outbox[1].body


def test_a_mail_that_cannot_be_sent_does_not_tell_it_either(user, monkeypatch, caplog):
    def fail(*args, **kwargs):
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.EmailMessage.send", fail)

    answers = [Client().post("/account/password/reset/", {"email": one}) for one in (EMAIL, "nobody@practice.example")]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert EMAIL not in caplog.text
    assert "could not be sent" in caplog.text


def test_a_new_password_is_set_by_the_mailed_link_once_and_does_not_get_around_the_second_factor(user):
    set_up_app(user)
    elsewhere = Client()
    elsewhere.force_login(user)
    Client().post("/account/password/reset/", {"email": EMAIL})
    link, client = link_in_mail(), Client()

    form = client.get(link)["Location"]
    done = client.post(form, {"password1": NEW, "password2": NEW})

    assert link.split("/")[-2].split("-", 1)[1] not in form, "The secret is gone from the address."
    assert done.status_code == 302
    assert not is_signed_in(client)
    assert not is_signed_in(elsewhere)
    assert sign_in(EMAIL, NEW)[1]["Location"] == CODE_PAGE
    again = Client().get(link)
    assert again.status_code == 200
    assert "token_fail" in again.context


# The address


def test_a_new_address_counts_when_it_is_confirmed_and_the_old_one_is_told(user):
    client = signed_in(EMAIL)
    client.post("/account/reauthenticate/", {"password": PASSWORD})

    client.post("/account/email/", {"action_add": "", "email": "clara@elsewhere.example"})

    user.refresh_from_db()
    assert user.email == EMAIL
    client.post(link_in_mail())
    user.refresh_from_db()
    assert user.email == "clara@elsewhere.example"
    assert mail.outbox[-1].to == [EMAIL]
    assert sign_in(EMAIL)[1].status_code == 200
    assert sign_in("clara@elsewhere.example")[1].status_code == 302


def test_a_new_address_wants_the_password_again(user):
    client = signed_in(EMAIL)

    answer = client.post("/account/email/", {"action_add": "", "email": "clara@elsewhere.example"})

    assert answer["Location"].startswith("/account/reauthenticate/")
    assert not mail.outbox


def test_an_address_of_somebody_else_cannot_be_taken(user, practice):
    make_user(practice, email="other@practice.example")
    client = signed_in(EMAIL)
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    client.post("/account/email/", {"action_add": "", "email": "other@practice.example"})

    if mail.outbox:  # it tells the owner of the address, and nobody else
        client.post(link_in_mail())

    user.refresh_from_db()
    assert user.email == EMAIL


def test_an_address_that_the_administrator_changes_is_the_only_one_that_signs_in(user):
    user.email = "clara@elsewhere.example"
    user.save()

    assert sign_in(EMAIL)[1].status_code == 200
    assert sign_in("clara@elsewhere.example")[1].status_code == 302
    assert [one.email for one in EmailAddress.objects.filter(user=user)] == ["clara@elsewhere.example"]


# Sessions


def test_a_session_ends_after_eight_hours_however_often_it_is_used(user, monkeypatch):
    client, begun = signed_in(EMAIL), timezone.now().timestamp()

    for hours, lasts in ((1, True), (5, True), (7.9, True), (8.1, False)):
        monkeypatch.setattr("patients.accounts.time.time", lambda hours=hours: begun + hours * 3600)
        session = client.session
        session["touched"] = hours  # which would make a sliding session last
        session.save()

        assert is_signed_in(client) is lasts, hours


def test_a_session_that_nobody_uses_is_kept_no_longer_than_eight_hours(user):
    client = signed_in(EMAIL)

    left = client.session.get_expiry_age()

    assert 0 < left <= timedelta(hours=8).total_seconds()


# Second factors


def test_an_app_is_set_up_with_the_password_and_then_asked_for_at_each_login(user):
    client = signed_in(EMAIL)
    assert client.get(APP_PAGE)["Location"].startswith("/account/reauthenticate/")
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    page = client.get(APP_PAGE)
    secret = page.context["form"].secret
    assert 'src="data:image/svg+xml' in page.content.decode()

    done = client.post(APP_PAGE, {"code": code_now(secret)})

    assert done["Location"] == "/account/mfa/recovery-codes/"
    codes = client.get(done["Location"]).context["unused_codes"]
    assert len(codes) == 10
    assert codes[0] not in client.get(done["Location"]).content.decode(), "They are shown once."
    other, answer = sign_in(EMAIL)
    assert answer["Location"] == CODE_PAGE
    assert not is_signed_in(other)
    other.post(CODE_PAGE, {"code": codes[0]})
    assert is_signed_in(other)


def test_the_secrets_of_second_factors_are_stored_encrypted(user):
    set_up_app(user)

    kept = str(list(Authenticator.objects.values_list("data", flat=True)))

    assert APP_SECRET not in kept
    assert not [code for code in recovery_codes(user) if code in kept]


def test_a_new_key_of_the_service_reads_secrets_while_the_old_one_is_named(user, settings):
    set_up_app(user)
    settings.SECOND_FACTOR_KEYS = ["another-key-" + "y" * 50, settings.SECRET_KEY]

    client, _ = sign_in(EMAIL)
    client.post(CODE_PAGE, {"code": code_now()})

    assert is_signed_in(client)


def test_a_code_signs_in_once_also_where_the_cache_has_forgotten_it(user):
    set_up_app(user)
    code, first, second = code_now(), Client(), Client()

    for client in (first, second):
        cache.clear()  # another process has a cache of its own
        sign_in(EMAIL, client=client)
        client.post(CODE_PAGE, {"code": code})

    assert is_signed_in(first)
    assert not is_signed_in(second)


def test_an_older_code_is_refused_after_a_newer_one(user):
    set_up_app(user)
    newer, older = sign_in(EMAIL)[0], sign_in(EMAIL)[0]

    newer.post(CODE_PAGE, {"code": code_now(steps=1)})
    older.post(CODE_PAGE, {"code": code_now()})

    assert is_signed_in(newer)
    assert not is_signed_in(older)


def test_a_recovery_code_signs_in_once(user):
    set_up_app(user)
    code = recovery_codes(user)[3]
    first, second = sign_in(EMAIL)[0], sign_in(EMAIL)[0]

    first.post(CODE_PAGE, {"code": code})
    second.post(CODE_PAGE, {"code": code})

    assert is_signed_in(first)
    assert not is_signed_in(second)
    assert code not in recovery_codes(user)


def test_wrong_codes_are_counted(user):
    set_up_app(user)
    client = sign_in(EMAIL)[0]

    for _ in range(5):
        client.post(CODE_PAGE, {"code": "000000"})
    client.post(CODE_PAGE, {"code": code_now()})

    assert not is_signed_in(client)


def test_a_second_factor_is_removed_only_with_the_password(user):
    set_up_app(user)
    client = sign_in(EMAIL)[0]
    client.post(CODE_PAGE, {"code": code_now()})

    answer = client.post("/account/mfa/totp/deactivate/")

    assert answer["Location"].startswith("/account/reauthenticate/")
    assert Authenticator.objects.filter(user=user, type="totp").exists()


def test_the_superuser_removes_the_factor_of_who_lost_it_and_sees_no_secret(user):
    set_up_app(user)
    root = Client()
    root.force_login(make_user(None, is_staff=True, is_superuser=True))
    factor = Authenticator.objects.get(user=user, type="totp")
    page = f"/admin/mfa/authenticator/{factor.pk}/"

    seen = root.get(f"{page}change/").content.decode()
    root.post(f"{page}delete/", {"post": "yes"})

    assert factor.data["secret"] not in seen
    assert not Authenticator.objects.filter(user=user).exists()


# Passkeys


def test_the_ceremony_of_a_passkey_login_begins_with_a_challenge_of_its_own():
    answers = [
        Client().get("/account/mfa/webauthn/login/", headers={"Accept": "application/json"}).json() for _ in range(2)
    ]

    options = [answer["request_options"]["publicKey"] for answer in answers]
    assert options[0]["challenge"] != options[1]["challenge"]
    assert {one["userVerification"] for one in options} == {"required"}
    assert options[0]["rpId"] == "testserver"


def test_adding_a_passkey_begins_with_the_password_and_a_challenge(user):
    client = signed_in(EMAIL)
    assert client.get("/account/mfa/webauthn/add/")["Location"].startswith("/account/reauthenticate/")
    client.post("/account/reauthenticate/", {"password": PASSWORD})

    page = client.get("/account/mfa/webauthn/add/").content.decode()

    options = json.loads(re.search(r'id="js_data" type="application/json">(.+?)</script>', page)[1])
    assert options["creation_options"]["publicKey"]["rp"]["id"] == "testserver"


def forged(user: User | None = None) -> list[object]:
    """What a browser might send that is no passkey, from nearly right to senseless."""
    handle = "" if user is None else str(user.pk)

    def b64(text: bytes) -> str:
        return base64.urlsafe_b64encode(text).decode().rstrip("=")

    data = {"type": "webauthn.get", "challenge": b64(b"made up"), "origin": "https://testserver"}
    response = {
        "clientDataJSON": b64(json.dumps(data).encode()),
        "authenticatorData": b64(b"\0" * 37),
        "signature": b64(b"made up"),
        "userHandle": b64(handle.encode()),
    }
    whole = {"id": b64(b"key"), "rawId": b64(b"key"), "type": "public-key", "response": response}
    return [
        whole,
        {**whole, "response": {**response, "userHandle": None}},
        {**whole, "response": {**response, "userHandle": b64(b"\xff\xfe")}},
        {**whole, "response": {**response, "userHandle": b64(b"not an id")}},
        {**whole, "response": {**response, "clientDataJSON": b64(b"{}")}},
        {**whole, "response": {**response, "authenticatorData": ""}},
        {**whole, "response": {}},
        {**whole, "response": None},
        {**whole, "rawId": 7},
        {"response": []},
        {},
        [],
        "text",
        7,
        True,
    ]


def test_a_forged_passkey_signs_nobody_in(user):
    for number, credential in enumerate(forged(user)):
        cache.clear()
        for is_begun in (True, False):
            client = Client()
            if is_begun:
                client.get("/account/mfa/webauthn/login/", headers={"Accept": "application/json"})

            answer = client.post("/account/mfa/webauthn/login/", {"credential": json.dumps(credential)})

            assert (answer.status_code, answer["Location"]) == (302, LOGIN), number
            assert not is_signed_in(client)


def test_a_forged_passkey_is_no_second_factor_either(user):
    set_up_app(user)
    for number, credential in enumerate(forged(user)):
        cache.clear()
        client = sign_in(EMAIL)[0]
        client.get(CODE_PAGE)

        answer = client.post(CODE_PAGE, {"credential": json.dumps(credential)})

        assert answer.status_code == 200, number
        assert not is_signed_in(client)


def test_a_forged_passkey_is_not_added(user):
    client = signed_in(EMAIL)
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    for number, credential in enumerate(forged(user)):
        client.get("/account/mfa/webauthn/add/")

        answer = client.post("/account/mfa/webauthn/add/", {"name": "Key", "credential": json.dumps(credential)})

        assert answer.status_code == 200, number
    assert not Authenticator.objects.exists()


# A practice that demands a second factor


def test_a_member_without_a_second_factor_is_sent_to_set_one_up_on_each_page(practice):
    make_user(practice, Role.OWNER, email=EMAIL, is_staff=True)
    client = signed_in(EMAIL)
    assert client.get("/admin/").status_code == 200

    Practice.objects.update(demand_mfa=True)

    for path in ("/", "/admin/", "/admin/patients/membership/", "/admin/catalogue/exercise/", "/no-such-page"):
        answer = client.get(path)
        assert (answer.status_code, answer["Location"]) == (302, APP_PAGE), path
    assert client.get(APP_PAGE, follow=True).redirect_chain[-1][0].startswith("/account/reauthenticate/")


def test_a_session_without_a_second_factor_gets_nothing_from_the_api(practice):
    user = make_user(practice, email=EMAIL)
    client = signed_in(EMAIL)
    Practice.objects.update(demand_mfa=True)

    refused = client.get(PATIENTS)
    set_up_app(user)

    assert refused.status_code == 403
    assert refused["Content-Type"] == "application/problem+json"
    assert refused.json()["type"].endswith(":second-factor-demanded")
    assert "/account/mfa/" in refused.json()["detail"]
    assert client.get(PATIENTS).status_code == 200


def test_what_another_practice_demands_is_no_matter(practice):
    make_user(practice, email=EMAIL)
    make_practice("There", demand_mfa=True)

    assert signed_in(EMAIL).get(PATIENTS).status_code == 200


# Limits


def test_guessing_a_password_is_answered_with_429(user):
    answers = [sign_in(EMAIL, "a guess")[1] for _ in range(6)]

    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert answers[-1]["Retry-After"] == str(LIMITS_LAST)
    assert answers[-1]["Content-Security-Policy"]
    assert sign_in(EMAIL)[1].status_code == 429, "The right one is no exception."
    assert sign_in("other@practice.example")[1].status_code == 200


def test_who_waits_as_long_as_is_said_is_let_in_again():
    limits = app_settings.RATE_LIMITS.values()

    assert max(rate.duration for said in limits for rate in parse_rates(said)) == LIMITS_LAST


def test_addresses_that_a_caller_makes_up_count_for_nothing(user):
    answers = [
        Client().post(
            "/account/password/reset/",
            {"email": f"person-{number}@practice.example"},
            headers={"X-Forwarded-For": f"192.0.2.{number}"},
        )
        for number in range(21)
    ]

    assert [answer.status_code for answer in answers] == [302] * 20 + [429]


@override_settings(ALLAUTH_TRUSTED_PROXY_COUNT=1)
def test_behind_a_proxy_its_word_counts_and_only_its(user):
    def ask(number: int, header: str) -> int:
        said = {"email": f"person-{number}@practice.example"}
        return Client().post("/account/password/reset/", said, headers={"X-Forwarded-For": header}).status_code

    made_up = [ask(number, f"203.0.113.{number}, 192.0.2.1") for number in range(21)]

    assert made_up == [302] * 20 + [429]
    assert ask(99, "192.0.2.2") == 302


def test_a_token_request_asks_no_more_of_the_database_than_before(practice, django_assert_num_queries):
    client = token_for(make_user(practice), practice)

    with django_assert_num_queries(3):  # token with user, membership and practice; how many members; the members
        client.get("/api/v1/members/")


def test_a_token_request_makes_no_session(practice):
    answer = token_for(make_user(practice), practice).get(PATIENTS)

    assert "sessionid" not in answer.cookies
    assert AuthToken.objects.count() == 1


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/robots.txt", "/s/nothing/"])
def test_what_is_the_same_for_everybody_asks_nobody_for_a_second_factor(path, practice):
    Practice.objects.update(demand_mfa=True)
    client = Client()
    client.force_login(make_user(practice))

    assert client.get(path).status_code == Client().get(path).status_code


def test_a_superuser_without_a_second_factor_is_sent_to_set_one_up(settings):
    settings.DEMAND_MFA_OF_SUPERUSERS = True
    client = Client()
    client.force_login(make_user(is_superuser=True, is_staff=True))

    answer = client.get("/admin/patients/accessevent/")

    assert (answer.status_code, answer["Location"]) == (302, APP_PAGE)


def test_production_demands_a_second_factor_of_superusers():
    from config.settings import base

    assert base.DEMAND_MFA_OF_SUPERUSERS


def test_who_removes_the_second_factor_loses_the_tokens_that_demand_one(user, practice):
    set_up_app(user)
    Practice.objects.update(demand_mfa=True)
    there = make_practice("There")
    token_for(user, practice)
    token_for(user, there)

    Authenticator.objects.get(user=user, type="totp").delete()

    assert [token.practice for token in AuthToken.objects.filter(user=user)] == [there]


def test_signing_in_without_a_password_ends_no_token(user, practice):
    user.set_unusable_password()
    user.save()
    token_for(user, practice)

    user.save(update_fields=["last_login"])

    assert AuthToken.objects.filter(user=user).exists()
