"""The server is killed while two hundred people issue and edit, and somebody seals the log. Nothing is lost, half or double.

`make kill` does this many times (`ROUNDS=…`), `SEED=…` with the same dice again.
"""

from __future__ import annotations

import json
import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.deployed import SERVERS, Deployed, Server, deployed, serving
from tests.kill.clients import Client, Told, ask, at_once

ROUNDS = int(os.environ.get("ROUNDS") or 3)
SEED = os.environ.get("SEED") or str(random.SystemRandom().getrandbits(32))
WORKERS = ["--workers", "2", "--threads", "4"]
MOST_ANSWERS = 60
"""A server is killed after up to so many acknowledged writes."""

SEAL = """
import os
from patients.sealing import LogBusy, seal_log
parent = os.getppid()
while os.getppid() == parent:
    try:
        list(seal_log(batch=7))
    except LogBusy:
        pass
"""


@pytest.fixture(params=SERVERS, ids=lambda server: "postgresql" if server else "sqlite")
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Deployed]:
    with deployed(tmp_path / "place", request.param) as place:
        place.manage("migrate", "-v0")
        place.manage("loadcatalogue")
        yield place


def test_a_killed_server_leaves_nothing_half_nothing_lost_and_nothing_double(place: Deployed):
    print(f"SEED={SEED} ROUNDS={ROUNDS}")
    plans = looked_at(place, "fill()")
    told = Told()
    for turn in range(ROUNDS + 1):
        dice = random.Random(f"{SEED} {turn}")  # noqa: S311
        killed = connections(place)
        with serving(place, *WORKERS) as server:
            assert ask(server.port, "GET", "/readyz", "")[0] == 200
            repeat(place, server, plans, dice, told)
            wait_for_the_end_of(killed, place)
            found = looked_at(place, "faults(*json.load(sys.stdin))", [[*told.issued.values()], told.edited])
            assert (found, told.surprises) == ([], []), f"SEED={SEED}, after kill {turn}"
            if turn < ROUNDS:
                kill_while_writing(place, server, plans, f"{SEED} {turn}", dice, told)
                print(f"kill {turn + 1}: {len(told.issued)} revisions and {len(told.edited)} edits so far")
    assert told.issued
    assert told.edited


def looked_at(place: Deployed, expression: str, given: Any = None) -> Any:
    (place.folder / "given.json").write_text(json.dumps(given))
    return place.run(
        f"from tests.kill.state import *\nsys.stdin = open(sys.argv[1])\nprint(json.dumps({expression}))",
        str(place.folder / "given.json"),
    )


def kill_while_writing(
    place: Deployed, server: Server, plans: list[dict[str, str]], seed: str, dice: random.Random, told: Told
) -> None:
    """Kill the server after some answers, and whoever seals the log a moment before or after."""
    told.acknowledged = threading.Semaphore(0)
    with place.start("-c", f"import django\ndjango.setup()\n{SEAL}") as sealer, at_once(server.port, plans, seed, told):
        try:
            for _ in range(dice.randint(1, MOST_ANSWERS)):
                assert told.acknowledged.acquire(timeout=120)
            time.sleep(dice.uniform(0, 0.1))
            assert sealer.poll() is None
            if dice.random() < 0.5:
                os.killpg(sealer.pid, signal.SIGKILL)
        finally:
            server.kill()
            if sealer.poll() is None:
                os.killpg(sealer.pid, signal.SIGKILL)


def repeat(place: Deployed, server: Server, plans: list[dict[str, str]], dice: random.Random, told: Told) -> None:
    """Who got no answer asks again with the same key, and so do some who got one: nobody's request is done twice."""
    tokens = {one["plan"]: one for one in plans}
    known = {key for (key,) in place.ask("SELECT key FROM plans_idempotencykey")}
    done = [key for key in told.unanswered if key in known]
    undone = [key for key in told.unanswered if key not in known]
    answered = [*told.issued]
    waiting = {key: told.unanswered[key] for key in [*done, *dice.sample(undone, min(5, len(undone)))]}
    waiting |= {key: tokens[told.issued[key][0]] for key in dice.sample(answered, min(5, len(answered)))}
    told.unanswered.clear()
    client = Client(server.port, plans, dice, told)
    for key, of in waiting.items():
        for _ in range(2):
            client.issue(of, key)
        assert key in told.issued or key not in known, f"{key} was done, and is not told again"


def connections(place: Deployed) -> set[int]:
    """On PostgreSQL: those that are still open. What a killed server had begun may be ended a moment later."""
    if place.database_url.startswith("sqlite"):
        return set()
    others = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    return {pid for (pid,) in place.ask(others)}


def wait_for_the_end_of(killed: set[int], place: Deployed) -> None:
    for _ in range(600):
        if not killed & connections(place):
            return
        time.sleep(0.1)
    raise AssertionError("A killed server's connections are still there.")
