"""Who changed what: in a patient's record, and in the practice. Kept by the database, and erased with the patient."""

from __future__ import annotations

import datetime
import io
import json
import zipfile
from importlib import import_module
from typing import Any
from unittest.mock import patch as replaced

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from patients.changes import changes_of_patient, changes_of_practice, patient_changes, told
from patients.history import Change
from patients.integrations import name_responsible, revoke_integration
from patients.members import change_practice
from patients.models import AccessEvent, Erasure, Integration, Patient, PatientIdentifier, Practice, Role, User
from patients.records import last_changes
from plans.models import Plan
from tests.catalogue.admin_pages import change, make_staff, make_superuser, page_of, signed_in
from tests.factories import (
    PASSWORD,
    make_client,
    make_episode,
    make_integration,
    make_invitation,
    make_patient,
    make_plan,
    make_practice,
    make_user,
    plan_body,
    token_for,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def clara(practice: Practice) -> User:
    return make_user(practice, name="Clara Clinician")


@pytest.fixture
def client(practice: Practice, clara: User) -> APIClient:
    return token_for(clara, practice)


@pytest.fixture
def patient(practice: Practice) -> Patient:
    return make_patient(practice)


def changes(client: APIClient, of: Any = None, query: str = "") -> list[dict[str, Any]]:
    where = "practice" if of is None else f"patients/{of.pk}"
    answer = client.get(f"/api/v1/{where}/changes/{query}")
    assert answer.status_code == 200, answer.content
    results: list[dict[str, Any]] = answer.json()["results"]
    return results


def fields(change: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {one["name"]: (one["before"], one["after"]) for one in change["fields_changed"]}


def patch(client: APIClient, url: str, body: dict[str, Any], **headers: str) -> Any:
    answer = client.patch(url, body, format="json", headers=headers)
    assert answer.status_code == 200, answer.content
    return answer


# A patient's record.


def test_a_change_says_who_made_it_and_what_each_field_said_before(client: APIClient, clara: User, patient: Patient):
    answer = patch(client, f"/api/v1/patients/{patient.pk}/", {"language": "fr", "given_name": "Fictio"})

    newest = changes(client, patient)[0]
    assert fields(newest) == {"language": ("nl", "fr"), "given_name": ("Testina", "Fictio")}
    assert (newest["change"], newest["object_type"], newest["object_id"]) == ("changed", "patient", str(patient.pk))
    assert (newest["user"], newest["user_name"]) == (str(clara.pk), "Clara Clinician")
    assert newest["request_id"] == answer["X-Request-ID"]


def test_what_was_made_is_there_with_all_its_fields(client: APIClient):
    made = client.post(
        "/api/v1/patients/",
        {"given_name": "Fictio", "family_name": "Placeholder", "identifiers": [{"system": "urn:x", "value": "1"}]},
        format="json",
    ).json()

    identifier, patient = changes(client, Patient(pk=made["id"]))

    assert (identifier["object_type"], identifier["change"]) == ("patient_identifier", "created")
    assert fields(identifier) == {"system": (None, "urn:x"), "value": (None, "1")}
    assert fields(patient)["family_name"] == (None, "Placeholder")
    assert set(fields(patient)) == {
        *("given_name", "family_name", "birth_date", "language", "equipment", "minutes_per_session"),
    }


def test_identifiers_that_stay_are_no_change(client: APIClient, practice: Practice):
    patient = make_patient(practice, identifiers=[("urn:x", "1"), ("urn:y", "2")])
    kept, new = {"system": "urn:x", "value": "1"}, {"system": "urn:z", "value": "3"}

    patch(client, f"/api/v1/patients/{patient.pk}/", {"identifiers": [new, kept]})

    made, gone = [one for one in changes(client, patient) if one["object_type"] == "patient_identifier"][:2]
    assert (made["change"], fields(made)["value"]) == ("created", (None, "3"))
    assert (gone["change"], fields(gone)["value"]) == ("deleted", ("2", None))


def test_a_plan_is_kept_with_its_items_as_each_version_had_them(client: APIClient, patient: Patient):
    plan = make_plan(make_episode(patient), "pelvic-tilt", "prone-lying")
    body = plan_body(plan.episode, "pelvic-tilt", title="New")

    answer = client.put(f"/api/v1/plans/{plan.pk}/", body, format="json", headers={"If-Match": f'"{plan.pk}.1"'})

    assert answer.status_code == 200, answer.content
    newest = changes(client, patient)[0]
    assert (newest["object_type"], newest["object_id"]) == ("plan", str(plan.pk))
    before, after = fields(newest)["items"]
    assert [one["exercise"] for one in before] == ["pelvic-tilt", "prone-lying"]
    assert [one["exercise"] for one in after] == ["pelvic-tilt"]
    assert fields(newest)["title"] == ("", "New")
    assert fields(newest)["version"] == (1, 2)


def test_a_deleted_plan_is_told_with_what_it_said(client: APIClient, patient: Patient):
    plan = make_plan(make_episode(patient), "pelvic-tilt", title="Deleted one")

    client.delete(f"/api/v1/plans/{plan.pk}/", headers={"If-Match": f'"{plan.pk}.1"'})

    newest = changes(client, patient)[0]
    assert (newest["change"], newest["object_id"]) == ("deleted", str(plan.pk))
    assert fields(newest)["title"] == ("Deleted one", None)
    assert [one["exercise"] for one in fields(newest)["items"][0]] == ["pelvic-tilt"]
    assert fields(newest)["author"][0] == {"id": str(plan.author_id), "name": "Clara Clinician"}
    assert fields(newest)["protocol"] == ("back-care", None)


def test_an_issue_and_an_assessment_are_their_own_history(client: APIClient, patient: Patient):
    episode = make_episode(patient)
    plan = make_plan(episode)
    before = changes(client, patient)

    client.post(f"/api/v1/episodes/{episode.pk}/phases/", {"phase": "post_acute"}, format="json")
    assert client.post(f"/api/v1/plans/{plan.pk}/issue/", {}, format="json").status_code == 201

    assert changes(client, patient) == before


def test_a_change_by_an_integration_bears_its_name(practice: Practice, client: APIClient, patient: Patient):
    integration, other = make_integration(practice, "patients:write", "patients:read", name="Records")

    patch(other, f"/api/v1/patients/{patient.pk}/", {"language": "de"})

    newest = changes(client, patient)[0]
    assert (newest["user"], newest["user_name"]) == (str(integration.pk), "Records")


def test_pages_of_changes_from_several_tables_are_newest_first_and_complete(client: APIClient, patient: Patient):
    episode = make_episode(patient)
    make_plan(episode)
    for number in range(3):
        patch(client, f"/api/v1/patients/{patient.pk}/", {"minutes_per_session": 10 + number})
        patch(client, f"/api/v1/episodes/{episode.pk}/", {"goals": [f"Goal {number}"]})
    whole = changes(client, patient)

    seen, url = [], f"/api/v1/patients/{patient.pk}/changes/?page_size=4"
    while url:
        page = client.get(url).json()
        seen += page["results"]
        last, url = page, page["next"]

    assert [one["at"] for one in whole] == sorted((one["at"] for one in whole), reverse=True)
    assert len(whole) == 9
    assert seen == whole
    assert client.get(last["previous"]).json()["results"] == whole[4:8]


def test_the_number_of_queries_does_not_grow_with_the_changes(client: APIClient, patient: Patient):
    url = f"/api/v1/patients/{patient.pk}/changes/"

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            client.get(url)
        return len(captured)

    episode = make_episode(patient)
    make_plan(episode)
    patch(client, f"/api/v1/patients/{patient.pk}/", {"minutes_per_session": 5})
    patch(client, f"/api/v1/episodes/{episode.pk}/", {"goals": ["One"]})
    few = queries()
    for number in range(5):
        patch(client, f"/api/v1/patients/{patient.pk}/", {"minutes_per_session": 10 + number})
        patch(client, f"/api/v1/episodes/{episode.pk}/", {"goals": [f"Goal {number}"]})
        make_plan(episode, author=make_user(episode.practice))

    assert queries() == few


def test_the_patients_copy_tells_who_changed_what(client: APIClient, patient: Patient):
    make_plan(make_episode(patient))
    patch(client, f"/api/v1/patients/{patient.pk}/", {"language": "fr"})

    answer = client.get(f"/api/v1/patients/{patient.pk}/export.zip")

    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    seen = json.loads(archive.read("changes.json"))
    assert [one["at"] for one in seen] == sorted((one["at"] for one in seen), reverse=True)
    assert len(seen) == 4
    assert (seen[0]["user"], seen[0]["change"], seen[0]["object_type"]) == ("Clara Clinician", "changed", "patient")
    assert seen[0]["fields_changed"] == [{"name": "language", "before": "nl", "after": "fr"}]
    assert not [kind for kind in json.loads(archive.read("patient.json")) if kind.startswith("historical")]


# What the database keeps, and what an erasure takes.


def test_the_database_changes_no_history_and_deletes_none(practice: Practice, patient: Patient):
    make_plan(make_episode(patient))
    make_integration(practice)
    patient.identifiers.create(practice=practice, system="urn:x", value="1")
    histories = [model for model in apps.get_models() if issubclass(model, Change)]
    assert len(histories) == 7

    for model in histories:
        table = model._meta.db_table
        assert model._base_manager.exists(), table
        statements = ["UPDATE {} SET request_id = 'other'", "DELETE FROM {}"]
        if connection.vendor == "sqlite":
            statements.append("INSERT OR REPLACE INTO {0} SELECT * FROM {0}")
        for statement in statements:
            with pytest.raises(DatabaseError, match=r"never changed|are kept"), transaction.atomic():
                connection.cursor().execute(statement.format(table))


def test_an_erasure_takes_the_history_also_of_what_was_deleted_before(practice: Practice, client: APIClient):
    patient, other = make_patient(practice, identifiers=[("urn:x", "1")]), make_patient(practice)
    plan = make_plan(make_episode(patient))
    client.delete(f"/api/v1/plans/{plan.pk}/", headers={"If-Match": f'"{plan.pk}.1"'})
    patch(client, f"/api/v1/patients/{patient.pk}/", {"identifiers": [], "given_name": "Fictio"})
    make_plan(make_episode(other))
    body = {"reason": "patients_request", "confirm": str(patient.pk), "before_retention_end": True}

    answer = make_client(practice, Role.OWNER).post(f"/api/v1/patients/{patient.pk}/erasure/", body, format="json")

    assert answer.status_code == 201, answer.content
    for model in patient_changes():
        assert not model._base_manager.filter(of_patient=patient.pk).exists(), model
    assert {row.of_patient for model in patient_changes() for row in model._base_manager.all()} == {other.pk}
    assert Erasure.objects.get().counts["historicalplan"] == 2


def test_what_was_deleted_moves_the_term_of_the_record(patient: Patient, client: APIClient):
    plan = make_plan(make_episode(patient))
    before = last_changes(Patient.objects.all())[patient.pk]

    client.delete(f"/api/v1/plans/{plan.pk}/", headers={"If-Match": f'"{plan.pk}.1"'})

    assert not Plan.objects.exists()
    assert last_changes(Patient.objects.all())[patient.pk] > before


# The practice.


def test_an_owner_sees_who_changed_the_members_the_settings_and_the_integrations(practice: Practice):
    olga = make_user(practice, Role.OWNER, name="Olga Owner")
    owner, member = token_for(olga, practice), make_user(practice, name="Mila Member")
    integration, _ = make_integration(practice, "catalogue:read", name="Records", responsible=None)

    patch(owner, f"/api/v1/members/{member.pk}/", {"role": "assistant"})
    patch(owner, f"/api/v1/integrations/{integration.pk}/", {"responsible": str(olga.pk)})
    patch(owner, "/api/v1/practice/", {"demand_mfa": True})  # and she has no second factor: her token ends
    seen = changes(token_for(olga, practice))[:3]

    assert {one["user_name"] for one in seen} == {"Olga Owner"}
    assert [(one["object_id"], one["object_name"]) for one in seen] == [
        (str(practice.pk), practice.name),
        (str(integration.pk), "Records"),
        (str(member.pk), "Mila Member"),
    ]
    assert [(one["object_type"], fields(one)) for one in seen] == [
        ("practice", {"demand_mfa": (False, True)}),
        ("integration", {"responsible": (None, {"id": str(olga.pk), "name": "Olga Owner"})}),
        ("member", {"role": ("clinician", "assistant")}),
    ]


def test_what_is_done_in_the_admin_is_there_too(practice: Practice):
    owner = make_staff(practice)
    change(signed_in(owner), page_of(practice), telephone="+31 30 111 1111")

    newest = changes(token_for(owner, practice))[0]

    assert (newest["user"], fields(newest)) == (str(owner.pk), {"telephone": ("+31 20 000 0000", "+31 30 111 1111")})


def test_who_left_is_named_and_no_practice_sees_anothers_changes(practice: Practice):
    other = make_practice("Other")
    member = make_user(other, name="Sven Stranger")
    gone = make_user(practice, name="Gonny Gone")
    owner = make_client(practice, Role.OWNER)
    owner.delete(f"/api/v1/members/{gone.pk}/")

    seen = changes(owner)

    assert fields(seen[0]) == {"user": ({"id": str(gone.pk), "name": "Gonny Gone"}, None), "role": ("clinician", None)}
    assert member.name not in str(seen)


def test_that_somebody_who_answered_for_a_system_left_is_a_change_of_it(practice: Practice):
    rosa, owner = make_user(practice, name="Rosa Responsible"), make_client(practice, Role.OWNER)
    integration, _ = make_integration(practice, "patients:write", responsible=rosa.membership)

    owner.delete(f"/api/v1/members/{rosa.pk}/")
    pk = str(rosa.pk)
    rosa.delete()

    seen = [one for one in changes(owner) if one["object_type"] == "integration"]
    assert [fields(one)["responsible"] for one in seen] == [
        ({"id": pk, "name": None}, None),
        (None, {"id": pk, "name": None}),
    ]
    assert seen[0]["object_id"] == str(integration.pk)


def test_a_row_that_was_read_before_another_change_tells_nothing_untrue(practice: Practice):
    owner = make_user(practice, Role.OWNER)
    integration, _ = make_integration(practice, "catalogue:read", responsible=None)
    stale, stale_practice = Integration.objects.get(), Practice.objects.get(pk=practice.pk)
    revoke_integration(user=owner, integration=integration)
    change_practice(user=owner, practice=practice, telephone="+31 30 111 1111")

    name_responsible(user=owner, integration=stale, responsible=owner.membership)
    change_practice(user=owner, practice=stale_practice, demand_mfa=True)

    seen = changes(token_for(owner, practice))
    assert fields(seen[0]) == {"demand_mfa": (False, True)}
    assert set(fields(seen[1])) | set(fields(seen[2])) <= {"telephone", "responsible"}


def test_to_read_who_changed_the_practice_stands_in_the_log(practice: Practice):
    owner = make_user(practice, Role.OWNER)

    changes(token_for(owner, practice))

    event = AccessEvent.objects.get()
    assert (event.user_id, event.action, event.object_type) == (owner.pk, "R", "changes")
    assert event.object_ids == [str(practice.pk)]


def test_who_joins_with_a_new_account_is_the_one_who_did_it(practice: Practice):
    make_invitation(practice, "only-for-tests")
    sent = {"name": "Nora Newcomer", "password": PASSWORD, "again": PASSWORD}

    Client().post("/invitations/only-for-tests/", sent)

    newest = changes(make_client(practice, Role.OWNER))[1]
    assert (newest["object_type"], newest["user_name"]) == ("member", "Nora Newcomer")


def test_a_change_of_nothing_is_none(practice: Practice, client: APIClient, patient: Patient):
    episode = make_episode(patient)
    integration, other = make_integration(practice, "catalogue:read")
    owner = make_client(practice, Role.OWNER)
    before = changes(client, patient), changes(owner)

    patch(client, f"/api/v1/patients/{patient.pk}/", {})
    patch(client, f"/api/v1/patients/{patient.pk}/", {"language": "nl", "birth_date": "1970-02-28"})
    patch(client, f"/api/v1/episodes/{episode.pk}/", {"body_region": "low_back", "goals": []})
    patch(owner, "/api/v1/practice/", {"demand_mfa": False})
    patch(owner, f"/api/v1/integrations/{integration.pk}/", {"responsible": str(integration.person.pk)})
    other.get("/api/v1/exercises/")

    integration.refresh_from_db()
    assert integration.last_used_at is not None
    assert (changes(client, patient), changes(owner)) == before


def test_a_plan_is_not_saved_past_its_history(patient: Patient):
    plan = make_plan(make_episode(patient))

    with pytest.raises(ValueError, match="written_items"), transaction.atomic():
        Plan.objects.get(pk=plan.pk).save()


def test_the_history_of_a_practice_goes_with_it_and_not_before(practice: Practice):
    other = make_practice("Stays")
    make_user(practice, Role.OWNER)
    make_integration(practice, "catalogue:read")
    superuser = make_superuser()

    signed_in(superuser).post(page_of(practice).replace("/change/", "/delete/"), {"post": "yes"})

    assert list(Practice.objects.all()) == [other]
    assert changes_of_practice(practice.pk)[:] == []
    assert len(changes_of_practice(other.pk)[:]) == 1


# What the migrations make of rows that are there before.


def test_histories_begin_with_what_rows_have_said_since_they_were_changed_last(practice: Practice, patient: Patient):
    then = datetime.datetime(2005, 3, 1, 12, tzinfo=datetime.UTC)
    with replaced("django.utils.timezone.now", return_value=then):
        old = Patient(practice=practice, given_name="Fictio", family_name="Placeholder")
        Patient.objects.bulk_create([old])
        PatientIdentifier.objects.bulk_create(
            [PatientIdentifier(patient=old, practice=practice, system="x", value="1")]
        )
    assert changes_of_patient(old.pk)[:] == []

    import_module("patients.migrations.0010_history").begin(apps, None)
    import_module("plans.migrations.0009_history").begin(apps, None)

    assert [(one.change, one.at, one.object_type) for one in told(changes_of_patient(old.pk)[:])] == [
        ("created", then, "patient_identifier"),
        ("created", then, "patient"),
    ]
    assert last_changes(Patient.objects.filter(pk=old.pk)) == {old.pk: then}


def test_plans_begin_with_their_items(patient: Patient):
    plan = make_plan(make_episode(patient), "pelvic-tilt")
    written = plan.history.get()

    import_module("plans.migrations.0009_history").begin(apps, None)

    begun = plan.history.order_by("history_id").last()
    assert begun.pk != written.pk
    assert begun.says() == written.says()
