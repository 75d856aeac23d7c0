"""Sealing while others write: whatever is committed when, no row is left out, and none looks inserted."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings

SCRIPT = """
import json, random, threading, time
import django
django.setup()
from django.core.management import call_command
from django.db import connection, transaction
call_command("migrate", verbosity=0)
from patients.access import Action, record_access
from patients.models import AccessEvent
from patients.sealing import LogBusy, seal_log, verify_log
from tests.factories import make_practice, make_user

users = [make_user(make_practice(name)) for name in ("Here", "There")]
failures, done = [], threading.Event()

def write(user):
    for turn in range(25):
        with transaction.atomic():
            record_access(user, Action.READ, "patient", ["1"])
            if turn % 5 == 0:
                time.sleep(random.random() / 50)
            transaction.set_rollback(turn % 7 == 0)

def seal():
    while not done.is_set():
        list(seal_log(batch=10))

def run(what, *args):
    def running():
        try:
            what(*args)
        except Exception as error:
            failures.append(repr(error))
        connection.close()
    thread = threading.Thread(target=running)
    thread.start()
    return thread

writers = [run(write, user) for user in users * 3]
sealers = [run(seal) for _ in range(2)]
[thread.join() for thread in writers]
done.set()
[thread.join() for thread in sealers]
list(seal_log())
states = [[state.fault, state.sealed, state.waiting] for state in verify_log()]
rows = AccessEvent.objects.filter(object_type="patient").count()
print(json.dumps(dict(failures=failures, states=states, rows=rows)))
"""

LATE = """
import json, threading
import django
django.setup()
from django.core.management import call_command
from django.db import connection, transaction
call_command("migrate", verbosity=0)
from patients.access import Action, record_access
from patients.sealing import LogBusy, seal_log, verify_log
from tests.factories import make_practice, make_user

user = make_user(make_practice())
written, may_commit = threading.Event(), threading.Event()

def write_slowly():
    with transaction.atomic():
        record_access(user, Action.READ, "patient", ["1"])
        written.set()
        may_commit.wait(60)
    connection.close()

slow = threading.Thread(target=write_slowly)
slow.start()
written.wait(60)
record_access(user, Action.READ, "patient", ["2"])  # a higher id, committed first
try:
    first = [seal.count for seal in seal_log()]
except LogBusy:
    first = "busy"
may_commit.set()
slow.join()
then = [seal.count for seal in seal_log()]
print(json.dumps([first, then, [[state.fault, state.sealed] for state in verify_log()]]))
"""


def run(script: str, database: str) -> Any:
    ran = subprocess.run(  # noqa: S603
        [sys.executable, "-c", script],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "config.settings.test"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert ran.returncode == 0, ran.stderr
    answer: Any = json.loads(ran.stdout.splitlines()[-1])
    return answer


def test_no_row_is_left_out_and_nothing_looks_wrong(database: str):
    left = run(SCRIPT, database)

    assert left["failures"] == []
    assert [(fault, waiting) for fault, _, waiting in left["states"]] == [("", 0), ("", 0)]
    assert left["rows"] == 6 * 21


def test_a_row_that_is_committed_late_holds_the_seal_up(database: str):
    """On PostgreSQL: SQLite has one writer at a time."""
    if database.startswith("sqlite"):
        pytest.skip("postgresql only")

    assert run(LATE, database) == ["busy", [2], [["", 2]]]
