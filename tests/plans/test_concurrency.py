"""Several clinicians at once, each in a thread of a process of its own, on a database file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent.parent

PROLOGUE = """
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
from plans.models import Plan, Revision
from tests.factories import make_client, make_episode, make_patient, make_plan, make_practice

practice = make_practice()
plan = make_plan(make_episode(make_patient(practice)))
clients = [make_client(practice) for _ in range(4)]
client = clients[0]
path = f"/api/v1/plans/{plan.pk}/"
gate = threading.Barrier(len(clients))
answers = []

def at_once(ask):
    def run(client):
        gate.wait()
        answers.append(ask(client).status_code)
        connection.close()
    threads = [threading.Thread(target=run, args=[client]) for client in clients]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

"""

EPILOGUE = """
print(json.dumps({
    "answers": answers,
    "revisions": list(Revision.objects.values_list("number", flat=True)),
    "plan": list(Plan.objects.values_list("status", "version", "title")),
    "patients": Patient.objects.count(),
}))
"""


@pytest.fixture
def run(tmp_path):
    """What stands in the database after a script, in a new process."""

    def start(script: str) -> dict:
        environment = {
            **os.environ,
            "DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3",
            "DJANGO_SETTINGS_MODULE": "config.settings.test",
        }
        done = subprocess.run(
            [sys.executable, "-c", PROLOGUE + script + EPILOGUE],
            cwd=PROJECT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    return start


def test_a_plan_that_several_issue_at_once_is_issued_once(run):
    left = run('at_once(lambda client: client.post(f"{path}issue/", {}, format="json"))')

    assert Counter(left["answers"]) == {201: 1, 409: 3}
    assert left["revisions"] == [1]
    assert left["plan"] == [["issued", 2, ""]]


def test_of_several_who_write_the_same_version_one_is_heard(run):
    left = run(
        """
tag = client.get(path)["ETag"]
at_once(lambda client: client.patch(path, {"title": "New"}, format="json", headers={"If-Match": tag}))
"""
    )

    assert Counter(left["answers"]) == {200: 1, 412: 3}
    assert left["plan"] == [["draft", 2, "New"]]


def test_of_several_who_delete_a_plan_the_others_do_not_fail(run):
    left = run(
        """
tag = client.get(path)["ETag"]
at_once(lambda client: client.delete(path, headers={"If-Match": tag}))
"""
    )

    assert Counter(left["answers"]) == {204: 1, 404: 3}
    assert left["plan"] == []


def test_a_request_that_is_sent_several_times_at_once_makes_one_patient(run):
    left = run(
        """
body, key = {"given_name": "Fictio", "family_name": "Placeholder"}, {"Idempotency-Key": "the same"}
at_once(lambda _: client.post("/api/v1/patients/", body, format="json", headers=key))
"""
    )

    assert left["answers"] == [201] * 4
    assert left["patients"] == 2


def test_an_identifier_that_several_give_at_once_stands_with_one_patient(run):
    left = run(
        """
body = {"given_name": "F", "family_name": "P", "identifiers": [{"system": "https://a.example", "value": "1"}]}
at_once(lambda client: client.post("/api/v1/patients/", body, format="json"))
"""
    )

    assert Counter(left["answers"]) == {201: 1, 400: 3}
    assert left["patients"] == 2
