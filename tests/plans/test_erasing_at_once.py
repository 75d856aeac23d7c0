"""A patient is erased while others write to the record: they are told that nobody is there, and nothing comes back."""

from __future__ import annotations

from tests.patients.test_sealing_at_once import run

SCRIPT = """
import json, random, threading, time, uuid
import django
django.setup()
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection
call_command("migrate", verbosity=0)
from catalogue.loading import load_content
from catalogue.source import read_content
load_content(read_content())
from patients.models import Erasure, Role
from plans.models import ProgrammeFile
from tests.factories import make_client, make_episode, make_patient, make_plan, make_practice, make_revision, plan_body
from tests.plans.files import STAYING, mentions

practice = make_practice()
neck = {"complaint": "Zwanehilde", "body_region": "neck"}
answers, left = [], []

def at_once(asked, erase, delay):
    gate = threading.Barrier(len(asked) + 1)
    def run(ask, wait):
        gate.wait()
        time.sleep(wait)
        try:
            answers.append(ask().status_code)
        except Exception as error:
            answers.append(repr(error))
        connection.close()
    threads = [threading.Thread(target=run, args=[ask, random.random() / 20]) for ask in asked]
    threads.append(threading.Thread(target=run, args=[erase, delay]))
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

for turn in range(ROUNDS):
    patient = make_patient(practice, given_name="Zwanehilde", family_name="Onvergetelijk")
    episode = make_episode(patient)
    drafts = [make_plan(episode) for _ in range(2)]
    revision = make_revision(make_plan(episode))
    def client(role=Role.CLINICIAN):
        made = make_client(practice, role)
        made.raise_request_exception = False
        return made
    def call(method, path, body=None, **headers):
        one = client()
        return lambda: getattr(one, method)(f"/api/v1/{path}", body, format="json", headers=headers)
    asked = [
        call("patch", f"patients/{patient.pk}/", {"identifiers": [{"system": "s", "value": f"Zwanehilde {turn}"}]}),
        call("post", f"patients/{patient.pk}/episodes/", neck, **{"Idempotency-Key": str(turn)}),
        call("patch", f"episodes/{episode.pk}/", {"complaint": "Zwanehilde"}),
        call("post", f"episodes/{episode.pk}/phases/", {"phase": "chronic", "note": "Zwanehilde"}),
        call("post", f"episodes/{episode.pk}/clearances/", {"note": "Zwanehilde"}),
        call("post", "plans/", plan_body(episode)),
        call("patch", f"plans/{drafts[0].pk}/", {"title": "Zwanehilde"}, **{"If-Match": f'"{drafts[0].pk}.1"'}),
        call("post", f"plans/{drafts[1].pk}/issue/", {}),
        call("get", f"revisions/{revision.pk}/programme.pdf"),
    ]
    owner = client(Role.OWNER)
    said = {"reason": "patients_request", "confirm": str(patient.pk), "before_retention_end": True}
    path = f"/api/v1/patients/{patient.pk}/erasure/"
    at_once(asked, lambda: owner.post(path, said, format="json"), [0, 0.02, 0.05, 1.5][turn % 4])
    ids = [str(one.pk) for one in (patient, episode, *drafts, revision)]
    left += mentions("Zwanehilde", "Onvergetelijk")
    left += set(mentions(*ids)) - STAYING

files = []
def walk(folder):
    folders, names = default_storage.listdir(folder)
    files.extend(names)
    [walk(f"{folder}/{name}") for name in folders]
if default_storage.exists("programmes"):
    walk("programmes")
print(json.dumps(dict(answers=answers, left=left, files=files, erasures=Erasure.objects.count())))
""".replace("ROUNDS", "8")

NOTING = """
import datetime, json, threading, uuid
from pathlib import Path
import django
django.setup()
from django.conf import settings
from django.core.management import call_command
from django.db import connection
call_command("migrate", verbosity=0)
from patients.models import Erasure
from plans.erasure import note_erasures, read_noted

path = Path(settings.ERASURES_FILE)
path.unlink(missing_ok=True)

def erase():
    said = {"reason": "patients_request", "kept_until": datetime.date(2046, 1, 31), "counts": {}}
    for _ in range(10):
        Erasure.objects.create(practice_id=uuid.uuid4(), patient_id=uuid.uuid4(), user_id=uuid.uuid4(), **said)
        note_erasures()
    connection.close()

threads = [threading.Thread(target=erase) for _ in range(6)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
noted, wrong = read_noted(path.read_text())
path.unlink()
print(json.dumps(dict(lines=len(noted), patients=len({one.patient_id for one in noted}), wrong=wrong)))
"""


def test_who_writes_while_a_patient_is_erased_writes_before_or_finds_nobody(database: str):
    done = run(SCRIPT, database)

    assert done["erasures"] == 8
    assert done["left"] == []
    assert done["files"] == []
    # 409: the new phase came first, and stands in the way of issuing.
    assert set(done["answers"]) <= {200, 201, 400, 404, 409}, done["answers"]
    assert 404 in done["answers"]


def test_erasures_that_end_at_once_are_each_noted_once(database: str):
    assert run(NOTING, database) == {"lines": 60, "patients": 60, "wrong": []}
