"""Owners who leave at once, and people who accept at once, each in a thread, on a database in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent

SCRIPT = """
import json, threading
import django
django.setup()
from django.core.management import call_command
from django.db import connection
call_command("migrate", verbosity=0)
from django.test import Client
from patients.models import Membership, Role
from tests.factories import make_invitation, make_practice, make_user, token_for
from tests.patients.signing_in import code_now, set_up_app, sign_in, is_signed_in

def at_once(asks):
    gate, answers = threading.Barrier(len(asks)), []
    def run(ask):
        gate.wait()
        answers.append(ask().status_code)
        connection.close()
    threads = [threading.Thread(target=run, args=[ask]) for ask in asks]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return sorted(answers)

left = []
for turn in range(5):
    practice = make_practice(f"Practice {turn}")
    owners = [make_user(practice, Role.OWNER) for _ in range(2)]
    clients = [token_for(owner, practice) for owner in owners]
    pages = [f"/api/v1/members/{owner.pk}/" for owner in owners]
    answers = at_once([
        lambda: clients[0].delete(pages[0]),
        lambda: clients[1].patch(pages[1], {"role": "assistant"}, format="json"),
    ])
    left.append([answers, Membership.objects.filter(practice=practice, role=Role.OWNER).count()])

practice = make_practice()
make_invitation(practice, "the-secret")
browsers = [Client() for _ in range(4)]
for browser in browsers:
    browser.force_login(make_user(None))
accepted = at_once([lambda browser=browser: browser.post("/invitations/the-secret/") for browser in browsers])
accepted = [accepted, Membership.objects.filter(practice=practice, role=Role.CLINICIAN).count()]

user = make_user(practice, email="clara@practice.example")
set_up_app(user)
browsers, code = [sign_in(user.email)[0] for _ in range(4)], code_now()
at_once([lambda browser=browser: browser.post("/account/mfa/authenticate/", {"code": code}) for browser in browsers])
signed_in = sum(is_signed_in(browser) for browser in browsers)

print(json.dumps([left, accepted, signed_in]))
"""


def test_one_owner_stays_one_person_joins_and_a_code_signs_in_once(tmp_path):
    database = tmp_path / "at-once.sqlite3"
    environment = {
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "PATH": os.environ["PATH"],
        "DATABASE_URL": f"sqlite:///{database}",
        "CACHE_URL": "dummycache://",  # so that nothing but the database holds them apart
    }

    done = subprocess.run(  # noqa: S603
        [sys.executable, "-W", "ignore", "-c", SCRIPT], cwd=PROJECT, env=environment, capture_output=True, text=True
    )

    assert done.returncode == 0, done.stderr
    left, accepted, signed_in = json.loads(done.stdout.splitlines()[-1])
    for answers, owners in left:
        assert answers in ([200, 409], [204, 409])
        assert owners == 1
    assert accepted == [[302, 404, 404, 404], 1]
    assert signed_in == 1
