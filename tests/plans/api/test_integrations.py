"""Other systems: an owner lets one in for a practice, with scopes; what it may do, and what the log says of it."""

from __future__ import annotations

import datetime
import hashlib
import logging
import uuid
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.test import APIClient, APIRequestFactory
from rest_framework.views import APIView

from patients.integrations import create_integration
from patients.models import AccessEvent, AuthToken, Integration, Membership, Practice, Role, Scope
from plans.models import IdempotencyKey, Revision
from tests.factories import (
    WITH_WARNING,
    make_client,
    make_episode,
    make_integration,
    make_patient,
    make_plan,
    make_practice,
    make_user,
    plan_body,
    sending,
    token_for,
)
from tests.plans.api.routes import FIX, OVERRIDE, PATIENT
from tests.plans.reading import text_of

pytestmark = pytest.mark.django_db

INTEGRATIONS = "/api/v1/integrations/"
PATIENTS = "/api/v1/patients/"
READING = {"name": "Records", "scopes": ["patients:read"]}


@pytest.fixture
def owner(practice: Practice) -> APIClient:
    return make_client(practice, Role.OWNER)


def create(owner: APIClient, **fields: Any) -> dict[str, Any]:
    answer = owner.post(INTEGRATIONS, READING | fields, format="json")
    assert answer.status_code == 201, answer.content
    said: dict[str, Any] = answer.json()
    return said


def errors_of(answer: Any) -> list[tuple[str, str]]:
    assert answer.status_code == 400, answer.content
    return [(one["pointer"], one["code"]) for one in answer.json()["errors"]]


def code_of(answer: Any) -> str:
    return str(answer.json()["errors"][0]["code"])


# Letting one in.


def test_an_owner_lets_a_system_in_and_sees_its_secret_this_once(practice, owner):
    said = create(owner)

    assert said["secret"].startswith("hepi_")
    assert (said["name"], said["scopes"], said["responsible"]) == ("Records", ["patients:read"], None)
    assert sending(said["secret"]).get(PATIENTS).status_code == 200
    for answer in (owner.get(INTEGRATIONS), owner.get(f"{INTEGRATIONS}{said['id']}/")):
        assert said["prefix"] in answer.content.decode()
        assert said["secret"].removeprefix(said["prefix"]) not in answer.content.decode()


def test_of_a_secret_only_the_hash_is_kept(owner):
    secret = create(owner)["secret"]

    kept = Integration.objects.values().get()
    rest = secret.split("_")[2]
    assert len(rest) == 64
    assert kept["digest"] == hashlib.sha256(rest.encode()).hexdigest()
    assert rest not in str(kept)


def test_it_ends_in_a_year_unless_told_otherwise_and_in_two_at_most(owner):
    now, days = timezone.now(), datetime.timedelta(days=1)
    usual = create(owner)
    chosen = create(owner, name="Short", expires_at=(now + 3 * days).isoformat())

    year = datetime.datetime.fromisoformat(usual["expires_at"]) - now
    assert 364 < year / days < 366
    assert chosen["expires_at"].startswith((now + 3 * days).astimezone().strftime("%Y-%m-"))
    for wrong in (now + 731 * days, now - days):
        answer = owner.post(INTEGRATIONS, {**READING, "expires_at": wrong.isoformat()}, format="json")
        assert errors_of(answer) == [("/expires_at", "range")]


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"scopes": []}, [("/scopes", "empty")]),
        ({"scopes": ["patients:delete"]}, [("/scopes/0", "invalid_choice")]),
        ({"scopes": "patients:read"}, [("/scopes", "not_a_list")]),
        ({"name": " "}, [("/name", "blank")]),
        ({"practice": str(uuid.uuid4())}, [("/practice", "unknown")]),
        ({"scopes": ["plans:write"]}, [("/responsible", "nobody-responsible")]),
        ({"responsible": str(uuid.uuid4())}, [("/responsible", "unknown")]),
    ],
)
def test_what_is_wrong_is_named_at_its_field(owner, fields, found):
    answer = owner.post(INTEGRATIONS, READING | fields, format="json")

    assert errors_of(answer) == found
    assert not Integration.objects.exists()


def test_a_name_is_used_once_in_a_practice_and_for_ever(practice, owner):
    first = create(owner)
    owner.delete(f"{INTEGRATIONS}{first['id']}/")

    again = owner.post(INTEGRATIONS, READING | {"name": "RECORDS"}, format="json")

    assert errors_of(again) == [("/name", "taken")]
    create(make_client(make_practice("There"), Role.OWNER))


def test_who_answers_for_it_is_an_owner_or_clinician_of_the_practice(practice, owner):
    writes = {"scopes": ["plans:write"]}
    stranger, assistant = make_user(make_practice("There")), make_user(practice, Role.ASSISTANT)
    inactive = make_user(practice, is_active=False)

    for user in (stranger, assistant, inactive):
        answer = owner.post(INTEGRATIONS, READING | writes | {"responsible": str(user.pk)}, format="json")
        assert errors_of(answer) == [("/responsible", "unknown")]
    clara = make_user(practice)
    assert create(owner, **writes, responsible=str(clara.pk))["responsible"] == str(clara.pk)


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.ASSISTANT])
def test_whoever_is_no_owner_any_more_manages_none(practice, role):
    user = make_user(practice, Role.OWNER)
    client = token_for(user, practice)
    made = create(client)

    Membership.objects.filter(user=user).update(role=role)

    one = f"{INTEGRATIONS}{made['id']}/"
    answers = [
        client.get(INTEGRATIONS),
        client.get(one),
        client.post(INTEGRATIONS, READING | {"name": "More"}, format="json"),
        client.post(f"{one}rotate/", {}, format="json"),
        client.patch(one, {"responsible": None}, format="json"),
        client.delete(one),
    ]
    assert [answer.status_code for answer in answers] == [403] * 6
    assert sending(made["secret"]).get(PATIENTS).status_code == 200


def test_another_practices_integration_is_not_there(owner):
    theirs, _ = make_integration(make_practice("There"))
    before = Integration.objects.values().get()

    for pk in (theirs.pk, uuid.uuid4()):
        one = f"{INTEGRATIONS}{pk}/"
        answers = [
            owner.get(one),
            owner.patch(one, {"responsible": None}, format="json"),
            owner.delete(one),
            owner.post(f"{one}rotate/", {}, format="json"),
        ]
        assert [answer.status_code for answer in answers] == [404] * 4
    assert owner.get(INTEGRATIONS).json()["results"] == []
    assert Integration.objects.values().get() == before


def test_the_list_takes_as_many_queries_for_many_as_for_one(practice, owner):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            owner.get(INTEGRATIONS)
        return len(captured)

    make_integration(practice)
    few = queries()
    for _ in range(3):
        make_integration(practice)

    assert queries() == few


def test_who_let_it_in_and_who_ended_it_stands_in_the_log(practice):
    user = make_user(practice, Role.OWNER)
    client = token_for(user, practice)
    made = create(client)
    one = f"{INTEGRATIONS}{made['id']}/"
    client.post(f"{one}rotate/", {}, format="json")
    client.patch(one, {"responsible": str(user.pk)}, format="json")
    client.delete(one)

    events = AccessEvent.objects.filter(object_type="integration").order_by("pk")

    assert [one.action for one in events] == ["C", "U", "U", "D"]
    assert {(one.user_id, one.practice_id) for one in events} == {(user.pk, practice.pk)}
    assert {one for event in events for one in event.object_ids} == {made["id"]}


# Its end acts on the next request.


def test_a_revoked_integration_is_refused_on_the_next_request(practice, owner):
    integration, client = make_integration(practice, "patients:read")
    assert client.get(PATIENTS).status_code == 200

    assert owner.delete(f"{INTEGRATIONS}{integration.pk}/").status_code == 204

    assert client.get(PATIENTS).status_code == 401
    assert owner.get(f"{INTEGRATIONS}{integration.pk}/").json()["revoked_at"]
    rotated = owner.post(f"{INTEGRATIONS}{integration.pk}/rotate/", {}, format="json")
    assert (rotated.status_code, code_of(rotated)) == (409, "revoked")
    assert client.get(PATIENTS).status_code == 401


def test_an_expired_integration_is_refused_on_the_next_request(practice):
    _, client = make_integration(practice, "patients:read")
    assert client.get(PATIENTS).status_code == 200

    Integration.objects.update(expires_at=timezone.now())

    assert client.get(PATIENTS).status_code == 401


def test_a_rotated_secret_is_refused_on_the_next_request_and_the_new_one_works(practice, owner):
    integration, old = make_integration(practice, "patients:read")
    Integration.objects.update(expires_at=timezone.now())

    answer = owner.post(f"{INTEGRATIONS}{integration.pk}/rotate/", {}, format="json")

    assert answer.status_code == 200
    assert old.get(PATIENTS).status_code == 401
    assert sending(answer.json()["secret"]).get(PATIENTS).status_code == 200
    assert answer.json()["prefix"] != integration.prefix
    said = owner.get(INTEGRATIONS).content.decode()
    assert answer.json()["secret"] not in said


def test_a_secret_with_one_character_wrong_opens_nothing(owner):
    secret = create(owner)["secret"]
    wrong = "0" if secret[-1] != "0" else "1"

    for one in (
        secret[:-1] + wrong,
        secret[:-1],
        secret + "0",
        secret.upper(),
        f"{secret[:22]}",
        "hepi_",
        "hepi__",
        "hepi_\0_",
    ):
        assert sending(one).get(PATIENTS).status_code == 401, one


def test_a_secret_is_in_no_line_that_is_logged(owner, caplog):
    caplog.set_level(logging.DEBUG)

    said = create(owner)
    sending(said["secret"]).get(PATIENTS)
    sending(said["secret"] + "0").get(PATIENTS)

    assert "api/v1/integrations/" in caplog.text
    assert said["secret"].removeprefix(said["prefix"]) not in caplog.text


def test_its_last_use_is_noted_once_an_hour_and_a_request_takes_one_query_to_know_it(practice):
    integration, client = make_integration(practice, "catalogue:read")
    client.get("/api/v1/rules/")
    integration.refresh_from_db()
    first = integration.last_used_at
    assert timezone.now() - first < datetime.timedelta(minutes=1)

    with CaptureQueriesContext(connection) as captured:
        client.get("/api/v1/rules/")

    integration.refresh_from_db()
    assert integration.last_used_at == first
    assert len(captured) == 1
    Integration.objects.update(last_used_at=first - datetime.timedelta(minutes=61))
    client.get("/api/v1/rules/")
    integration.refresh_from_db()
    assert integration.last_used_at >= first


# What it may do.


def test_it_sees_its_practice_and_no_other(practice):
    there = make_practice("There")
    ours, theirs = make_patient(practice), make_patient(there)
    _, client = make_integration(practice, *Scope.values)

    assert [one["id"] for one in client.get(PATIENTS).json()["results"]] == [str(ours.pk)]
    hidden, missing = client.get(f"{PATIENTS}{theirs.pk}/"), client.get(f"{PATIENTS}{uuid.uuid4()}/")
    assert (hidden.status_code, hidden.content) == (404, missing.content)
    episode = make_episode(theirs)
    refused = client.post("/api/v1/plans/", plan_body(episode), format="json")
    assert errors_of(refused) == [("/episode", "unknown")]
    assert client.patch(f"{PATIENTS}{theirs.pk}/", {"language": "fr"}, format="json").status_code == 404
    assert client.get(f"{PATIENTS}{theirs.pk}/access-log/").status_code == 404


def test_what_it_may_not_do_names_the_scope_that_it_takes(practice):
    _, client = make_integration(practice, "patients:read")

    answer = client.post(PATIENTS, PATIENT, format="json")

    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")
    assert (code_of(answer), answer.json()["scope"]) == ("scope-missing", "patients:write")
    assert "patients:write" in answer.json()["detail"]


def test_no_scope_lets_it_in_where_accounts_and_rights_are(practice):
    integration, client = make_integration(practice, *Scope.values)
    make_user(practice, Role.OWNER)

    answers = [
        client.get(INTEGRATIONS),
        client.post(INTEGRATIONS, READING, format="json"),
        client.patch(f"{INTEGRATIONS}{integration.pk}/", {"responsible": None}, format="json"),
        client.post(f"{INTEGRATIONS}{integration.pk}/rotate/", {}, format="json"),
        client.delete(f"{INTEGRATIONS}{integration.pk}/"),
        client.get("/api/v1/auth/tokens/"),
        client.post("/api/v1/auth/logout-all/"),
        client.post("/api/v1/auth/logout/"),
    ]

    assert {(answer.status_code, code_of(answer)) for answer in answers} == {(403, "closed-to-integrations")}
    assert client.get("/admin/").status_code == 302
    assert Integration.objects.get().is_open


def test_what_asks_only_for_somebody_who_signed_in_is_closed_to_it(practice):
    class ForWhoSignedIn(APIView):
        permission_classes = [IsAuthenticated]

        def get(self, request: Any) -> Response:
            return Response()

    _, secret = create_integration(user=make_user(practice, Role.OWNER), name="Records", scopes=Scope.values)
    _, token = AuthToken.objects.create(make_user(practice), practice=practice)

    answers = [
        ForWhoSignedIn.as_view()(APIRequestFactory().get("/", headers={"Authorization": f"Token {one}"})).status_code
        for one in (secret, token)
    ]

    assert answers == [403, 200]


def test_a_persons_token_that_looks_like_a_secret_is_none(practice):
    assert sending("hepi_" + "0" * 16 + "_" + "0" * 64).get(PATIENTS).status_code == 401
    assert sending("hep_" + "0" * 64).get(PATIENTS).status_code == 401


# What it writes is somebody's.


def test_what_it_writes_bears_the_name_of_who_answers_for_it(practice):
    rosa = make_user(practice, name="Rosa Responsible")
    _, client = make_integration(practice, "patients:write", "plans:write", responsible=rosa.membership)
    episode = make_episode(make_patient(practice), cleared=False)

    cleared = client.post(f"/api/v1/episodes/{episode.pk}/clearances/", {}, format="json")
    assessed = client.post(f"/api/v1/episodes/{episode.pk}/phases/", {"phase": "post_acute"}, format="json")
    planned = client.post("/api/v1/plans/", plan_body(episode, *WITH_WARNING), format="json")
    plan = planned.json()
    fixed = client.post(f"/api/v1/plans/{plan['id']}/fixes/", FIX, format="json", headers={"If-Match": planned["ETag"]})
    issued = client.post(f"/api/v1/plans/{plan['id']}/issue/", {}, format="json")

    assert [one.status_code for one in (cleared, assessed, planned, fixed, issued)] == [201, 201, 201, 200, 201]
    assert cleared.json()["created_by"] == assessed.json()["created_by"] == plan["author"] == str(rosa.pk)
    assert issued.json()["issued_by"] == str(rosa.pk)
    document = Revision.objects.get().document
    assert document["patient_part"]["clinician"]["name"] == "Rosa Responsible"
    assert document["record"]["clinician"] == str(rosa.pk)


@pytest.mark.parametrize("change", ["left", "assistant", "inactive"])
def test_when_nobody_answers_for_it_any_more_it_reads_and_writes_nothing(practice, owner, change):
    rosa = make_user(practice)
    integration, client = make_integration(
        practice, "patients:read", "patients:write", "plans:write", responsible=rosa.membership
    )
    plan = make_plan(make_episode(make_patient(practice)), *WITH_WARNING)
    issue = f"/api/v1/plans/{plan.pk}/issue/"
    if change == "left":
        rosa.memberships.all().delete()
    elif change == "assistant":
        rosa.memberships.update(role=Role.ASSISTANT)
    else:
        rosa.is_active = False
        rosa.save()

    refused = [
        client.post(PATIENTS, PATIENT, format="json"),
        client.post(issue, {"overrides": [OVERRIDE]}, format="json"),
    ]

    assert {(answer.status_code, code_of(answer)) for answer in refused} == {(403, "nobody-responsible")}
    assert client.get(PATIENTS).status_code == 200
    assert AccessEvent.objects.first().on_behalf_of is None
    one = f"{INTEGRATIONS}{integration.pk}/"
    nobody = owner.patch(one, {"responsible": None}, format="json")
    assert errors_of(nobody) == [("/responsible", "nobody-responsible")]
    assert errors_of(owner.patch(one, {"responsible": str(rosa.pk)}, format="json")) == [("/responsible", "unknown")]
    nina = make_user(practice)
    assert owner.patch(one, {"responsible": str(nina.pk)}, format="json").json()["responsible"] == str(nina.pk)
    assert client.post(issue, {"overrides": [OVERRIDE]}, format="json").status_code == 201
    assert Revision.objects.get().issued_by == nina


def test_a_draft_that_it_prints_bears_the_name_of_the_plans_author_when_nobody_answers_for_it(practice):
    _, client = make_integration(practice, "plans:read", responsible=None)
    plan = make_plan(make_episode(make_patient(practice)), author=make_user(practice, name="Anna Author"))

    answer = client.get(f"/api/v1/plans/{plan.pk}/preview.pdf")

    assert "Anna Author" in text_of(answer.content)


def test_of_an_integration_nothing_else_than_who_answers_for_it_is_changed(practice, owner):
    made = create(owner)

    for field, value in (("scopes", ["plans:read"]), ("name", "Other"), ("expires_at", "2030-01-01T00:00:00Z")):
        answer = owner.patch(f"{INTEGRATIONS}{made['id']}/", {"responsible": None, field: value}, format="json")
        assert errors_of(answer) == [(f"/{field}", "unknown")]


def test_a_key_of_an_integration_is_no_key_of_a_person_or_of_another_integration(practice):
    rosa = make_user(practice)
    one, other = (make_integration(practice, "patients:write", responsible=rosa.membership)[1] for _ in range(2))
    clients = [token_for(rosa, practice), one, other]

    ids = [
        client.post(PATIENTS, PATIENT, format="json", headers={"Idempotency-Key": "first"}).json()["id"]
        for client in (*clients, *clients)
    ]

    assert ids[:3] == ids[3:]
    assert len(set(ids)) == 3
    again = one.post(PATIENTS, PATIENT | {"language": "fr"}, format="json", headers={"Idempotency-Key": "first"})
    assert again.status_code == 422


def test_a_key_is_of_one_caller(practice):
    integration, _ = make_integration(practice)
    said = {"practice": practice, "key": "x", "fingerprint": "", "object_id": ""}

    for whose in ({}, {"user": make_user(practice), "integration": integration}):
        with pytest.raises(IntegrityError), transaction.atomic():
            IdempotencyKey.objects.create(**said, **whose)


# What the log says of it.


def test_the_log_has_it_by_name_and_for_whom(practice):
    rosa = make_user(practice, name="Rosa Responsible")
    integration, client = make_integration(
        practice, "patients:read", "plans:read", name="Records of the ward", responsible=rosa.membership
    )
    patient = make_patient(practice, language="en")
    reader = make_client(practice)

    client.get(f"{PATIENTS}{patient.pk}/")
    client.patch(f"{PATIENTS}{patient.pk}/", {"language": "fr"}, format="json")

    path = f"{PATIENTS}{patient.pk}/access-log"
    events = reader.get(f"{path}/").json()["results"]
    said = [(one["user"], one["user_name"], one["role"], one["on_behalf_of_name"], one["outcome"]) for one in events]
    who = (str(integration.pk), "Records of the ward", "integration", "Rosa Responsible")
    assert said == [(*who, "denied"), (*who, "ok")]
    text = text_of(reader.get(f"{path}.pdf").content)
    assert "Records of the ward (another system), for Rosa Responsible" in " ".join(text.split())


def test_a_log_with_integrations_takes_as_many_queries_as_one_without(practice):
    patient = make_patient(practice)
    reader = make_client(practice)
    _, client = make_integration(practice, "patients:read")

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            reader.get(f"{PATIENTS}{patient.pk}/access-log/")
        return len(captured)

    reader.get(f"{PATIENTS}{patient.pk}/")
    few = queries()
    client.get(f"{PATIENTS}{patient.pk}/")

    assert queries() == few


def test_a_refused_secret_is_logged_as_somebody_unknown(practice):
    _, client = make_integration(practice, "patients:read")
    Integration.objects.update(revoked_at=timezone.now())

    client.get(PATIENTS)

    event = AccessEvent.objects.first()
    assert (event.outcome, event.user_id, event.practice_id) == ("denied", None, None)
