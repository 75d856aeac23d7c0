"""Starting: a demo practice once, a real practice without demo data."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from patients.models import AccessEvent, Membership, Patient, Practice, User
from tests.patients.signing_in import sign_in

pytestmark = pytest.mark.django_db


def demo(login: Path) -> str:
    out = StringIO()
    call_command("createdemo", login_file=login, stdout=out)
    return out.getvalue()


def test_the_demo_has_a_clinician_and_three_made_up_patients(tmp_path: Path):
    said = demo(tmp_path / "login")

    email, password = said.split()
    user = User.objects.get(email=email)
    assert user.check_password(password)
    assert Patient.objects.visible_to(user).count() == 0
    user.act_for(None)
    assert Patient.objects.visible_to(user).count() == 3
    assert (tmp_path / "login").stat().st_mode & 0o077 == 0


def test_the_demos_clinician_signs_in_on_the_page_and_gets_into_the_admin(tmp_path: Path):
    email, password = demo(tmp_path / "login").split()

    client, answer = sign_in(email, password, next="/admin/")

    assert answer["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_a_second_run_keeps_data_and_password(tmp_path: Path):
    first = demo(tmp_path / "login")
    Patient.objects.filter(given_name="Testina").update(family_name="Gewijzigd")

    second = demo(tmp_path / "login")

    assert first == second
    assert Patient.objects.count() == 3
    assert Patient.objects.get(given_name="Testina").family_name == "Gewijzigd"


def test_a_lost_login_file_gets_a_new_password(tmp_path: Path):
    first = demo(tmp_path / "login")
    (tmp_path / "login").unlink()

    email, password = demo(tmp_path / "login").split()

    assert password not in first
    assert User.objects.get(email=email).check_password(password)


def test_the_demo_is_logged_like_any_other_change(tmp_path: Path):
    demo(tmp_path / "login")

    assert AccessEvent.objects.filter(action="C", object_type="patient").count() == 3


def create(name: str = "Fysio Voorbeeld", email: str = "owner@practice.example", **options: object) -> str:
    out = StringIO()
    call_command(
        "createpractice", name, owner_email=email, owner_name="O. Wner", generate_password=True, stdout=out, **options
    )
    return out.getvalue()


def test_a_practice_starts_with_an_owner_and_no_patients():
    said = create(country="BE", language="nl", telephone="+32 2 000 00 00")

    owner = User.objects.get(email="owner@practice.example")
    assert owner.check_password(said.rsplit(": ", 1)[1].strip())
    assert Membership.objects.get(user=owner).role == "owner"
    assert Practice.objects.get().country == "BE"
    assert Patient.objects.count() == 0


def test_an_owner_of_two_practices_keeps_the_password():
    create()
    before = User.objects.get().password

    said = create(name="Fysio Tweede")

    assert "keeps its password" in said
    assert User.objects.get().password == before
    assert Membership.objects.count() == 2


@pytest.mark.parametrize(
    ("name", "email", "complaint"),
    [(" ", "owner@practice.example", "name"), ("Fysio Nieuw", "not-an-address", "--owner-email")],
)
def test_a_wrong_value_is_named_and_nothing_is_made(name: str, email: str, complaint: str):
    with pytest.raises(CommandError, match=complaint):
        create(name, email)

    assert Practice.objects.count() == 0


def test_a_practice_name_is_taken_once():
    create()

    with pytest.raises(CommandError, match="already"):
        create(email="other@practice.example")


def test_an_owner_without_a_name_is_refused():
    with pytest.raises(CommandError, match="--owner-name"):
        call_command(
            "createpractice", "Fysio", owner_email="owner@practice.example", owner_name=" ", generate_password=True
        )


def test_somebody_who_becomes_an_owner_may_use_the_admin():
    User.objects.create_user("owner@practice.example", "x", name="O.")

    create()

    assert User.objects.get().is_staff
