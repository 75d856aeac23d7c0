"""Practices, accounts, memberships and the access log in the admin: who sees and changes what."""

from __future__ import annotations

import io
import re
import uuid
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from patients.access import Action, record_access
from patients.models import AccessEvent, Invitation, Membership, Practice, Role, User
from tests.catalogue.admin_pages import (
    add_page,
    change,
    errors_on,
    list_page,
    listed,
    make_staff,
    make_superuser,
    page_of,
    signed_in,
)
from tests.factories import make_integration, make_invitation, make_practice, make_user

pytestmark = pytest.mark.django_db

PRACTICES, USERS, MEMBERSHIPS, EVENTS, INTEGRATIONS, INVITATIONS = (
    f"patients_{name}" for name in ("practice", "user", "membership", "accessevent", "integration", "invitation")
)
PASSWORD = "correct horse battery staple"


def delete_page(record: Any) -> str:
    return page_of(record).replace("/change/", "/delete/")


def png(size: tuple[int, int] = (1600, 240)) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", size, "navy").save(data, "PNG")
    return data.getvalue()


def upload(client: Client, practice: Practice, data: bytes, name: str = "logo.png") -> Any:
    return change(client, page_of(practice), new_logo=SimpleUploadedFile(name, data))


# Practices.


def test_an_owner_sees_and_changes_the_own_practice_and_no_other() -> None:
    practice, stranger = make_practice("Own"), make_practice("Stranger")
    client = signed_in(make_staff(practice))

    assert listed(client, PRACTICES) == [practice]
    assert client.get(page_of(stranger)).status_code == 302
    client.post(page_of(stranger), {"name": "Taken over"})
    change(client, page_of(practice), telephone="+31 30 111 1111")

    practice.refresh_from_db()
    stranger.refresh_from_db()
    assert practice.telephone == "+31 30 111 1111"
    assert stranger.name == "Stranger"


def test_an_owner_neither_adds_nor_deletes_a_practice() -> None:
    practice = make_practice()
    client = signed_in(make_staff(practice))

    assert client.get(add_page(PRACTICES)).status_code == 403
    assert client.post(delete_page(practice), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.ASSISTANT, None])
def test_who_owns_no_practice_sees_nothing_here(role: str | None) -> None:
    practice = make_practice()
    client = signed_in(make_staff(practice, role) if role else make_staff(None))

    for model in (PRACTICES, USERS, MEMBERSHIPS, EVENTS, INTEGRATIONS, INVITATIONS):
        assert client.get(list_page(model)).status_code == 403, model
    assert client.get(page_of(practice)).status_code == 403
    assert client.get(reverse("admin:app_list", args=["patients"])).status_code == 404


def test_an_owner_of_one_practice_is_no_owner_while_acting_for_another() -> None:
    owned, other = make_practice("Owned"), make_practice("Other")
    user = make_staff(owned)
    Membership.objects.create(user=user, practice=other, role=Role.CLINICIAN)
    client = signed_in(user)
    session = client.session
    session["practice"] = str(other.pk)
    session.save()

    assert client.get(list_page(PRACTICES)).status_code == 403


def test_the_superuser_sees_every_practice_and_adds_one() -> None:
    one, other = make_practice("One"), make_practice("Other")
    client = signed_in(make_superuser())

    new = {"name": "New", "country": "NL", "language": "nl", "figure_tone": "dark", "figure_hair": "tied"}
    answer = client.post(add_page(PRACTICES), new)

    assert answer.status_code == 302
    assert set(listed(client, PRACTICES)) == {one, other, Practice.objects.get(name="New")}


# The logo.


def test_an_uploaded_logo_is_stored_as_a_png_that_fits_and_is_shown() -> None:
    practice = make_practice()
    client = signed_in(make_staff(practice))

    answer = upload(client, practice, png())

    practice.refresh_from_db()
    stored = Image.open(io.BytesIO(bytes(practice.logo_png)))
    assert answer.status_code == 302
    assert (stored.format, stored.size) == ("PNG", (800, 120))
    shown = client.get(reverse("admin:patients_practice_logo", args=[practice.pk]))
    assert shown["Content-Type"] == "image/png"
    assert shown.content == bytes(practice.logo_png)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a PNG, JPEG or WebP picture"),
        (b"just some words", "not a PNG, JPEG or WebP picture"),
        (png() + b"\0" * 2 * 1024 * 1024, "larger than 2 MB"),
        (png((4001, 20)), "larger than 4000 by 4000 pixels"),
        (png((300, 300))[:-60], "damaged"),
    ],
)
def test_a_bad_logo_is_refused_at_its_field_and_the_old_one_stays(data: bytes, told: str) -> None:
    practice = make_practice()
    client = signed_in(make_staff(practice))
    upload(client, practice, png())

    answer = upload(client, practice, data)

    assert told in str(answer.context["adminform"].form.errors["new_logo"])
    practice.refresh_from_db()
    assert bytes(practice.logo_png).startswith(b"\x89PNG")


def test_a_logo_stays_when_something_else_changes_and_goes_when_told_to() -> None:
    practice = make_practice()
    client = signed_in(make_staff(practice))
    upload(client, practice, png())

    change(client, page_of(practice), name="Renamed", new_logo=None)
    practice.refresh_from_db()
    assert practice.logo_png

    change(client, page_of(practice), new_logo=None, remove_logo="on")
    practice.refresh_from_db()
    assert not practice.logo_png
    assert client.get(reverse("admin:patients_practice_logo", args=[practice.pk])).status_code == 404


def test_a_strangers_logo_is_not_shown() -> None:
    practice, stranger = make_practice("Own"), make_practice("Stranger")
    upload(signed_in(make_staff(stranger)), stranger, png())

    answer = signed_in(make_staff(practice)).get(reverse("admin:patients_practice_logo", args=[stranger.pk]))

    assert answer.status_code == 404


# Accounts.


def new_account(**changes: str) -> dict[str, str]:
    counts = {f"memberships-{name}_FORMS": "0" for name in ("TOTAL", "INITIAL", "MIN_NUM", "MAX_NUM")}
    password = {"usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
    return {**counts, **password, "email": "New.Person@Practice.example", "name": "New Person"} | changes


def test_the_superuser_makes_an_account_that_can_sign_in() -> None:
    answer = signed_in(make_superuser()).post(add_page(USERS), new_account(is_staff="on"))

    user = User.objects.get(email="new.person@practice.example")
    assert answer.status_code == 302
    assert user.check_password(PASSWORD)
    assert PASSWORD not in user.password
    assert user.is_staff
    login = Client().post(reverse("admin:login"), {"username": "new.person@practice.example", "password": PASSWORD})
    assert login.status_code == 302


def test_a_weak_password_and_an_address_in_use_are_refused() -> None:
    make_user(make_practice(), email="new.person@practice.example")

    answer = signed_in(make_superuser()).post(add_page(USERS), new_account(password1="short", password2="short"))

    said = errors_on(answer)
    assert "too short" in said
    assert "There is an account with this e-mail address already" in said


def test_an_account_cannot_take_anothers_address_by_writing_it_in_capitals() -> None:
    practice = make_practice()
    make_user(practice, email="clara@practice.example")
    other = make_user(practice, email="other@practice.example")

    answer = change(signed_in(make_superuser()), page_of(other), email="CLARA@practice.example")

    assert "already" in errors_on(answer)


def test_changing_an_account_keeps_its_password() -> None:
    user = make_user(make_practice())
    before = user.password

    change(signed_in(make_superuser()), page_of(user), name="Carla Clinician")

    user.refresh_from_db()
    assert (user.name, user.password) == ("Carla Clinician", before)


def test_an_owner_has_no_way_to_accounts() -> None:
    practice = make_practice()
    owner = make_staff(practice)
    client = signed_in(owner)

    assert client.get(list_page(USERS)).status_code == 403
    assert client.get(add_page(USERS)).status_code == 403
    assert client.post(page_of(owner), {"is_superuser": "on"}).status_code == 403
    assert client.get(reverse("admin:auth_user_password_change", args=[owner.pk])).status_code == 403
    asked = {"app_label": "patients", "model_name": "membership", "field_name": "user"}
    assert client.get(reverse("admin:autocomplete"), asked).status_code == 403


# Memberships.


def test_an_owner_sees_the_members_of_the_own_practice_and_no_others() -> None:
    practice, stranger = make_practice("Own"), make_practice("Stranger")
    owner, hidden = make_staff(practice), make_user(stranger, email="hidden@stranger.example")
    client = signed_in(owner)

    assert listed(client, MEMBERSHIPS) == [owner.memberships.get()]
    assert client.get(page_of(hidden.memberships.get())).status_code == 302


def test_an_owner_makes_nobody_a_member_who_did_not_agree() -> None:
    practice = make_practice()
    colleague = make_user(None, email="colleague@practice.example")
    client = signed_in(make_staff(practice))

    answer = client.post(add_page(MEMBERSHIPS), {"email": colleague.email, "role": "clinician"})

    assert (answer.status_code, client.get(add_page(MEMBERSHIPS)).status_code) == (403, 403)
    assert not colleague.memberships.exists()


@pytest.mark.parametrize(
    ("email", "told"),
    [("nobody@practice.example", "There is no account"), ("colleague@practice.example", "is a member already")],
)
def test_an_unknown_person_and_a_member_are_not_added(email: str, told: str) -> None:
    practice = make_practice()
    make_user(practice, email="colleague@practice.example")
    data = {"email": email, "practice": str(practice.pk), "role": "assistant"}

    answer = signed_in(make_superuser()).post(add_page(MEMBERSHIPS), data)

    assert told in errors_on(answer)


def test_an_owner_changes_a_members_role_and_takes_a_member_away() -> None:
    practice = make_practice()
    member = make_user(practice, Role.CLINICIAN).memberships.get()
    client = signed_in(make_staff(practice))

    change(client, page_of(member), role="assistant")
    member.refresh_from_db()
    assert member.role == "assistant"

    client.post(delete_page(member), {"post": "yes"})
    assert not Membership.objects.filter(pk=member.pk).exists()


def test_an_owner_neither_changes_nor_takes_away_a_strangers_member() -> None:
    member = make_user(make_practice("Stranger"), Role.ASSISTANT).memberships.get()
    client = signed_in(make_staff(make_practice("Own")))

    client.post(page_of(member), {"role": "owner"})
    client.post(delete_page(member), {"post": "yes"})

    member.refresh_from_db()
    assert member.role == Role.ASSISTANT


def test_a_practice_keeps_its_last_owner() -> None:
    practice = make_practice()
    owner = make_staff(practice)
    membership, client = owner.memberships.get(), signed_in(owner)

    answer = change(client, page_of(membership), role="clinician")
    assert "keeps at least one owner" in errors_on(answer)
    assert client.post(delete_page(membership), {"post": "yes"}).status_code == 403

    make_user(practice, Role.OWNER)
    assert change(client, page_of(membership), role="clinician").status_code == 302


@pytest.mark.parametrize("page", [page_of, delete_page])
def test_a_member_whom_somebody_else_took_away_meanwhile_is_not_found(
    page: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    practice = make_practice()
    membership = make_user(practice).memberships.get()
    client = signed_in(make_staff(practice))

    def meanwhile(gone: Membership) -> Membership:
        raise Membership.DoesNotExist

    monkeypatch.setattr("patients.members._held", meanwhile)

    assert client.post(page(membership), {"role": "assistant", "post": "yes"}).status_code == 404


def test_who_is_no_owner_any_more_is_no_longer_staff() -> None:
    practice, other = make_practice(), make_practice("Other")
    owner = make_staff(practice)
    Membership.objects.create(user=owner, practice=other, role=Role.OWNER)
    make_user(practice, Role.OWNER)
    make_user(other, Role.OWNER)
    client = signed_in(make_superuser())

    change(client, page_of(owner.memberships.get(practice=practice)), role="assistant")
    assert User.objects.get(pk=owner.pk).is_staff
    client.post(delete_page(owner.memberships.get(practice=other)), {"post": "yes"})

    assert not User.objects.get(pk=owner.pk).is_staff


def test_the_superuser_makes_the_first_owner_of_any_practice() -> None:
    practice = make_practice()
    user = make_user(None, email="owner@practice.example")
    data = {"email": "owner@practice.example", "practice": str(practice.pk), "role": "owner"}

    signed_in(make_superuser()).post(add_page(MEMBERSHIPS), data)

    assert user.memberships.get(practice=practice).role == "owner"
    assert User.objects.get(pk=user.pk).is_staff


def test_the_page_of_an_account_shows_its_memberships_and_changes_none() -> None:
    member = make_user(make_practice("Own"), Role.OWNER)
    membership, other = member.memberships.get(), make_practice("Other")
    client = signed_in(make_superuser())
    sent = {"memberships-TOTAL_FORMS": "2", "memberships-INITIAL_FORMS": "1", "memberships-0-id": str(membership.pk)}
    sent |= {"memberships-0-user": str(member.pk), "memberships-0-role": "assistant", "memberships-0-DELETE": "on"}
    sent |= {
        "memberships-1-user": str(member.pk),
        "memberships-1-practice": str(other.pk),
        "memberships-1-role": "owner",
    }

    assert "Own" in client.get(page_of(member)).content.decode()
    client.post(page_of(member), {"email": member.email, "name": "Renamed", **sent})

    member.refresh_from_db()
    assert member.name == "Renamed"
    assert [(one.pk, one.role) for one in member.memberships.all()] == [(membership.pk, "owner")]


def test_an_owner_whose_account_is_closed_is_not_counted_as_one() -> None:
    practice = make_practice()
    make_user(practice, Role.OWNER, is_active=False)
    owner = make_staff(practice)

    answer = change(signed_in(owner), page_of(owner.memberships.get()), role="clinician")

    assert "keeps at least one owner" in errors_on(answer)


# Invitations.


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test's transaction is never committed: what waits for that doesn't."""
    monkeypatch.setattr("patients.admin.transaction.on_commit", lambda then: then())


def test_an_owner_invites_by_a_link_that_is_shown_once() -> None:
    practice = make_practice()
    client = signed_in(make_staff(practice))

    answer = client.post(
        add_page(INVITATIONS), {"email": "Nora@Practice.example", "role": "clinician", "by": "link"}, follow=True
    )

    invitation = Invitation.objects.get()
    assert (invitation.practice, invitation.email, invitation.is_mailed) == (practice, "nora@practice.example", False)
    found = re.search(r"http://testserver(/invitations/[^/]+/)", answer.content.decode())
    assert found is not None
    assert client.get(found[1]).status_code == 200
    assert found[1] not in client.get(list_page(INVITATIONS)).content.decode()
    assert mail.outbox == []


def test_an_owner_invites_by_a_mail_that_is_sent_when_nobody_has_to_wait_for_it(
    django_capture_on_commit_callbacks: Any,
) -> None:
    with django_capture_on_commit_callbacks() as later:
        signed_in(make_staff(make_practice())).post(
            add_page(INVITATIONS), {"email": "nora@practice.example", "role": "assistant", "by": "email"}
        )

    assert (Invitation.objects.count(), mail.outbox, len(later)) == (1, [], 1)


def test_an_owner_invites_by_a_mail(at_once: None) -> None:
    answer = signed_in(make_staff(make_practice())).post(
        add_page(INVITATIONS), {"email": "nora@practice.example", "role": "assistant", "by": "email"}, follow=True
    )

    assert [one.to for one in mail.outbox] == [["nora@practice.example"]]
    assert Invitation.objects.get().is_mailed
    assert "/invitations/" not in answer.content.decode()


def test_a_mail_that_fails_invites_nobody(at_once: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any) -> None:
        raise OSError

    monkeypatch.setattr("patients.admin.mail_invitation", fail)

    answer = signed_in(make_staff(make_practice())).post(
        add_page(INVITATIONS), {"email": "nora@practice.example", "role": "assistant", "by": "email"}, follow=True
    )

    assert "could not be sent" in answer.content.decode()
    assert "successfully" not in answer.content.decode()
    assert Invitation.objects.get().state == "revoked"


def test_an_owner_revokes_invitations_of_the_own_practice_and_sees_no_others() -> None:
    practice = make_practice("Own")
    invitation = make_invitation(practice, secret="own")
    hidden = make_invitation(make_practice("Stranger"), secret="hidden")
    client = signed_in(make_staff(practice))

    assert listed(client, INVITATIONS) == [invitation]
    client.post(list_page(INVITATIONS), {"action": "revoke", "_selected_action": [invitation.pk, hidden.pk]})

    invitation.refresh_from_db()
    hidden.refresh_from_db()
    assert (invitation.state, hidden.state) == ("revoked", "open")
    assert client.get(page_of(invitation)).status_code == 200
    assert client.post(page_of(invitation), {"role": "owner"}).status_code == 403
    assert client.post(delete_page(invitation), {"post": "yes"}).status_code == 403


def test_the_superuser_invites_nobody_to_a_practice_of_others() -> None:
    make_practice()

    assert signed_in(make_superuser()).get(add_page(INVITATIONS)).status_code == 403


# The access log.


def test_an_owner_reads_the_log_of_the_own_practice_and_no_others() -> None:
    owner, stranger = make_staff(make_practice("Own")), make_staff(make_practice("Stranger"))
    own = record_access(owner, Action.READ, "patient", ["an-id"])
    hidden = record_access(stranger, Action.READ, "patient", ["another-id"])
    client = signed_in(owner)

    assert listed(client, EVENTS) == [own]
    assert client.get(page_of(own)).status_code == 200
    assert client.get(page_of(hidden)).status_code == 302
    assert set(listed(signed_in(make_superuser()), EVENTS)) >= {own, hidden}


def test_to_read_the_log_stands_in_the_log() -> None:
    owner = make_staff(make_practice())
    patient_id = uuid.UUID("11111111-2222-4333-8444-555555555555")
    event = record_access(owner, Action.READ, "patient", [patient_id], patient_id=patient_id)
    client = signed_in(owner)

    client.get(list_page(EVENTS))
    client.get(page_of(event))

    for read in AccessEvent.objects.all()[:2]:
        assert (read.action, read.object_type, read.user_id) == ("R", "access_log", owner.pk)
        assert (read.object_ids, read.patient_ids) == ([str(event.pk)], [str(patient_id)])
    assert AccessEvent.objects.count() == 3


def test_to_read_of_a_list_is_to_read_of_each_patient_who_stood_in_it() -> None:
    owner, patients = make_staff(make_practice()), [uuid.uuid4(), uuid.uuid4()]
    event = record_access(owner, Action.READ, "patient", patients, patient_ids=patients)

    signed_in(owner).get(page_of(event))

    assert AccessEvent.objects.all()[0].patient_ids == sorted(map(str, patients))


def test_the_log_is_found_by_patient_and_shows_who_looked() -> None:
    owner = make_staff(make_practice())
    patient_id = uuid.UUID("11111111-2222-4333-8444-555555555555")
    own = record_access(owner, Action.READ, "patient", [patient_id], patient_id=patient_id)
    superuser = make_superuser()
    record_access(superuser, Action.READ, "patient", ["other-id"])
    client = signed_in(superuser)

    assert listed(client, EVENTS, q=str(patient_id)) == [own]
    assert listed(client, EVENTS, q="no-such-id") == []
    assert "Clara Clinician" in client.get(list_page(EVENTS)).content.decode()


@pytest.mark.parametrize("who", ["owner", "superuser"])
def test_nobody_changes_the_log(who: str) -> None:
    owner = make_staff(make_practice())
    event = record_access(owner, Action.READ, "patient", ["an-id"])
    client = signed_in(owner if who == "owner" else make_superuser())

    assert client.get(add_page(EVENTS)).status_code == 403
    assert client.post(page_of(event), {"outcome": "changed"}).status_code == 403
    assert client.post(delete_page(event), {"post": "yes"}).status_code == 403
    client.post(list_page(EVENTS), {"action": "delete_selected", "_selected_action": [event.pk], "post": "yes"})
    assert AccessEvent.objects.get(pk=event.pk).outcome == "ok"


# Integrations.


def test_an_owner_sees_the_practices_integrations_without_their_secret_and_revokes_them() -> None:
    practice, there = make_practice("Own"), make_practice("Stranger")
    (mine, working), (theirs, elsewhere) = (make_integration(one, "patients:read") for one in (practice, there))
    client = signed_in(make_staff(practice))

    assert listed(client, INTEGRATIONS) == [mine]
    shown = client.get(page_of(mine)).content.decode()
    assert mine.prefix in shown
    assert mine.digest not in shown
    chosen = {"action": "revoke", "_selected_action": [str(mine.pk), str(theirs.pk)]}
    client.post(list_page(INTEGRATIONS), chosen)

    assert working.get("/api/v1/patients/").status_code == 401
    assert elsewhere.get("/api/v1/patients/").status_code == 200


def test_an_integration_is_neither_made_nor_changed_nor_deleted_here() -> None:
    practice = make_practice()
    integration, _ = make_integration(practice)
    client = signed_in(make_staff(practice))

    assert client.get(add_page(INTEGRATIONS)).status_code == 403
    assert client.post(page_of(integration), {"name": "Other"}).status_code == 403
    assert client.post(delete_page(integration), {"post": "yes"}).status_code == 403


def test_the_log_shows_an_integration_by_its_name() -> None:
    practice = make_practice()
    _, system = make_integration(practice, "patients:read", name="Records of the ward")
    system.get("/api/v1/patients/")

    assert "Records of the ward" in signed_in(make_staff(practice)).get(list_page(EVENTS)).content.decode()
