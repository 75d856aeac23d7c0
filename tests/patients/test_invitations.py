"""How somebody becomes a member: an owner invites, the invited person accepts with a secret, once and in time."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from patients import members
from patients.models import AuthToken, Invitation, Membership, Practice, Role, User
from tests.factories import PASSWORD, make_client, make_invitation, make_practice, make_user, token_for
from tests.patients.signing_in import link_in_mail, set_up_app, signed_in
from tests.plans.api.routes import NEW_ACCOUNT

pytestmark = pytest.mark.django_db

INVITATIONS = "/api/v1/invitations/"
SECRET = "only-for-tests-only-for-tests-only-for-test"
PAGE = f"/invitations/{SECRET}/"
NORA = "nora@practice.example"


@pytest.fixture
def practice() -> Practice:
    return make_practice()


@pytest.fixture
def owner(practice: Practice) -> APIClient:
    return make_client(practice, Role.OWNER)


def invite(client: APIClient, by: str = "link", headers: dict[str, str] | None = None, **fields: Any) -> Any:
    body = {"email": NORA, "role": "clinician", "by": by} | fields
    return client.post(INVITATIONS, body, format="json", headers=headers or {})


def path_of(link: str) -> str:
    return link.removeprefix("http://testserver")


def test_an_owner_invites_by_a_link_that_is_told_once(owner):
    answer = invite(owner)

    assert answer.status_code == 201
    assert answer["Cache-Control"] == "no-store"
    said = answer.json()
    secret = said["link"].split("/")[-2]
    assert len(secret) >= 43, "256 bits"
    listed = owner.get(INVITATIONS)
    assert listed.json()["results"] == [{name: said[name] for name in said if name != "link"}]
    assert secret not in str(list(Invitation.objects.values()))
    assert mail.outbox == []


def test_an_owner_invites_by_mail_in_the_language_of_the_practice(owner, practice):
    answer = invite(owner, by="email")

    assert answer.json()["link"] is None
    assert [(one.to, one.subject) for one in mail.outbox] == [([NORA], f"Uitnodiging van {practice.name}")]
    page = Client().get(link_in_mail(), headers={"Accept-Language": "nl"})
    assert f"Lid worden van {practice.name}" in page.content.decode()


def test_of_a_mail_that_cannot_be_sent_the_owner_hears_and_nobody_is_invited(owner, monkeypatch):
    def fail(*args, **kwargs):
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.EmailMessage.send", fail)

    answer = invite(owner, by="email")

    assert answer.status_code == 503
    assert answer.json()["type"].endswith(":mail-failed")
    assert not Invitation.objects.open().exists()


def test_after_a_mail_that_could_not_be_sent_the_same_request_tries_again(owner, monkeypatch):
    def fail(*args, **kwargs):
        raise ConnectionRefusedError

    key = {"Idempotency-Key": "one"}
    with monkeypatch.context() as patched:
        patched.setattr("django.core.mail.EmailMessage.send", fail)
        answers = [invite(owner, by="email", headers=key).status_code for _ in range(2)]
    assert answers == [503, 503]

    made, repeated = (invite(owner, by="email", headers=key) for _ in range(2))

    assert (made.status_code, made.json()["state"]) == (201, "open")
    assert repeated.json() == made.json()
    assert [one.to for one in mail.outbox] == [[NORA]]
    assert Client().get(link_in_mail()).status_code == 200


def test_an_invitation_that_was_revoked_is_not_made_again_by_a_repeat(owner):
    key = {"Idempotency-Key": "one"}
    made = invite(owner, by="email", headers=key).json()
    owner.delete(f"{INVITATIONS}{made['id']}/")

    again = invite(owner, by="email", headers=key)

    assert (again.json()["id"], again.json()["state"]) == (made["id"], "revoked")
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"email": "no address"}, "/email"),
        ({"email": "nora@practice.example\nBcc: all@practice.example"}, "/email"),
        ({"role": "king"}, "/role"),
        ({"by": "pigeon"}, "/by"),
        ({"practice": "another"}, "/practice"),
    ],
)
def test_an_invitation_that_makes_no_sense_is_refused_by_the_field(owner, fields, pointer):
    answer = invite(owner, **fields)

    assert answer.status_code == 400
    assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]
    assert not Invitation.objects.exists()


def test_the_same_request_invites_once_and_does_not_tell_the_link_again(owner):
    key = {"Idempotency-Key": "one"}

    first, again, other = (
        invite(owner, headers=key),
        invite(owner, headers=key),
        invite(owner, headers=key, role="owner"),
    )

    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 422)
    assert first.json()["id"] == again.json()["id"]
    assert again.json()["link"] is None
    assert Invitation.objects.count() == 1


def test_a_second_invitation_to_an_address_replaces_the_first(owner):
    first, second = (path_of(invite(owner).json()["link"]) for _ in range(2))

    assert (Client().get(first).status_code, Client().get(second).status_code) == (404, 200)


def test_a_link_that_was_handed_over_makes_no_account_but_mails_another_to_the_invited_address(owner):
    handed = path_of(invite(owner).json()["link"])

    refused = Client().post(handed, NEW_ACCOUNT)

    assert refused.status_code == 200
    assert not User.objects.filter(email=NORA).exists(), "Whoever holds the link need not read this address."
    assert [one.to for one in mail.outbox] == [[NORA]]
    assert link_in_mail() not in refused.content.decode()
    assert Client().get(handed).status_code == 404, "It mails once."
    assert Client().post(link_in_mail(), NEW_ACCOUNT).status_code == 302
    assert User.objects.filter(email=NORA).exists()


def test_a_link_that_was_handed_over_does_not_tell_whether_there_is_an_account(owner):
    link = path_of(invite(owner).json()["link"])
    before = Client().get(link).content
    make_user(None, email=NORA)

    assert without_token(Client().get(link).content) == without_token(before)


def test_a_link_that_was_handed_over_lets_join_who_is_signed_in(owner, practice):
    make_user(None, email=NORA)

    assert signed_in(NORA).post(path_of(invite(owner).json()["link"])).status_code == 302

    assert Membership.objects.filter(practice=practice, user__email=NORA).exists()


def test_of_a_second_mail_that_cannot_be_sent_the_page_tells_and_the_link_still_works(owner, monkeypatch):
    link = path_of(invite(owner).json()["link"])

    def fail(*args, **kwargs):
        raise ConnectionRefusedError

    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.EmailMessage.send", fail)
        answer = Client().post(link)

    assert answer.status_code == 503
    assert "could not be sent" in answer.content.decode()
    assert Client().post(link).status_code == 200
    assert [one.to for one in mail.outbox] == [[NORA]]


def without_token(page: bytes) -> bytes:
    return re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", page)


def test_a_newcomer_makes_an_account_and_is_a_member(practice):
    make_invitation(practice, SECRET, role=Role.ASSISTANT)

    answer = Client().post(PAGE, NEW_ACCOUNT)

    assert (answer.status_code, answer["Location"]) == (302, "/account/login/")
    user = User.objects.get(email=NORA)
    assert [(one.practice, one.role) for one in user.memberships.all()] == [(practice, "assistant")]
    assert user.check_password(PASSWORD)
    assert not user.is_staff
    assert signed_in(NORA).get("/api/v1/patients/").status_code == 200


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"password": "short", "again": "short"}, "password"),
        ({"password": NORA, "again": NORA}, "password"),
        ({"again": "another"}, "again"),
        ({"name": ""}, "name"),
        ({"name": "Nora\x00"}, "name"),
        ({"name": "Nora\x1b[2J"}, "name"),
        ({"name": "n" * 201}, "name"),
    ],
)
def test_a_new_account_needs_a_name_and_a_strong_password(practice, fields, field):
    make_invitation(practice, SECRET)

    answer = Client().post(PAGE, NEW_ACCOUNT | fields)

    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    assert not User.objects.filter(email=NORA).exists()
    assert Client().get(PAGE).status_code == 200, "The invitation is open still."


def test_a_newcomer_cannot_choose_another_address_role_or_practice(practice):
    make_invitation(practice, SECRET)
    there = make_practice("There")

    Client().post(PAGE, NEW_ACCOUNT | {"email": "x@practice.example", "role": "owner", "practice": str(there.pk)})

    membership = Membership.objects.get(user__email=NORA)
    assert (membership.practice, membership.role) == (practice, "clinician")
    assert not User.objects.filter(email="x@practice.example").exists()


def test_somebody_with_an_account_joins_with_it(practice):
    make_user(make_practice("There"), email="nora@there.example")
    make_invitation(practice, SECRET)
    client = signed_in("nora@there.example")
    assert "nora@there.example" in client.get(PAGE).content.decode()

    answer = client.post(PAGE)

    assert answer.status_code == 302
    assert Membership.objects.get(practice=practice, user__email="nora@there.example").role == "clinician"
    assert not User.objects.filter(email=NORA).exists()
    assert client.get("/api/v1/practice/").json()["id"] == str(practice.pk), "The session acts for it now."


def test_who_has_an_account_with_the_invited_address_must_sign_in(practice):
    user = make_user(make_practice("There"), email=NORA)
    make_invitation(practice, SECRET)

    other = "somebody elses password"

    answer = Client().post(PAGE, NEW_ACCOUNT | {"password": other, "again": other})

    assert answer.status_code == 200
    assert "There is an account with this address" in answer.content.decode()
    assert f"/account/login/?next={PAGE}" in answer.content.decode()
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    assert not Membership.objects.filter(practice=practice, user=user).exists()


def test_a_member_keeps_the_role_and_the_invitation_stays_open(practice):
    make_user(practice, Role.ASSISTANT, email="anna@practice.example")
    make_invitation(practice, SECRET, role=Role.OWNER)

    signed_in("anna@practice.example").post(PAGE)

    assert Membership.objects.get(user__email="anna@practice.example").role == "assistant"
    assert Client().get(PAGE).status_code == 200


def test_an_invited_owner_may_use_the_admin(practice):
    make_invitation(practice, SECRET, role=Role.OWNER)

    Client().post(PAGE, NEW_ACCOUNT)

    assert signed_in(NORA).get("/admin/patients/membership/").status_code == 200


def gone(practice: Practice) -> dict[str, Invitation]:
    now = timezone.now()
    dismissed = make_user(practice, Role.OWNER)
    demoted = make_user(practice, Role.OWNER)
    closed = make_user(practice, Role.OWNER, is_active=False)
    made = {
        "expired": make_invitation(practice, "expired", expires_at=now - timedelta(seconds=1)),
        "revoked": make_invitation(practice, "revoked", revoked_at=now),
        "accepted": make_invitation(practice, "accepted", accepted_at=now),
        "by-dismissed": make_invitation(practice, "by-dismissed", invited_by=dismissed),
        "by-demoted": make_invitation(practice, "by-demoted", invited_by=demoted),
        "by-closed": make_invitation(practice, "by-closed", invited_by=closed),
    }
    dismissed.memberships.all().delete()
    make_user(make_practice("There"), Role.OWNER)
    demoted.memberships.update(role=Role.CLINICIAN)
    return made


def test_unknown_used_revoked_and_expired_invitations_are_answered_alike(practice):
    secrets = ["unknown", *gone(practice)]

    answers = [
        answer
        for secret in secrets
        for answer in (
            Client().get(f"/invitations/{secret}/"),
            Client().post(f"/invitations/{secret}/", NEW_ACCOUNT),
        )
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert not User.objects.filter(email=NORA).exists()


def test_an_invitation_that_was_opened_in_time_cannot_be_accepted_after_it_is_gone(practice):
    user = make_user(None)

    for invitation in gone(practice).values():
        with pytest.raises(members.InvitationGone):
            members.accept_invitation(invitation=invitation, user=user)

    assert not user.memberships.exists()


def test_an_invitation_is_accepted_once(practice):
    make_invitation(practice, SECRET)
    Client().post(PAGE, NEW_ACCOUNT)

    assert Client().get(PAGE).status_code == 404


def test_an_owner_revokes_an_invitation(owner):
    said = invite(owner).json()

    answer = owner.delete(f"{INVITATIONS}{said['id']}/")

    assert answer.status_code == 204
    assert Client().get(path_of(said["link"])).status_code == 404
    assert owner.get(INVITATIONS).json()["results"][0]["state"] == "revoked"


def test_what_was_accepted_is_not_revoked(owner, practice):
    make_invitation(practice, SECRET)
    Client().post(PAGE, NEW_ACCOUNT)

    answer = owner.delete(f"{INVITATIONS}{Invitation.objects.get().pk}/")

    assert answer.status_code == 409
    assert Invitation.objects.get().state == "accepted"


def test_the_owner_of_another_practice_sees_and_revokes_nothing_here(practice):
    invitation = make_invitation(practice, SECRET)
    stranger = make_client(make_practice("There"), Role.OWNER)

    answer = stranger.delete(f"{INVITATIONS}{invitation.pk}/")

    assert stranger.get(INVITATIONS).json()["results"] == []
    assert answer.status_code == 404
    assert answer.content == stranger.delete(f"{INVITATIONS}00000000-0000-4000-8000-000000000000/").content
    assert Client().get(PAGE).status_code == 200


def test_the_page_accepts_nothing_from_another_site(practice):
    make_user(None, email="anna@there.example")
    make_invitation(practice, SECRET)
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(User.objects.get(email="anna@there.example"))

    assert browser.post(PAGE).status_code == 403
    assert not Membership.objects.filter(user__email="anna@there.example").exists()


def test_a_name_with_markup_is_harmless_on_the_page_and_in_the_mail():
    practice = make_practice("<script>alert(1)</script>\nBcc: all@practice.example")
    invite(make_client(practice, Role.OWNER), by="email")

    page = Client().get(link_in_mail()).content.decode()

    assert "<script>alert" not in page
    assert mail.outbox[0].recipients() == [NORA]
    assert "\n" not in mail.outbox[0].subject


# Members


def test_every_member_sees_who_belongs_to_the_practice_and_nobody_of_another(practice):
    anna = make_user(practice, Role.ASSISTANT, name="Anna Assistant", email="anna@practice.example")
    make_user(make_practice("There"), name="Sam Stranger")

    said = token_for(anna, practice).get("/api/v1/members/").json()["results"]

    assert [(one["id"], one["name"], one["email"], one["role"]) for one in said] == [
        (str(anna.pk), "Anna Assistant", "anna@practice.example", "assistant")
    ]


def test_a_role_that_an_owner_changes_acts_on_the_next_request(owner, practice):
    clara = make_user(practice)
    client = token_for(clara, practice)

    answer = owner.patch(f"/api/v1/members/{clara.pk}/", {"role": "assistant"}, format="json")

    assert (answer.status_code, answer.json()["role"]) == (200, "assistant")
    refused = client.post("/api/v1/patients/", {"given_name": "Testina", "family_name": "Voorbeeld"}, format="json")
    assert refused.status_code == 403


def test_a_member_who_is_removed_is_out_on_the_next_request_and_stays_out_with_that_token(owner, practice):
    clara = make_user(practice)
    client = token_for(clara, practice)
    assert client.get("/api/v1/patients/").status_code == 200

    assert owner.delete(f"/api/v1/members/{clara.pk}/").status_code == 204

    assert client.get("/api/v1/patients/").status_code == 401
    Membership.objects.create(user=clara, practice=practice)
    assert client.get("/api/v1/patients/").status_code == 401, "A token doesn't come back with the membership."


def test_a_member_leaves_and_keeps_the_other_practice(practice):
    there = make_practice("There")
    clara = make_user(practice)
    Membership.objects.create(user=clara, practice=there)
    client, at_there = token_for(clara, practice), token_for(clara, there)

    assert client.delete(f"/api/v1/members/{clara.pk}/").status_code == 204

    assert client.get("/api/v1/patients/").status_code == 401
    assert at_there.get("/api/v1/patients/").status_code == 200


def test_the_last_owner_neither_leaves_nor_becomes_something_else(practice):
    user = make_user(practice, Role.OWNER)
    make_user(practice)
    make_user(practice, Role.OWNER, is_active=False)
    owner, page = token_for(user, practice), f"/api/v1/members/{user.pk}/"

    answers = [owner.delete(page), owner.patch(page, {"role": "clinician"}, format="json")]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert all(answer.json()["type"].endswith(":last-owner") for answer in answers)
    assert owner.patch(page, {"role": "owner"}, format="json").status_code == 200
    make_user(practice, Role.OWNER)
    assert owner.delete(page).status_code == 204


def test_the_owner_of_another_practice_changes_nobody_here(practice):
    clara = make_user(practice)
    stranger = make_client(make_practice("There"), Role.OWNER)
    nobody = "00000000-0000-4000-8000-000000000000"

    for method, body in (("get", None), ("patch", {"role": "owner"}), ("delete", None)):
        hidden, missing = (
            getattr(stranger, method)(f"/api/v1/members/{pk}/", body, format="json") for pk in (clara.pk, nobody)
        )
        assert hidden.status_code == missing.status_code == 404
        assert hidden.content == missing.content
    assert clara.memberships.get().role == "clinician"


def test_an_owner_who_is_made_one_may_use_the_admin(owner, practice):
    clara = make_user(practice, email="clara@practice.example")

    owner.patch(f"/api/v1/members/{clara.pk}/", {"role": "owner"}, format="json")

    assert signed_in("clara@practice.example").get("/admin/patients/membership/").status_code == 200


# What the practice demands


def test_an_owner_demands_a_second_factor_and_tokens_without_one_end(practice):
    careful = make_user(practice, Role.OWNER)
    set_up_app(careful)
    there = make_practice("There")
    clara = make_user(practice)
    Membership.objects.create(user=clara, practice=there)
    owner, of_clara, at_there = token_for(careful, practice), token_for(clara, practice), token_for(clara, there)

    answer = owner.patch("/api/v1/practice/", {"demand_mfa": True}, format="json")

    assert (answer.status_code, answer.json()["demand_mfa"]) == (200, True)
    assert owner.get("/api/v1/patients/").status_code == 200
    assert of_clara.get("/api/v1/patients/").status_code == 401
    assert at_there.get("/api/v1/patients/").status_code == 200


@pytest.mark.parametrize("value", ["true", 1, None])
def test_what_is_no_yes_or_no_is_refused(owner, value):
    answer = owner.patch("/api/v1/practice/", {"demand_mfa": value}, format="json")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/demand_mfa"
    assert not Practice.objects.filter(demand_mfa=True).exists()


def test_the_admin_demands_it_with_the_same_consequence(practice):
    owner = make_user(practice, Role.OWNER, email="olga@practice.example", is_staff=True)
    token_for(owner, practice)
    client = signed_in("olga@practice.example")
    values = {"name": practice.name, "country": "NL", "language": "nl", "figure_tone": "medium", "figure_hair": "short"}

    answer = client.post(f"/admin/patients/practice/{practice.pk}/change/", {**values, "demand_mfa": "on"})

    assert answer.status_code == 302
    assert Practice.objects.get(pk=practice.pk).demand_mfa
    assert not AuthToken.objects.exists()
    assert client.get("/admin/")["Location"] == "/account/mfa/totp/activate/"
