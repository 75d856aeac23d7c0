"""Every read and change of patient data is in the log: who, for which practice, which objects, and no names."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from rest_framework.test import APIClient

from patients.models import AccessEvent, Role
from tests.factories import make_client, make_episode, make_patient, make_plan, make_practice, make_user, token_for
from tests.plans.api.access_table import row_of
from tests.plans.api.routes import BY_LINK, CALLS, Key, World, ask, make_world
from tests.plans.api.test_access import dismissed_from

pytestmark = pytest.mark.django_db

LOGGED = sorted(key for key, one in CALLS.items() if one.log)
SILENT = (
    *("home", "robots", "healthz", "readyz", "admin:", "/admin/", "unknown-", "schema", "docs", "programme-schema"),
    *BY_LINK,
)
NOT_OF_PATIENTS = (*BY_LINK, "invitation", "practice-changes")
"""Their events tell of no patient: `tests/patients/test_rights_log.py`, `tests/plans/test_share_page.py`."""
ACCOUNTS = ("login", "logout", "token", "integration", "account_", "mfa_", "invitation", "member", "practice")
CATALOGUE = ("exercise", "group", "muscle", "equipment", "article", "protocol", "rule")
NOWHERE = uuid.UUID("11111111-2222-4333-8444-555555555555")


class Log:
    """What is written to the log from now on. Nobody empties it, tests neither."""

    def __init__(self) -> None:
        newest = AccessEvent.objects.first()
        self.before = newest.pk if newest else 0

    def events(self) -> Any:
        return AccessEvent.objects.filter(pk__gt=self.before).order_by("pk")

    def event(self) -> AccessEvent:
        """The only event."""
        return self.events().get()


def test_only_what_shows_no_patient_is_not_logged():
    silent = {name for (name, _), one in CALLS.items() if not one.log}

    assert {name for name in silent if not name.startswith((*SILENT, *ACCOUNTS, *CATALOGUE))} == set()


@pytest.mark.parametrize("key", LOGGED, ids=str)
def test_a_read_or_change_is_logged_with_who_did_it_and_to_what_and_without_a_name(key):
    world = make_world()
    user, log = make_user(world.practice, CALLS[key].role), Log()

    answer = ask(token_for(user, world.practice), key, world)

    event = log.event()
    assert (event.user_id, event.practice_id, event.role) == (user.pk, world.practice.pk, CALLS[key].role)
    assert (event.client, event.address, event.outcome) == ("web", "127.0.0.1", "ok")
    assert event.request_id == answer["X-Request-ID"]
    assert (event.action, event.object_type) == CALLS[key].log
    assert event.object_ids == touched(key, world, answer)
    if key != ("patient-list", "post"):
        assert {event.patient_id, *(event.patient_ids or [])} - {None} in ({world.patient.pk}, {str(world.patient.pk)})
    kept = json.dumps(list(log.events().values()), default=str)
    for name in ("Testina", "Voorbeeld", "Fictio", "Placeholder", "Clara", "pain", "Practice"):
        assert name not in kept


@pytest.mark.parametrize(
    "key", sorted(key for key in CALLS if not CALLS[key].path and not key[0].startswith(NOT_OF_PATIENTS)), ids=str
)
def test_a_route_writes_one_event_where_it_shows_anything_of_a_patient_and_else_none(key: Key):
    world = make_world()
    client, log = make_client(world.practice, CALLS[key].role), Log()

    answer = ask(client, key, world)

    shows = any(sign.encode() in answer.content for sign in ("Testina", "Voorbeeld", "Fictio", *world.patients_ids))
    shows |= answer.headers.get("Content-Type") in {"application/pdf", "application/zip"}
    assert not shows or CALLS[key].log
    assert log.events().count() == (1 if CALLS[key].log else 0)


def touched(key, world: World, answer) -> list[str]:
    """The ids of what the request read or made."""
    name, method = key
    if method == "post" and answer.status_code == 201:
        return [answer.json()["id"]]
    if name in {"plan-list", "revision-share-link-list"}:
        return [one["id"] for one in answer.json()["results"]]
    if name in {"episode-phases", "episode-clearances", "plan-revision-list"}:
        return [one["id"] for one in answer.json()]
    kind = name.split("-")[0]
    if name in {"patient-episode-list", "compose", "validate"}:
        kind = "episode"
    elif kind in {"programme", "cert", "diff"}:
        kind = "revision"
    elif kind in {"access", "share"}:
        kind = {"access": "patient", "share": "share_link"}[kind]
    return [str(getattr(world, kind).pk)]


def test_a_read_of_one_patients_data_names_the_patient():
    world = make_world()
    client, log = make_client(world.practice), Log()

    for name in (
        "patient-detail",
        "episode-detail",
        "plan-detail",
        "plan-findings",
        "revision-detail",
        "programme-json",
    ):
        ask(client, (name, "get"), world)

    assert set(log.events().values_list("patient_id", flat=True)) == {world.patient.pk}


def test_a_page_of_patients_is_logged_with_those_it_showed_and_no_others():
    practice = make_practice()
    patients = [make_patient(practice) for _ in range(3)]
    client = make_client(practice)

    shown = client.get("/api/v1/patients/?page_size=2").json()["results"]

    event = AccessEvent.objects.get()
    assert event.object_ids == [one["id"] for one in shown]
    assert str(patients[0].pk) not in event.object_ids
    assert (event.patient_id, event.patient_ids) == (None, sorted(event.object_ids))


def test_a_page_of_plans_is_logged_with_the_patients_whose_plans_it_showed():
    practice = make_practice()
    patients = [make_patient(practice) for _ in range(2)]
    for patient in (*patients, patients[0]):
        make_plan(make_episode(patient))
    client, log = make_client(practice), Log()

    client.get("/api/v1/plans/")

    assert len(log.event().object_ids) == 3
    assert log.event().patient_ids == sorted(str(one.pk) for one in patients)


def test_findings_that_stand_in_the_way_of_issuing_were_seen():
    world = make_world()
    client, log = make_client(world.practice), Log()

    answer = client.post(f"/api/v1/plans/{world.plan.pk}/issue/", {}, format="json", headers={"Idempotency-Key": "1"})

    event = log.event()
    assert answer.status_code == 409
    assert (event.action, event.object_ids, event.patient_id) == ("E", [str(world.plan.pk)], world.patient.pk)


def test_an_answer_that_is_repeated_was_seen_again():
    client = make_client(make_practice())
    body, key = {"given_name": "Fictio", "family_name": "Placeholder"}, {"Idempotency-Key": "first try"}

    for _ in range(2):
        patient = client.post("/api/v1/patients/", body, format="json", headers=key).json()["id"]

    events = AccessEvent.objects.order_by("pk").values_list("action", "object_type", "object_ids")
    assert list(events) == [("C", "patient", [patient]), ("R", "patient", [patient])]


# Refusals.


@pytest.mark.parametrize("key", LOGGED, ids=str)
def test_whoever_is_not_known_is_logged_as_denied(key: Key):
    world = make_world()
    for client in (APIClient(), dismissed_from(world)):
        log = Log()

        answer = ask(client, key, world)

        event = log.event()
        assert answer.status_code == 401
        assert (event.outcome, event.user_id, event.practice_id, event.patient_id) == ("denied", None, None, None)
        assert (event.address, event.request_id) == ("127.0.0.1", answer["X-Request-ID"])


@pytest.mark.parametrize("key", LOGGED, ids=str)
def test_a_stranger_who_asks_for_what_is_ours_is_logged_with_nothing_of_ours_but_the_id_that_was_asked(key: Key):
    world, there = make_world(), make_practice("There")
    stranger, log = make_user(there), Log()

    answer = ask(token_for(stranger, there), key, world)

    event = log.event()
    assert (event.user_id, event.practice_id) == (stranger.pk, there.pk)
    if answer.status_code < 300:
        assert event.outcome == "ok"
        assert not set(event.object_ids) & set(world.ids)
        return
    outcome = "denied" if row_of(key).statuses["stranger"] == 403 else "not_found"
    assert (event.outcome, event.patient_id, event.patient_ids) == (outcome, None, None)
    assert len(event.object_ids) == 1
    assert event.object_ids[0] in str(CALLS[key].url(key[0], world)) + str(CALLS[key].json(world))


@pytest.mark.parametrize("key", [key for key in LOGGED if row_of(key).statuses["assistant"] == 403], ids=str)
def test_an_assistant_who_may_not_is_logged_with_the_patient_whom_it_was_about(key: Key):
    world = make_world()
    assistant, log = make_user(world.practice, Role.ASSISTANT), Log()

    ask(token_for(assistant, world.practice), key, world)

    event = log.event()
    assert (event.outcome, event.user_id, event.practice_id) == ("denied", assistant.pk, world.practice.pk)
    assert (event.role, event.action == "R") == ("assistant", key[1] == "get")
    is_of_nobody = key in {("patient-list", "post"), ("plan-list", "post")}
    assert event.patient_id == (None if is_of_nobody else world.patient.pk)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/api/v1/plans/?patient={patient}", "patient"),
        ("/api/v1/plans/?episode={episode}", "episode"),
        ("/api/v1/revisions/?patient={patient}", "patient"),
        ("/api/v1/revisions/{own}/diff/?from={revision}", "revision"),
    ],
)
def test_a_query_for_somebody_elses_patient_is_logged_as_not_found(path: str, kind: str):
    world, own = make_world(), make_world()
    client, log = make_client(own.practice), Log()
    ids = {name: getattr(world, name).pk for name in ("patient", "episode", "revision")}

    answer = client.get(path.format(**ids, own=own.revision.pk))

    assert answer.status_code == 400
    event = log.event()
    assert (event.outcome, event.object_type, event.object_ids) == ("not_found", kind, [str(ids[kind])])


def test_a_mistake_in_the_form_is_no_refusal():
    world = make_world()
    client, log = make_client(world.practice), Log()

    for answer in (
        client.post("/api/v1/patients/", {"given_name": ""}, format="json"),
        client.post("/api/v1/plans/", {"episode": "Testina"}, format="json"),
        client.get("/api/v1/plans/?patient=Testina"),
        client.get(f"/api/v1/patients/?patient={world.patient.pk}"),
        client.generic("GET", f"/api/v1/patients/?patient={world.patient.pk}", "no JSON", "application/json"),
        client.post("/api/v1/auth/login/", {"episode": str(NOWHERE)}, format="json"),
        client.put(
            f"/api/v1/plans/{world.plan.pk}/",
            CALLS["plan-list", "post"].json(world) | {"episode": str(make_episode(world.patient).pk)},
            format="json",
            headers={"If-Match": f'"{world.plan.pk}.{world.plan.version}"'},
        ),
    ):
        assert answer.status_code == 400, answer.content

    assert not log.events().exists()


def test_a_refusal_of_a_repeatable_request_is_logged_though_the_request_is_undone():
    world, there = make_world(), make_practice("There")
    client, log = make_client(there), Log()

    body, key = CALLS["plan-list", "post"].json(world), {"Idempotency-Key": "1"}
    client.post("/api/v1/plans/", body, format="json", headers=key)

    assert (log.event().outcome, log.event().object_ids) == ("not_found", [str(world.episode.pk)])


def test_what_nobody_has_is_logged_like_what_a_stranger_has():
    world = make_world()
    client, log = make_client(world.practice), Log()

    client.get(f"/api/v1/patients/{NOWHERE}/")

    event = log.event()
    assert (event.outcome, event.object_ids, event.patient_id) == ("not_found", [str(NOWHERE)], None)


@pytest.mark.parametrize(
    ("proxies", "peer", "told", "logged"),
    [
        (0, "192.0.2.1", "198.51.100.7", "192.0.2.1"),
        (1, "127.0.0.1", "198.51.100.7", "198.51.100.7"),
        (1, "127.0.0.1", "203.0.113.9, 198.51.100.7", "198.51.100.7"),
        (1, "127.0.0.1", "", "127.0.0.1"),
        (1, "127.0.0.1", "Voorbeeld", None),
        (0, "::ffff:192.0.2.1", "", "192.0.2.1"),
    ],
)
def test_the_address_is_the_callers_and_behind_a_proxy_the_one_that_it_tells(settings, proxies, peer, told, logged):
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"NUM_PROXIES": proxies}
    world = make_world()
    client, log = make_client(world.practice), Log()

    client.get(f"/api/v1/patients/{world.patient.pk}/", headers={"X-Forwarded-For": told}, REMOTE_ADDR=peer)

    assert log.event().address == logged
