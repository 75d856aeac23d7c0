"""Each change of who may do what stands in the log of the practice that it is about, whoever makes it."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from patients.members import create_practice
from patients.models import AccessEvent, Membership, Practice, Role, User
from tests.catalogue.admin_pages import add_page, change, make_staff, make_superuser, page_of, signed_in
from tests.factories import make_invitation, make_practice, make_user, token_for

pytestmark = pytest.mark.django_db

SECRET = "only-for-tests-only-for-tests-only-for-test"


@pytest.fixture
def practice() -> Practice:
    return make_practice()


@pytest.fixture
def owner(practice: Practice) -> User:
    return make_user(practice, Role.OWNER, name="Olga Owner")


def events() -> list[tuple[Any, ...]]:
    """Who did what to which object of which practice, oldest first."""
    rows = AccessEvent.objects.order_by("pk")
    return [(one.user_id, one.action, one.object_type, one.object_ids, one.practice_id, one.role) for one in rows]


def test_what_an_owner_does_over_the_api(practice: Practice, owner: User) -> None:
    client, member = token_for(owner, practice), make_user(practice)
    invitation = client.post(
        "/api/v1/invitations/", {"email": "nora@practice.example", "role": "clinician", "by": "link"}, format="json"
    ).json()["id"]
    client.delete(f"/api/v1/invitations/{invitation}/")
    client.delete(f"/api/v1/invitations/{invitation}/")  # changes nothing any more
    client.patch(f"/api/v1/members/{member.pk}/", {"role": "assistant"}, format="json")
    client.patch(f"/api/v1/members/{member.pk}/", {"role": "assistant"}, format="json")  # nor does this
    client.delete(f"/api/v1/members/{member.pk}/")
    client.patch("/api/v1/practice/", {"demand_mfa": False}, format="json")

    here = (practice.pk, "owner")
    assert events() == [
        (owner.pk, "C", "invitation", [invitation], *here),
        (owner.pk, "D", "invitation", [invitation], *here),
        (owner.pk, "U", "member", [str(member.pk)], *here),
        (owner.pk, "D", "member", [str(member.pk)], *here),
        (owner.pk, "U", "practice", [str(practice.pk)], *here),
    ]


def test_whoever_accepts_is_in_the_log_of_the_practice_that_invites_and_not_of_the_own_one(practice: Practice) -> None:
    make_invitation(practice, SECRET)
    newcomer = make_user(make_practice("Their own"), Role.OWNER)

    signed_in(newcomer).post(f"/invitations/{SECRET}/")

    assert events() == [(newcomer.pk, "C", "member", [str(newcomer.pk)], practice.pk, "")]


def test_a_new_account_that_joins_and_a_link_that_is_mailed_again(practice: Practice) -> None:
    invitation = make_invitation(practice, SECRET, is_mailed=False)

    Client().post(f"/invitations/{SECRET}/")

    assert events() == [(None, "U", "invitation", [str(invitation.pk)], practice.pk, "")]


def test_what_the_superuser_does_in_the_admin_is_in_the_practices_log(practice: Practice) -> None:
    superuser, member = make_superuser(), make_user(practice)
    client = signed_in(superuser)
    added = make_user(None, email="owner@practice.example")

    client.post(add_page("patients_membership"), {"email": added.email, "practice": str(practice.pk), "role": "owner"})
    change(client, page_of(member.memberships.get()), role="assistant")
    client.post(page_of(member.memberships.get()).replace("/change/", "/delete/"), {"post": "yes"})
    change(client, page_of(practice), telephone="+31 30 111 1111")

    here = (practice.pk, "")
    assert events() == [
        (superuser.pk, "C", "member", [str(added.pk)], *here),
        (superuser.pk, "U", "member", [str(member.pk)], *here),
        (superuser.pk, "D", "member", [str(member.pk)], *here),
        (superuser.pk, "U", "practice", [str(practice.pk)], *here),
    ]


def test_an_account_that_is_deleted_leaves_its_practices(practice: Practice) -> None:
    superuser, member = make_superuser(), make_user(practice)
    client = signed_in(superuser)

    client.post("/admin/patients/user/", {"action": "delete_selected", "_selected_action": [member.pk], "post": "yes"})
    assert User.objects.filter(pk=member.pk).exists()
    client.post(page_of(member).replace("/change/", "/delete/"), {"post": "yes"})

    assert not User.objects.filter(pk=member.pk).exists()
    assert events() == [(superuser.pk, "D", "member", [str(member.pk)], practice.pk, "")]


def test_what_the_superuser_changes_of_an_account_is_in_the_log_of_each_of_its_practices(practice: Practice) -> None:
    superuser, member, other = make_superuser(), make_user(practice), make_practice("Other")
    Membership.objects.create(user=member, practice=other, role=Role.ASSISTANT)
    factor = Authenticator.objects.create(user=member, type=Authenticator.Type.WEBAUTHN, data={"name": "key"})
    client = signed_in(superuser)
    new = "another long and made-up password"

    change(client, page_of(member), is_active=None)
    client.post(
        reverse("admin:auth_user_password_change", args=[member.pk]),
        {"usable_password": "true", "password1": new, "password2": new},
    )
    client.post(page_of(factor).replace("/change/", "/delete/"), {"post": "yes"})

    assert sorted(events(), key=str) == sorted(
        [(superuser.pk, "U", "member", [str(member.pk)], one.pk, "") for one in (practice, other)] * 3, key=str
    )
    member.refresh_from_db()
    assert (member.is_active, member.check_password(new), Authenticator.objects.exists()) == (False, True, False)


def test_a_practice_that_is_made_or_deleted(practice: Practice) -> None:
    made = create_practice(name="New", owner_email="olga@new.example", owner_name="Olga", password="long and made-up")
    owner = User.objects.get(email="olga@new.example")
    superuser = make_superuser()

    signed_in(superuser).post(page_of(made).replace("/change/", "/delete/"), {"post": "yes"})

    assert events() == [
        (None, "C", "member", [str(owner.pk)], made.pk, ""),
        (superuser.pk, "D", "member", [str(owner.pk)], made.pk, ""),
        (superuser.pk, "D", "practice", [str(made.pk)], made.pk, ""),
    ]


def test_what_the_superuser_reads_of_the_log_is_in_the_log_of_each_practice(practice: Practice, owner: User) -> None:
    other = make_staff(make_practice("Other"))
    for user in (owner, other):
        token_for(user, user.acting_practice).get("/api/v1/patients/")
    superuser = make_superuser()

    signed_in(superuser).get("/admin/patients/accessevent/")

    said = {(one[0], one[1], one[2], one[4]) for one in events()[2:]}
    assert said == {
        (superuser.pk, "R", "access_log", practice.pk),
        (superuser.pk, "R", "access_log", Membership.objects.get(user=other).practice_id),
    }


def test_a_refused_change_of_rights_changes_nothing(practice: Practice, owner: User) -> None:
    client = token_for(owner, practice)

    assert client.delete(f"/api/v1/members/{owner.pk}/").status_code == 409
    assert [one for one in events() if one[1] != "R"] == []
