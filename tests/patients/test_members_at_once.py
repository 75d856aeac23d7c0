"""Owners who leave at once, and people who accept at once, each in a thread, on a database in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent.parent

BEGIN = """
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

"""

LEAVING = """
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


SIGNING_IN = """
import time
from rest_framework.test import APIClient
from patients import members
from patients.models import AuthToken, User

lacks = members.lacks_second_factor

def meanwhile(act, email, password="a long and made-up password"):
    # What is done while a token is about to be made, as soon as it can be: how many tokens there are in the end.
    threads = []
    def asked(user):
        def run():
            act()
            connection.close()
        threads.append(threading.Thread(target=run))
        threads[0].start()
        threads[0].join(0.5)
        return False
    members.lacks_second_factor = asked
    answer = APIClient().post("/api/v1/auth/login/", {"email": email, "password": password}, format="json")
    [thread.join() for thread in threads]
    members.lacks_second_factor = lacks
    return [answer.status_code, len(threads), AuthToken.objects.filter(user__email=email).count()]

def new_password(user):
    user.set_password("another long and made-up password")
    user.save()

practice = make_practice()
owner = make_user(practice, Role.OWNER)
client = token_for(owner, practice)
one, two, three = (make_user(practice, email=f"{name}@practice.example") for name in ("one", "two", "three"))
print(json.dumps([
    meanwhile(lambda: client.delete(f"/api/v1/members/{one.pk}/"), one.email),
    meanwhile(lambda: new_password(User.objects.get(pk=two.pk)), two.email),
    meanwhile(lambda: client.patch("/api/v1/practice/", {"demand_mfa": True}, format="json"), three.email),
]))
"""


def run(script: str, database: str) -> Any:
    environment = {
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "PATH": os.environ["PATH"],
        "DATABASE_URL": database,
        "CACHE_URL": "dummycache://",  # so that nothing but the database holds them apart
    }

    done = subprocess.run(  # noqa: S603
        [sys.executable, "-W", "ignore", "-c", BEGIN + script],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_one_owner_stays_one_person_joins_and_a_code_signs_in_once(database: str):
    left, accepted, signed_in = run(LEAVING, database)

    for answers, owners in left:
        assert answers in ([200, 409], [204, 409])
        assert owners == 1
    assert accepted == [[302, 404, 404, 404], 1]
    assert signed_in == 1


def test_what_ends_tokens_while_one_is_made_ends_that_one_too(database: str):
    assert run(SIGNING_IN, database) == [[201, 1, 0]] * 3
