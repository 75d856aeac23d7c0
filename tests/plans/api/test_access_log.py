"""Every read and change of patient data is in the log: who, for which practice, which objects, and no names."""

from __future__ import annotations

import json

import pytest
from django.db import DatabaseError, transaction

from patients.models import AccessEvent, AppendOnlyError
from tests.factories import make_client, make_patient, make_practice, make_user, token_for
from tests.plans.api.routes import CALLS, World, ask, make_world

pytestmark = pytest.mark.django_db

LOGGED = sorted(key for key, one in CALLS.items() if one.log)
SILENT = ("home", "healthz", "readyz", "admin:", "unknown-", "schema", "docs", "programme-schema", "login", "logout")
CATALOGUE = ("exercise", "group", "muscle", "equipment", "article", "protocol", "rule")


def test_only_what_shows_no_patient_is_not_logged():
    silent = {name for (name, _), one in CALLS.items() if not one.log}

    assert {name for name in silent if not name.startswith((*SILENT, *CATALOGUE))} == set()


@pytest.mark.parametrize("key", LOGGED, ids=str)
def test_a_read_or_change_is_logged_with_who_did_it_and_to_what_and_without_a_name(key):
    world = make_world()
    clinician = make_user(world.practice)
    AccessEvent.objects.all().delete()

    answer = ask(token_for(clinician, world.practice), key, world)

    events = AccessEvent.objects.all()
    for event in events:
        assert (event.user_id, event.practice_id, event.role) == (clinician.pk, world.practice.pk, "clinician")
        assert (event.client, event.address, event.outcome) == ("web", "127.0.0.1", "ok")
        assert event.request_id == answer["X-Request-ID"]
    event = events[0]
    assert (event.action, event.object_type) == CALLS[key].log
    assert event.object_ids == touched(key, world, answer)
    assert event.patient_id in {None, world.patient.pk} or key == ("patient-list", "post")
    kept = json.dumps(list(AccessEvent.objects.values()), default=str)
    for name in ("Testina", "Voorbeeld", "Fictio", "Placeholder", "Clara", "pain", "Practice"):
        assert name not in kept


def touched(key, world: World, answer) -> list[str]:
    """The ids of what the request read or made."""
    name, method = key
    if method == "post" and answer.status_code == 201:
        return [answer.json()["id"]]
    if name == "plan-list":
        return [one["id"] for one in answer.json()["results"]]
    if name in {"episode-phases", "episode-clearances", "plan-revision-list"}:
        return [one["id"] for one in answer.json()]
    kind = name.split("-")[0]
    if name in {"patient-episode-list", "compose", "validate"}:
        kind = "episode"
    elif kind in {"programme", "cert", "diff"}:
        kind = "revision"
    return [str(getattr(world, kind).pk)]


def test_a_read_of_one_patients_data_names_the_patient():
    world = make_world()
    client = make_client(world.practice)
    AccessEvent.objects.all().delete()

    for name in (
        "patient-detail",
        "episode-detail",
        "plan-detail",
        "plan-findings",
        "revision-detail",
        "programme-json",
    ):
        ask(client, (name, "get"), world)

    assert set(AccessEvent.objects.values_list("patient_id", flat=True)) == {world.patient.pk}


def test_a_page_of_patients_is_logged_with_those_it_showed_and_no_others():
    practice = make_practice()
    patients = [make_patient(practice) for _ in range(3)]
    client = make_client(practice)

    shown = client.get("/api/v1/patients/?page_size=2").json()["results"]

    assert AccessEvent.objects.get().object_ids == [one["id"] for one in shown]
    assert str(patients[0].pk) not in AccessEvent.objects.get().object_ids


def test_findings_that_stand_in_the_way_of_issuing_were_seen():
    world = make_world()
    client = make_client(world.practice)
    AccessEvent.objects.all().delete()

    answer = client.post(f"/api/v1/plans/{world.plan.pk}/issue/", {}, format="json")

    event = AccessEvent.objects.get()
    assert answer.status_code == 409
    assert (event.action, event.object_ids, event.patient_id) == ("E", [str(world.plan.pk)], world.patient.pk)


def test_an_answer_that_is_repeated_was_seen_again():
    client = make_client(make_practice())
    body, key = {"given_name": "Fictio", "family_name": "Placeholder"}, {"Idempotency-Key": "first try"}

    for _ in range(2):
        patient = client.post("/api/v1/patients/", body, format="json", headers=key).json()["id"]

    events = AccessEvent.objects.order_by("pk").values_list("action", "object_type", "object_ids")
    assert list(events) == [("C", "patient", [patient]), ("R", "patient", [patient])]


def test_what_was_refused_is_no_read():
    world = make_world()
    AccessEvent.objects.all().delete()

    ask(make_client(make_practice("There")), ("plan-detail", "get"), world)

    assert not AccessEvent.objects.exists()


def test_the_log_itself_cannot_be_changed():
    make_client(make_world().practice).get("/api/v1/patients/")
    event = AccessEvent.objects.first()

    event.outcome = "denied"
    with pytest.raises(AppendOnlyError):
        event.save()
    with pytest.raises(DatabaseError), transaction.atomic():
        AccessEvent.objects.update(outcome="denied")

    assert not AccessEvent.objects.filter(outcome="denied").exists()
