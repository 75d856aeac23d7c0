"""Several clinicians at once, each in a thread, on a database file in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent.parent

SCRIPT = """
import json, threading
import django
django.setup()
from django.core.management import call_command
from django.db import connection
call_command("migrate", verbosity=0)
from catalogue.loading import load_content
from catalogue.source import read_content
load_content(read_content())
from patients.models import Patient
from plans.models import Plan
from tests.factories import make_client, make_episode, make_patient, make_plan, make_practice

practice = make_practice()
episode = make_episode(make_patient(practice))
clients = [make_client(practice) for _ in range(4)]
gate = threading.Barrier(len(clients))

def at_once(ask):
    answers = []
    def run(client):
        gate.wait()
        answers.append(ask(client).status_code)
        connection.close()
    threads = [threading.Thread(target=run, args=[client]) for client in clients]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return answers

def plan_and_path():
    plan = make_plan(episode)
    path = f"/api/v1/plans/{plan.pk}/"
    return plan, path, {"If-Match": clients[0].get(path)["ETag"]}

plan, path, tag = plan_and_path()
issued = at_once(lambda client: client.post(f"{path}issue/", {}, format="json"))
plan.refresh_from_db()
issued = [issued, list(plan.revisions.values_list("number", flat=True)), plan.status, plan.version]

plan, path, tag = plan_and_path()
written = at_once(lambda client: client.patch(path, {"title": "New"}, format="json", headers=tag))
plan.refresh_from_db()
written = [written, plan.title, plan.version]

plan, path, tag = plan_and_path()
deleted = at_once(lambda client: client.delete(path, headers=tag))
deleted = [deleted, Plan.objects.filter(pk=plan.pk).count()]

body, key = {"given_name": "Fictio", "family_name": "Repeated"}, {"Idempotency-Key": "the same"}
repeated = at_once(lambda client: clients[0].post("/api/v1/patients/", body, format="json", headers=key))
repeated = [repeated, Patient.objects.filter(family_name="Repeated").count()]

body = {"given_name": "F", "family_name": "Taken", "identifiers": [{"system": "https://a.example", "value": "1"}]}
taken = at_once(lambda client: client.post("/api/v1/patients/", body, format="json"))
taken = [taken, Patient.objects.filter(family_name="Taken").count()]

print(json.dumps(dict(issued=issued, written=written, deleted=deleted, repeated=repeated, taken=taken)))
"""


@pytest.fixture(scope="module")
def left(tmp_path_factory):
    """What each scene of the script answered and left in the database."""
    database = tmp_path_factory.mktemp("concurrency") / "db.sqlite3"
    settings = {"DATABASE_URL": f"sqlite:///{database}", "DJANGO_SETTINGS_MODULE": "config.settings.test"}
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", SCRIPT],
        cwd=PROJECT,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_a_plan_that_several_issue_at_once_is_issued_once(left):
    answers, revisions, status, version = left["issued"]

    assert Counter(answers) == {201: 1, 409: 3}
    assert (revisions, status, version) == ([1], "issued", 2)


def test_of_several_who_write_the_same_version_one_is_heard(left):
    answers, title, version = left["written"]

    assert Counter(answers) == {200: 1, 412: 3}
    assert (title, version) == ("New", 2)


def test_of_several_who_delete_a_plan_one_does_and_the_others_find_none(left):
    answers, plans = left["deleted"]

    assert Counter(answers) == {204: 1, 404: 3}
    assert plans == 0


def test_a_request_that_is_sent_several_times_at_once_makes_one_patient(left):
    answers, patients = left["repeated"]

    assert answers == [201] * 4
    assert patients == 1


def test_an_identifier_that_several_give_at_once_stands_with_one_patient(left):
    answers, patients = left["taken"]

    assert Counter(answers) == {201: 1, 400: 3}
    assert patients == 1
