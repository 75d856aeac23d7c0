"""What is measured."""

from __future__ import annotations

import json
import statistics
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalogue.figures.drawing import Drawing, Look
from catalogue.models import Protocol
from catalogue.source import read_content
from patients.members import create_practice
from patients.models import AuthToken, Practice, User
from plans.checking import catalogue_of
from plans.forms import programme_data, programme_from
from plans.models import Revision
from plans.rules import check
from plans.rules.case import Case, default_item
from plans.values import PatientFacts, Programme
from tests.benchmarks import printing
from tests.benchmarks.composing import asking, large_catalogue, questions
from tests.benchmarks.measuring import Row, Server, served, within
from tests.factories import make_episode, make_patient, make_plan
from tests.plans.issued import issue

FIFTEEN = (
    "warm-up-walk",
    "pelvic-tilt",
    "knee-to-chest",
    "double-knee-to-chest",
    "straight-leg-raise",
    "back-rotation",
    "low-back-rotation-crossed-knees",
    "half-sit-up",
    "half-sit-up-arms-crossed",
    "thoracic-mobilisation-supine",
    "bridge",
    "prone-lying",
    "hamstring-stretch",
    "quadriceps-stretch",
    "wall-sit",
)


def all_rows(database: Path) -> list[Row]:
    call_command("migrate", verbosity=0)
    call_command("loadcatalogue", verbosity=0, stdout=open("/dev/null", "w"))  # noqa: SIM115
    practice = create_practice(name="Bench", owner_email="bench@bench.example", owner_name="B.", password="x" * 20)
    user = User.objects.get()
    _, token = AuthToken.objects.create(user, practice=practice)
    case = fifteen_items(practice)
    rows = [within("check 15 items, 6 weeks, all rules (1.0 ms)", lambda: check(replace(case)), 1.0, rounds=300)]
    rows += composing(case)
    rows.append(figures())
    revision = twelve_exercises(user, practice)
    rows += printing.rows(revision.complete_document())
    headers = {"Authorization": f"Token {token}", "Content-Type": "application/json"}
    with served(database) as server:
        rows += requests(server, headers, case.programme, f"/api/v1/revisions/{revision.pk}/programme.pdf")
    return rows


def twelve_exercises(user: User, practice: Practice) -> Revision:
    """The standard programme, issued for a made-up patient."""
    user.act_for(practice.pk)
    return issue(user, make_plan(make_episode(make_patient(practice)), *printing.TWELVE, author=user))


def fifteen_items(practice: Practice) -> Case:
    """A plan of 15 items and 6 weeks, as a clinician would have composed it."""
    record = Protocol.objects.get(code="back-care")
    protocol, exercises = catalogue_of(practice.pk, record)
    head: dict[str, Any] = {
        "protocol": "back-care",
        "phase": "post_acute",
        "language": "nl",
        "weeks": 6,
        "frequency": {"days_per_week": 3, "goal": {"days_per_week": 5}},
    }
    programme = replace(programme_from(head), items=tuple(default_item(exercises[code]) for code in FIFTEEN))
    today = timezone.localdate()
    return Case(
        programme, protocol, exercises, PatientFacts(phase="post_acute", phase_assessed_on=today, cleared=True), today
    )


def composing(case: Case) -> list[Row]:
    """The slowest of the hard questions, for the catalogue as it is and for one of 2,000 exercises."""
    rows = []
    large = large_catalogue(case.exercises)
    for name, exercises, seeds, limit in (
        ("compose, full catalogue, worst (300 ms)", case.exercises, range(4), 300),
        ("compose, 2,000 exercises, worst (2,000 ms)", large, range(2), 2000),
    ):
        asked = [question for seed in seeds for question in questions(exercises, seed)]
        measured = [within(name, asking(one, case.protocol, exercises), limit, rounds=3) for one in asked]
        rows.append(max(measured, key=lambda row: row.cpu_ms))
    return rows


def figures() -> Row:
    """Pictures of the whole catalogue, each exercise's drawn together as programmes need them; of one at the median."""
    exercises = list(read_content().figures.values())

    cpu, wall = [], []
    for _ in range(7):
        for figure in exercises:
            wall_before, cpu_before = time.perf_counter(), time.process_time()
            drawing = Drawing(figure, Look())
            for moment in figure.moments:
                drawing.svg(moment)
            cpu.append((time.process_time() - cpu_before) * 1000 / len(figure.moments))
            wall.append((time.perf_counter() - wall_before) * 1000 / len(figure.moments))
    p95 = statistics.quantiles(wall, n=20)[-1]
    name, median = "one figure drawn (0.5 ms)", statistics.median(cpu)
    return Row(
        name, round(median, 3), round(statistics.median(wall), 3), round(p95, 3), None, round(median / 0.5, 2), 1
    )


def requests(server: Server, headers: dict[str, str], programme: Programme, stored: str) -> list[Row]:
    """Requests over HTTP, interleaved with the bare view; of each the median of three measurements."""
    body = json.dumps(programme_data(programme)).encode()
    asked = {
        "protocol": "back-care",
        "phase": "post_acute",
        "facts": {"cleared": True},
        "focus": [{"muscle": "hamstrings"}],
    }
    wishes = json.dumps(asked).encode()
    bare, validate, composed, downloaded = [], [], [], []
    for _ in range(3):
        bare.append(server.measure(600, "GET", "/bare/"))
        validate.append(server.measure(200, "POST", "/api/v1/validate/", body, headers))
        downloaded.append(server.measure(300, "GET", stored, b"", headers))
        composed.append(server.measure(50, "POST", "/api/v1/compose/", wishes, headers))
    yardstick = middle(bare)[0]
    return [
        row("bare Django JSON view", middle(bare), yardstick, None, None),
        row("POST validate/, 15 items", middle(validate), yardstick, 12, queries("/api/v1/validate/", body, headers)),
        row("GET programme.pdf, stored", middle(downloaded), yardstick, 6, None),
        row(
            "POST compose/, a usual wish",
            middle(composed),
            yardstick,
            None,
            queries("/api/v1/compose/", wishes, headers),
        ),
    ]


def middle(measurements: list[list[float]]) -> list[float]:
    return [statistics.median(column) for column in zip(*measurements, strict=True)]


def row(name: str, measured: list[float], yardstick: float, limit: float | None, asked: int | None) -> Row:
    cpu, p50, p95 = measured
    return Row(name, round(cpu, 3), round(p50, 3), round(p95, 3), asked, round(cpu / yardstick, 2), limit)


def queries(path: str, body: bytes, headers: dict[str, str]) -> int:
    """How many SQL queries a request makes once caches are warm."""
    client = Client()
    sent = {"data": body, "content_type": "application/json", "headers": {"Authorization": headers["Authorization"]}}
    client.post(path, **sent)  # type: ignore[arg-type]
    with CaptureQueriesContext(connection) as captured:
        client.post(path, **sent)  # type: ignore[arg-type]
    return len(captured)
